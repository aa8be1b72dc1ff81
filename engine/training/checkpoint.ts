import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Dtype, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { jsonOrUndefined } from '../document/json.ts';
import { notYetOnPlateau } from '../schedules/contract.ts';
import { notYetWaiting } from '../schedules/early-stopping.ts';
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
  /** What a person set; the schedule's factor is not in it. */
  learningRate: z.number().positive(),
  /** Of a schedule that waits for progress (schedules/contract.ts). */
  plateau: z
    .strictObject({
      best: z.number().nullable(),
      waited: z.int().min(0),
      factor: z.number().min(0).max(1),
    })
    .default(notYetOnPlateau),
  /** Of early stopping (schedules/early-stopping.ts). */
  waiting: z
    .strictObject({ best: z.number().nullable(), bestEpoch: z.int().min(0), ended: z.boolean() })
    .default(notYetWaiting),
});

export type Progress = z.infer<typeof progressSchema>;

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly progress: Progress;
  /** Weights, then optimizer state, in plan order; behind them, where early stopping keeps them, those of the best epoch. */
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
  const progress = progressSchema.safeParse(jsonOrUndefined(metadata[metadataKey]));
  if (!progress.success) {
    throw new NetwrightError(
      'checkpoint.malformed',
      text(
        `${file}: metadata "${metadataKey}": expected step, epoch, row, lossSum, hits and learningRate, found ${metadata[metadataKey] ?? 'nothing'}.`,
        `${file}：元数据“${metadataKey}”：应包含 step、epoch、row、lossSum、hits 和 learningRate，实际为${metadata[metadataKey] ?? '空'}。`,
      ),
    );
  }
  requireFinite(tensors, file);
  return { tensors, progress: progress.data };
}

interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

/** Throws unless `found` has all the tensors `expected`, by name, shape and type. */
export function matchTensors(
  expected: readonly ExpectedTensor[],
  found: readonly NamedTensor[],
  file: string,
): void {
  const byName = new Map(found.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape, dtype } of expected) {
    const tensor = byName.get(name);
    const actual =
      tensor && typeText(tensor.values instanceof Int32Array ? 'int32' : 'float32', tensor.shape);
    if (actual !== typeText(dtype, shape)) {
      throw new NetwrightError(
        'checkpoint.other-network',
        text(
          `${file}: "${name}": expected ${typeText(dtype, shape)}, found ${actual ?? 'no such tensor'}; it belongs to another network.`,
          `${file}：“${name}”：应为 ${typeText(dtype, shape)}，实际为 ${actual ?? '空'}；它属于另一个网络。`,
        ),
      );
    }
  }
}

const typeText = (dtype: Dtype, shape: readonly number[]): string => `${dtype} ${shapeText(shape)}`;

/** Throws at a value that is NaN or infinite: no run ever saves one. */
function requireFinite(tensors: readonly NamedTensor[], file: string): void {
  for (const { name, values } of tensors) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new NetwrightError(
      'checkpoint.non-finite',
      text(
        `${file}: "${name}": expected finite numbers, found ${values[at]} at index ${at}.`,
        `${file}：“${name}”：应为有限数，下标 ${at} 处实际为 ${values[at]}。`,
      ),
    );
  }
}
