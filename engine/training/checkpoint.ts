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
  /** Answers that could be right; one for each row used in files from before they were counted. */
  answers: z.number().min(0).optional(),
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
  /** Loss of the epoch that ended with it, on the part that guides the run; undefined in the middle of an epoch. */
  readonly score?: number;
}

/** CRC-32 (ISO-HDLC) of bytes that follow those of which `before` is the CRC; 0 for none. */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

const keys = {
  progress: 'netwright.progress',
  score: 'netwright.score',
  crc32: 'netwright.crc32',
} as const;

/**
 * One file for weights, optimizer state and progress, so that they can never be of different moments. Values may be views
 * of an arena: they are copied, into `room` where that is large enough.
 */
export function encodeCheckpoint(
  { tensors, progress, score }: Checkpoint,
  crc32: Crc32,
  room?: ArrayBuffer,
): Uint8Array<ArrayBuffer> {
  const said = {
    [keys.progress]: JSON.stringify(progress),
    ...(score !== undefined && { [keys.score]: String(score) }),
  };
  const crc = hexadecimal(checksum(said, tensors, crc32));
  return encodeSafetensors(
    { tensors, metadata: { format: 'netwright-checkpoint', ...said, [keys.crc32]: crc } },
    room,
  );
}

/** Throws a NetwrightError that names file and place. Files without a checksum, as version 1 of run folders has, are read too. */
export function decodeCheckpoint(bytes: Uint8Array, file: string, crc32: Crc32): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const progress = progressSchema.safeParse(jsonOrUndefined(metadata[keys.progress]));
  if (!progress.success) {
    throw new NetwrightError(
      'checkpoint.malformed',
      text(
        `${file}: metadata "${keys.progress}": expected step, epoch, row, lossSum, hits and learningRate, found ${metadata[keys.progress] ?? 'nothing'}.`,
        `${file}：元数据“${keys.progress}”：应包含 step、epoch、row、lossSum、hits 和 learningRate，实际为${metadata[keys.progress] ?? '空'}。`,
      ),
    );
  }
  const expected = metadata[keys.crc32];
  const found = hexadecimal(checksum(metadata, tensors, crc32));
  if (expected !== undefined && expected !== found) {
    throw new NetwrightError(
      'checkpoint.damaged',
      text(
        `${file}: its bytes are not those that were written: expected the checksum ${expected}, found ${found}.`,
        `${file}：文件内容与写入时不同：校验和应为 ${expected}，实际为 ${found}。`,
      ),
    );
  }
  requireFinite(tensors, file);
  const score = Number(metadata[keys.score] ?? Number.NaN);
  return { tensors, progress: progress.data, ...(Number.isFinite(score) && { score }) };
}

const hexadecimal = (crc: number): string => crc.toString(16).padStart(8, '0');

/** Of what the metadata say, of names and shapes and of all values: a changed bit anywhere would give another run. */
function checksum(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly NamedTensor[],
  crc32: Crc32,
): number {
  const types = tensors.map(({ name, shape, values }) => [name, values instanceof Int32Array, shape]);
  const said = JSON.stringify([metadata[keys.progress], metadata[keys.score], types]);
  return tensors.reduce(
    (crc, { values }) => crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), crc),
    crc32(new TextEncoder().encode(said), 0),
  );
}

/** A copy that training does not change, in the memory of an earlier copy of the same run where there is one. */
export function copyCheckpoint(checkpoint: Checkpoint, before: Checkpoint | undefined): Checkpoint {
  const tensors = checkpoint.tensors.map((tensor, i) => {
    const room = before?.tensors[i]?.values;
    if (room === undefined) return { ...tensor, values: tensor.values.slice() };
    room.set(tensor.values);
    return { ...tensor, values: room };
  });
  return { ...checkpoint, progress: { ...checkpoint.progress }, tensors };
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
