import type { Fields, ParamsOf } from '../../declaration/fields.ts';
import type { Documentation } from '../../declaration/reference.ts';
import type { Text } from '../../declaration/text.ts';

/** What a source's targets are: a number to predict, or one of some classes. */
export type Target =
  | { readonly kind: 'number'; readonly size: number }
  | { readonly kind: 'class'; readonly classes: readonly Text[] };

/** All samples of a source, row by row; `count` rows. */
export interface Samples {
  readonly count: number;
  /** [count, …inputShape] */
  readonly x: Float32Array;
  /** Numbers [count, size], or class indices [count]. */
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
  /** Shape of one input, without the batch. */
  readonly inputShape: readonly number[];
  readonly target: Target;
  /** The same parameters give the same samples, bit for bit. */
  generate(params: ParamsOf<F>): Samples;
}
