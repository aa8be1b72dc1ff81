import type { Fields, FilesField, Params, ParamsOf } from '../../declaration/fields.ts';
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
  | {
      readonly kind: 'class';
      readonly shape: readonly number[];
      readonly classes: readonly Text[];
      readonly groups?: ClassGroups;
    };

/** What classes are taken together, such as maple and oak as trees. */
export interface ClassGroups {
  readonly names: readonly Text[];
  /** The group of each class. */
  readonly of: readonly number[];
}

export interface SampleType {
  readonly input: InputType;
  readonly target: Target;
}

/** All samples of a source that is made from numbers, row by row; `count` rows. */
export interface MadeSamples {
  readonly count: number;
  /** [count, …input shape] */
  readonly x: Float32Array | Int32Array;
  /** [count, …target shape]: numbers, or class indices. */
  readonly y: Float32Array | Int32Array;
}

/** Rows of bytes that lie on disk, however many there are, and are read as they are asked for. */
export interface StoredRows {
  /** By which another thread opens them. */
  readonly place: string;
  readonly count: number;
  /** Bytes of one row. */
  readonly size: number;
  /** How often each byte stands in each channel of all rows, [C, 256]. */
  readonly counts: Float64Array;
  /** Holds the two rows that were asked for last. */
  readonly window: Uint8Array;
  /** Where in the window a row begins, once it is there. Throws a NetwrightError where it is damaged. */
  bring(row: number): number;
  /** What was made of some of the rows; it is kept beside them, so that it is made once. */
  kept(rows: Uint32Array, make: () => Float64Array): Float64Array;
}

/** All samples of any source. */
export interface Samples extends Omit<MadeSamples, 'x'> {
  /** Bytes become numbers by `scaling` when a batch is gathered; so they take a quarter of the room. `rows.ts` reads all alike. */
  readonly x: MadeSamples['x'] | Uint8Array | StoredRows;
  /** Set where x are bytes. */
  readonly scaling?: Scaling;
  /** How images are varied while training; absent where they are not. */
  readonly augmentation?: Augmentation;
  /** Set where images are blended with others of the training part while training. */
  readonly mixing?: Mixing;
  /** How x was made of what lies in the files, as JSON: whoever feeds the trained network elsewhere has to do the same. */
  readonly preparation?: Preparation;
  /** What `preparation` was done to, where that are no bytes in x. */
  readonly raw?: RawRows;
  /** Of what lies in the files, channel by channel or column by column, over the training part. */
  readonly statistics?: readonly ChannelStatistics[];
}

export interface ChannelStatistics {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** Samples of all in which the value is missing. */
  readonly missing: number;
}

export interface Mixing {
  /** Up to so much of another image comes in. */
  readonly most: number;
  /** Of the labels that y are. */
  readonly classes: number;
  /** The training samples that come in. */
  readonly among: Uint32Array;
}

/** How far images are moved, mirrored, turned, made brighter, blotted out and blended: the fields of augment.ts. */
export interface Augmentation {
  readonly crop: number;
  readonly flip: boolean;
  /** Degrees. */
  readonly rotate: number;
  readonly brightness: number;
  readonly cutout: number;
  readonly mixup: number;
}

/** A byte b of channel c stands for the number b · scale[c] + shift[c]. */
export interface Scaling {
  /** Values of one channel in one sample, which lie together. */
  readonly channelSize: number;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Inputs as they lie in files, before anything was made of them. */
export interface RawRows {
  readonly type: 'uint8' | 'float64';
  /** Numbers of one row: of a table one for each column, be it of categories, which are numbered; NaN where one is missing. */
  readonly size: number;
  copy(row: number, to: Uint8Array | Float64Array, at: number): void;
}

/** x = value · scale + shift for every channel or column; a column of categories is 1 at its category and 0 elsewhere. */
export type Preparation = readonly {
  readonly name: string;
  readonly scale?: number;
  readonly shift?: number;
  /** What stands where a value is missing. */
  readonly missing?: number;
  readonly categories?: readonly string[];
}[];

interface Source<F extends Fields> {
  readonly type: string;
  readonly title: Text;
  readonly doc: Documentation;
  readonly fields: F;
}

/** Where training data comes from that is made from numbers alone. */
export interface SourceDefinition<F extends Fields = Fields> extends Source<F> {
  sampleType(params: ParamsOf<F>): SampleType;
  /** The same parameters give the same samples, bit for bit. */
  generate(params: ParamsOf<F>): MadeSamples;
}

/**
 * Where training data comes from that lies in files. What was found in them when they were opened is in `params.files`, and
 * says all that is asked here; the reader of the same type in data/readers makes the samples.
 */
export interface FileSourceDefinition<F extends FileFields = FileFields> extends Source<F> {
  /** What one sample is, or why the opened files give none with these parameters. */
  sampleType(params: ParamsOf<F>): SampleType | SourceProblem;
  /** Where some of the samples found cannot be used. */
  counts?(params: ParamsOf<F>): SampleCounts;
  /** The fields by which samples get that shape, where they can be given it: what a network was drawn for. */
  suiting?(shape: readonly number[]): Params;
}

export interface SourceProblem {
  readonly field: string;
  readonly wrong: Text;
}

export type FileFields = Fields & { readonly files: FilesField };

export type AnySource = SourceDefinition | FileSourceDefinition;

/** Samples that there are, and how many of them the files themselves keep: the last ones for testing, those before for validation. */
export interface SampleCounts {
  readonly all: number;
  readonly givenValidation: number;
  readonly givenTest: number;
}
