import type { Samples } from '../data/sources/contract.ts';
import { MixedTargets, VariedImages } from '../data/sources/mixup.ts';
import { copyRow, rowSource } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';

/** Rows that are made as they go into a batch: bytes become numbers, images are varied. */
export interface MadeRows {
  /** With an epoch as training varies them in it. The same row and epoch give the same bits, whoever makes them. */
  copy(row: number, epoch: number | undefined, to: Float32Array, at: number): void;
}

/** Undefined where numbers go into the batch as they lie there. */
export function madeRows(
  samples: Samples,
  port: 'x' | 'y',
  shape: readonly number[],
  seed: number,
): MadeRows | undefined {
  if (port === 'y') return samples.mixing && new MixedTargets(samples.y, samples.mixing, seed);
  const source = rowSource(samples, 'x', elementCount(shape));
  const varied = VariedImages.of(samples, source, shape, seed);
  if (varied !== undefined || source.table === undefined) return varied;
  return { copy: (row, _epoch, to, at) => copyRow(source, row, to, at) };
}
