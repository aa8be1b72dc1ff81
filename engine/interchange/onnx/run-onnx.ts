import type { ModelFile } from './external-data.ts';

/**
 * What this room needs of onnxruntime, which lives in a process of its own (hosts/onnxruntime.ts).
 */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[];

export interface TensorValue {
  readonly dims: readonly number[];
  readonly data: TensorValues;
  /** Element type as `elementTypes` names it; follows from `data` where that has only one reading. */
  readonly dtype?: string;
}

export type NamedTensors = Readonly<Record<string, TensorValue>>;

export interface OnnxAnswers {
  /** One for each of the feeds, in their order. */
  readonly outputs: readonly NamedTensors[];
  /** Time spent computing each, without starting the process and loading the model. */
  readonly eachMs: readonly number[];
}

/**
 * Runs a model once for each of `feeds` and hands back its outputs: all of them, or those `wanted`. `outside` is what the
 * model keeps beside it: read from its folder where it has one, of which a model that was read names nothing but files in it.
 * Rejects with a NetwrightError when onnxruntime refuses the model or the inputs, crashes, or does not answer.
 */
export type RunOnnx = (
  model: Uint8Array,
  feeds: readonly NamedTensors[],
  wanted?: readonly string[],
  outside?: Pick<ModelFile, 'beside' | 'folder'>,
) => Promise<OnnxAnswers>;
