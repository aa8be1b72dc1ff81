import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors.ts';

/** How far a run has come. The order of an epoch's samples is not kept: seed and epoch give it again. */
export const progressSchema = z.strictObject({
  /** Steps taken. */
  step: z.int().min(0),
  /** Epochs finished. */
  epoch: z.int().min(0),
  /** Samples of the current epoch that have been used. */
  row: z.int().min(0),
  /** Σ loss · rows and right answers over the current epoch's steps. */
  lossSum: z.number(),
  hits: z.number().min(0),
  learningRate: z.number().positive(),
});

export type Progress = z.infer<typeof progressSchema>;

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly progress: Progress;
  /** Weights, then optimizer state, in plan order. */
  readonly tensors: readonly NamedTensor[];
}

const metadataKey = 'netwright.progress';

/** One file for weights, optimizer state and progress, so that they can never be of different moments. */
export function encodeCheckpoint({ tensors, progress }: Checkpoint): Uint8Array<ArrayBuffer> {
  return encodeSafetensors({
    tensors,
    metadata: { format: 'netwright-checkpoint', [metadataKey]: JSON.stringify(progress) },
  });
}

/** Throws a NetwrightError that names file and place. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const progress = progressSchema.safeParse(parseJson(metadata[metadataKey]));
  if (!progress.success) {
    throw new NetwrightError(
      'checkpoint.malformed',
      text(
        `${file}: metadata "${metadataKey}": expected step, epoch, row, lossSum, hits and learningRate, found ${metadata[metadataKey] ?? 'nothing'}.`,
        `${file}：元数据“${metadataKey}”：应包含 step、epoch、row、lossSum、hits 和 learningRate，实际为${metadata[metadataKey] ?? '空'}。`,
      ),
    );
  }
  return { tensors, progress: progress.data };
}

/** Throws unless `found` has exactly the tensors `expected`, by name and shape. */
export function matchTensors(
  expected: readonly { readonly name: string; readonly shape: readonly number[] }[],
  found: readonly NamedTensor[],
  file: string,
): void {
  const byName = new Map(found.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape } of expected) {
    const tensor = byName.get(name);
    const actual = tensor === undefined ? undefined : shapeText(tensor.shape);
    if (actual !== shapeText(shape)) {
      throw new NetwrightError(
        'checkpoint.other-network',
        text(
          `${file}: "${name}": expected shape ${shapeText(shape)}, found ${actual ?? 'no such tensor'}; it belongs to another network.`,
          `${file}：“${name}”：应为形状 ${shapeText(shape)}，实际为${actual ?? '没有该张量'}；它属于另一个网络。`,
        ),
      );
    }
  }
}

function parseJson(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
