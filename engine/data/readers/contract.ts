import type { Params } from '../../declaration/fields.ts';
import type { FoundFiles } from '../../declaration/found-files.ts';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import type { Samples, StoredRows } from '../sources/contract.ts';
import type { ImageSize } from './size-image.ts';

/** A file as a reader sees it: whoever opens it decompresses what is compressed, and counts what is read. */
export interface SourceFile {
  /** From the folder that was opened, with `/` between; without the ending of a compressed file. */
  readonly name: string;
  /** What it is called in sentences. */
  readonly place: string;
  /** The first bytes, or fewer where there are no more. */
  head(bytes: number): Promise<Uint8Array>;
  /** Throws a NetwrightError as soon as there is more than `limitBytes`. */
  read(limitBytes: number): Promise<Uint8Array>;
  /**
   * Some of what was read, from where it lies; not there where that is nowhere but in memory, or compressed. Throws a
   * NetwrightError where the file is another by now.
   */
  again?(start: number, end: number): Uint8Array;
}

export interface SourceFiles {
  /** The file or folder that a person named. */
  readonly path: string;
  /** The name of the file, where it was one: `files` are then its whole folder. */
  readonly chosen: string | undefined;
  /** By name. */
  readonly files: readonly SourceFile[];
  /** Names of the folders among and above them. */
  readonly folders: readonly string[];
  readonly sizeImages: SizeImages;
}

/**
 * Images of some of the files, in their order, all brought to one size; those that cannot be used are left out. Whoever opens
 * the files does it once and keeps what came of it.
 */
export type SizeImages = (files: readonly SourceFile[], size: ImageSize) => Promise<SizedImages>;

export interface SizedImages {
  /** [usable, C, side, side] */
  readonly rows: Uint8Array | StoredRows;
  /** What is wrong with the others, by their number among all. */
  readonly wrong: ReadonlyMap<number, Text>;
}

/** An image file may have so many bytes. */
export const mostImageBytes = 2 ** 28;

/** What was read, before it is known which samples are trained on. */
export interface Content {
  readonly found: Omit<FoundFiles, 'path' | 'fingerprint'>;
  /** What a person should know though the files can be used. */
  readonly remarks: readonly Text[];
  /** The first rows of a table, as they stand there. */
  readonly rows?: TableRows;
  /** Of a table: a sample as it stands in the file, by the names in `rows`. */
  cells?(params: Params, sample: number): readonly string[];
  /** The class of every sample, where they have one: parts are drawn so that each holds the same shares of them. */
  labels(params: Params): Int32Array | undefined;
  /** What a person should know of the samples as they are used. */
  remarksOnUse?(params: Params, train: Uint32Array): readonly Text[];
  /** Means and the like come from the training part alone. */
  samples(params: Params, train: Uint32Array): Samples;
}

export interface TableRows {
  readonly names: readonly string[];
  /** [rows][columns] */
  readonly cells: readonly (readonly string[])[];
}

/** Makes samples of the files of one kind of source. Nothing here opens a file. */
export interface Reader {
  /** Of its source. */
  readonly type: string;
  /** Fields of the source that change what is read; others change only what is made of it. */
  readonly readBy: readonly string[];
  /** Whether it has images brought to size, which takes long the first time. */
  readonly sizesImages?: true;
  /** Whether they look like its own, by what they begin with. */
  recognises(files: SourceFiles): Promise<boolean>;
  /** Throws a NetwrightError that names the file, what was expected and what was found. */
  read(files: SourceFiles, params: Params): Promise<Content>;
}

/** Samples may take at most so much memory. */
export const mostSampleBytes = 2 ** 31;

export const dataError = (code: string, place: string, { en, zh }: Text): NetwrightError =>
  new NetwrightError(`data.${code}`, text(`${place}: ${en}.`, `${place}：${zh}。`));

/** As it stands in a sentence; a header can promise more than words have room for. */
export function mebibytes(bytes: number): string {
  const whole = Math.ceil(bytes / 2 ** 20);
  return whole < 1e9 ? `${whole}` : whole.toExponential(1);
}

export function requireSampleMemory(bytes: number, place: string): void {
  if (bytes <= mostSampleBytes) return;
  const [most, found] = [mebibytes(mostSampleBytes), mebibytes(bytes)];
  throw dataError(
    'too-large',
    place,
    text(
      `expected samples of at most ${most} MiB in all, found ${found} MiB`,
      `样本总量上限为 ${most} MiB，实际为 ${found} MiB`,
    ),
  );
}
