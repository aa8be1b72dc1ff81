import type { ChannelStatistics, ClassGroups, Preparation } from '../data/sources/contract.ts';
import type { FoundFiles } from '../declaration/found-files.ts';
import type { Text } from '../declaration/text.ts';
import type { Refusal } from './refusal.ts';

/** Files that were recognised: which source they are for, and what was found in them. */
export interface OpenedData {
  readonly source: string;
  readonly files: FoundFiles;
}

export interface KnownSetState {
  readonly set: string;
  readonly title: Text;
  readonly summary: Text;
  readonly licence: Text;
  readonly page: string;
  /** `here` can be opened at its path. */
  readonly state: 'here' | 'coming' | 'absent';
  /** A file or a folder on the engine's machine. */
  readonly path: string;
  readonly sizeBytes: number;
  /** What has come of it, perhaps at an earlier time. */
  readonly receivedBytes: number;
  /** Why the last download in this process failed. */
  readonly failure?: Refusal;
}

/** Images of a file or folder that are being brought to the size that they are used at. */
export interface Preparing {
  readonly path: string;
  readonly done: number;
  readonly all: number;
}

export interface FolderListing {
  readonly path: string;
  /** Undefined at the top. */
  readonly parent: string | undefined;
  /** Folders first, each part by name; no more than so many are told. */
  readonly entries: readonly FolderEntry[];
  readonly more: number;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly sizeBytes: number;
}

/** What samples are for: to learn from, to guide the run by, or to tell at the end what was learnt. */
export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** Who says which samples a part has: the files, or the seed, with or without the same share of every class. */
export type PartOrigin = 'given' | 'byClass' | 'random';

export interface DataReport {
  readonly inputShape: readonly number[];
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly origins: { readonly validation: PartOrigin; readonly test: PartOrigin };
  /** Where samples are of one class each: how many of each class. */
  readonly classes: readonly ClassBalance[] | undefined;
  /** The first rows of a table, as they stand in the file. */
  readonly rows?: { readonly names: readonly string[]; readonly cells: readonly (readonly string[])[] };
  /** Of what lies in the files, over the training part; empty where samples are made. */
  readonly statistics: readonly ChannelStatistics[];
  readonly remarks: readonly Text[];
}

export interface ClassBalance {
  readonly name: Text;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface SampleSet {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Of one sample: [] is a single value. */
  readonly inputShape: readonly number[];
  /** Set where inputs are whole numbers below it: tokens. */
  readonly inputClasses: number | undefined;
  readonly targetShape: readonly number[];
  readonly classes: readonly Text[] | undefined;
  readonly groups?: ClassGroups;
  /** What was made of the columns of a table, of samples that are rows. */
  readonly preparation?: Preparation;
  /** Which part each is in: a number of `partCodes`. */
  readonly part: Uint8Array;
}

export const partCodes = { train: 0, test: 1, validation: 2 } as const satisfies Record<Part, number>;

export type SampleRange =
  | {
      readonly part: Part;
      readonly class?: number;
      readonly first: number;
      readonly count: number;
    }
  | { readonly rows: readonly number[] };

export interface SamplePage extends SampleSet {
  /** Number of each sample, and how many there are of what was asked for. */
  readonly rows: Int32Array;
  readonly count: number;
  /** Of a table: the rows as they stand in the file. */
  readonly cells?: DataReport['rows'];
}

/** Samples with the same inputs as a training sample before them, bit for bit. */
export interface Duplicates {
  /** Of all samples that have been looked at. */
  readonly share: number;
  /** Test and validation samples among them, and training samples. */
  readonly leaked: number;
  readonly repeated: number;
  /** Those whose target is another. */
  readonly contradictory: number;
  /** The first few: [the sample before it, the sample]. */
  readonly leaks: readonly (readonly [number, number])[];
  readonly repeats: readonly (readonly [number, number])[];
  /** What a person should know of that. */
  readonly remarks: readonly Text[];
}
