import type { Fields, ParamsOf } from '../../declaration/fields.ts';
import type { Documentation } from '../../declaration/reference.ts';
import type { Dtype } from '../../declaration/tensor-type.ts';
import type { Text } from '../../declaration/text.ts';

/** One sample's inputs x, without the batch. Tokens are int32 with the number of classes that there are. */
export interface InputType {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly classes?: number;
}

/** What one sample is to be answered with: numbers, or one of some classes for the whole ([]) or for each place (shape). */
export type Target =
  | { readonly kind: 'number'; readonly shape: readonly number[] }
  | { readonly kind: 'class'; readonly shape: readonly number[]; readonly classes: readonly Text[] };

export interface SampleType {
  readonly input: InputType;
  readonly target: Target;
}

/** All samples of a source, row by row; `count` rows. */
export interface Samples {
  readonly count: number;
  /** [count, …input shape] */
  readonly x: Float32Array | Int32Array;
  /** [count, …target shape]: numbers, or class indices. */
  readonly y: Float32Array | Int32Array;
}

/**
 * Where training data comes from. Sources in this folder are made from numbers alone; what has to be read from disk
 * keeps its reader elsewhere and declares itself here.
 */
export interface SourceDefinition<F extends Fields = Fields> {
  readonly type: string;
  readonly title: Text;
  readonly doc: Documentation;
  readonly fields: F;
  sampleType(params: ParamsOf<F>): SampleType;
  /** The same parameters give the same samples, bit for bit. */
  generate(params: ParamsOf<F>): Samples;
}
