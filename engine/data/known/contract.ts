import type { Text } from '../../declaration/text.ts';

/** A file of a known set, as its publisher hands it out. */
export interface KnownFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** The MD5 that its publisher, or who reads the set everywhere, names for it. */
  readonly md5: string;
}

/** A set that everybody knows, and where it can be had. */
export interface KnownSet {
  /** What it is called on a command line, and its folder among the downloaded sets. */
  readonly id: string;
  readonly title: Text;
  /** What is in it. */
  readonly summary: Text;
  /** On which terms. */
  readonly licence: Text;
  /** Where it is described. */
  readonly page: string;
  /** Addresses that hold the files by their names, each ending in `/`; asked in this order. */
  readonly addresses: readonly string[];
  readonly files: readonly [KnownFile, ...KnownFile[]];
  /** Type of the reader that its files are for. */
  readonly reader: string;
  /** Where the files name their classes by numbers alone: what these stand for. */
  readonly classes?: readonly string[];
}

export const sizeOf = ({ files }: KnownSet): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
