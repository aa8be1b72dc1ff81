import type { Crc32 } from './checkpoint.ts';

/**
 * Where a run folder's files are. `place` is the folder's name in sentences; names are relative to it, with `/`.
 * Everything throws a NetwrightError in one sentence when the place cannot be read or written.
 */
export interface FileStore {
  readonly place: string;
  /** undefined when there is no such file. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** The file is either the old or the new one, whatever happens in between, and is on the disk when this resolves. */
  writeAtomic(name: string, bytes: Uint8Array): Promise<void>;
  /** What was appended is on the disk when this resolves. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names in a folder of it, the run folder itself without one; empty when it does not exist. */
  list(folder?: string): Promise<readonly string[]>;
  readonly crc32: Crc32;
}

/** What a write that was cut off leaves behind. */
export const isTemporary = (name: string): boolean => /\.\d+\.tmp$/.test(name);

export const jsonBytes = (value: unknown, indent?: number): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`${JSON.stringify(value, undefined, indent)}\n`);
