import { crc32 } from 'node:zlib';
import type { FileStore } from '../../../engine/training/file-store.ts';

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([a, b]));

/** Thrown by a folder's store in place of the change that it was told to fail at. */
export class Broken extends Error {}

/** A run folder in memory, whose changes can be counted and made to fail. */
export class MemoryFolder {
  readonly files: Map<string, Uint8Array>;
  /** Changes that were made. */
  changes = 0;
  /** Whether the next change is to fail. An append that fails leaves half of its bytes. */
  fails: () => boolean = () => false;

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.files = new Map(files);
  }

  readonly store: FileStore = {
    place: 'memory',
    crc32,
    read: (name) => Promise.resolve(this.files.get(name)),
    list: (folder = '') => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const inside = [...this.files.keys()].filter((name) => name.startsWith(prefix));
      return Promise.resolve([
        ...new Set(inside.map((name) => name.slice(prefix.length).split('/')[0] ?? '')),
      ]);
    },
    writeAtomic: (name, bytes) => this.change(() => this.files.set(name, bytes.slice())),
    append: (name, bytes) => {
      const before = this.files.get(name) ?? new Uint8Array(0);
      return this.change(
        () => this.files.set(name, joined(before, bytes)),
        () => this.files.set(name, joined(before, bytes.subarray(0, bytes.length >> 1))),
      );
    },
    remove: (name) => this.change(() => this.files.delete(name)),
  };

  private async change(make: () => void, makeHalf: () => void = () => {}): Promise<void> {
    // What was handed over may change while a disk would still be writing it.
    await Promise.resolve();
    if (this.fails()) {
      makeHalf();
      throw new Broken('the disk is broken');
    }
    this.changes++;
    make();
  }
}
