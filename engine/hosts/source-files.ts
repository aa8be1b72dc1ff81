import { createHash, type Hash } from 'node:crypto';
import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, constants as zlib } from 'node:zlib';
import { type ArchivedFile, isTar, unpackArchive } from '../data/readers/archive.ts';
import { dataError, type SizeImages, type SourceFiles } from '../data/readers/contract.ts';
import type { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { unreadable } from './person-files.ts';
import { preparedImagesHere, type StampedFile } from './prepared-images.ts';

/** Files of samples as they lie on disk: looked at by readers, never written. */

/** A folder of samples is looked into this deep, and may hold so many files. */
const deepest = 4;
const mostFiles = 500_000;
/** So much of a compressed file gives its first bytes; a bomb makes a thousand times as much of it. */
const headBytes = 4096;

/** Unpacked, an archive lies in memory. */
const mostArchiveBytes = 2 ** 31;

const inflate = promisify(gunzip);

export interface OpenedFiles extends SourceFiles {
  /** SHA-256 of everything that was read so far, in its order. */
  fingerprint(): string;
}

/** `~` is the person's own folder, as in a shell. */
export const fullPath = (path: string): string =>
  resolve(path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path);

/** A folder with everything in it, or a file with what lies beside it. Throws a NetwrightError. */
export async function openSourceFiles(given: string): Promise<OpenedFiles> {
  const path = fullPath(given);
  const hash = createHash('sha256');
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw notAFile(path);
    const folder = found.isFile() ? dirname(path) : path;
    const read = (): string => hash.copy().digest('hex');
    // Images that were prepared before are not read again; what they held is known.
    let prepared: string | undefined;
    const fingerprint = (): string => prepared ?? read();
    const sizeImages: SizeImages = async (files, size) => {
      const images = files as readonly StampedFile[];
      const sized = await preparedImagesHere().sized({ path, images, size, fingerprint: read });
      prepared = sized.fingerprint;
      return sized;
    };
    if (found.isFile()) {
      const archived = await filesInArchive(path, hash);
      if (archived !== undefined) {
        return { path, chosen: undefined, files: archived, folders: [], sizeImages, fingerprint };
      }
    }
    const { names, folders } = await namesIn(folder, found.isFile() ? 0 : deepest);
    const files = withoutDoubles(names).map((name) => new DiskFile(folder, name, hash));
    const chosen = found.isFile() ? plainName(basename(path)) : undefined;
    return { path, chosen, files, folders, sizeImages, fingerprint };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Undefined where the file is no archive. */
async function filesInArchive(path: string, hash: Hash): Promise<readonly StampedFile[] | undefined> {
  const file = new DiskFile(dirname(path), basename(path), createHash('sha256'));
  if (!isTar(await file.head(512))) return undefined;
  const archived = await unpackArchive(await file.read(mostArchiveBytes), path);
  return archived.map((entry) => new MemoryFile(entry, path, hash));
}

const notAFile = (path: string): NetwrightError =>
  dataError(
    'not-a-file',
    path,
    text('expected a file or a folder, found a device', '此处应为文件或文件夹，实际为设备'),
  );

/** Names of the files and folders in a folder and in those below it, sorted; links are followed as far as the depth goes. */
async function namesIn(
  folder: string,
  depth: number,
): Promise<{ readonly names: readonly string[]; readonly folders: readonly string[] }> {
  const names: string[] = [];
  const folders: string[] = [];
  const walk = async (within: string, left: number): Promise<void> => {
    const entries = await readdir(join(folder, within), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await stat(join(folder, name)).catch(() => undefined) : entry;
      if (kind?.isDirectory() === true && left > 0) {
        folders.push(name);
        await walk(name, left - 1);
      }
      if (kind?.isFile() === true) names.push(name);
      if (names.length > mostFiles) {
        throw dataError(
          'too-many-files',
          folder,
          text(`expected at most ${mostFiles} files, found more`, `文件数上限为 ${mostFiles}，实际更多`),
        );
      }
    }
  };
  await walk('', depth);
  return { names, folders };
}

const plainName = (name: string): string => name.replace(/\.gz$/i, '');

/** Where a file lies there as it is and compressed too, the plain one is taken. */
const withoutDoubles = (names: readonly string[]): readonly string[] => {
  const plain = new Set(names);
  return names.filter((name) => plainName(name) === name || !plain.has(plainName(name)));
};

/** A file of an archive that has been unpacked into memory. */
class MemoryFile implements StampedFile {
  readonly name: string;
  readonly place: string;
  private readonly bytes: Uint8Array;
  private readonly hash: Hash;

  constructor({ name, bytes }: ArchivedFile, archive: string, hash: Hash) {
    this.name = name;
    this.place = `${archive}/${name}`;
    this.bytes = bytes;
    this.hash = hash;
  }

  head(bytes: number): Promise<Uint8Array> {
    return Promise.resolve(this.bytes.subarray(0, bytes));
  }

  read(limitBytes: number): Promise<Uint8Array> {
    if (this.bytes.length > limitBytes)
      return Promise.reject(tooLarge(this.place, limitBytes, this.bytes.length));
    this.hash.update(this.bytes);
    return Promise.resolve(this.bytes);
  }

  stamp(): Promise<string> {
    return Promise.resolve(createHash('sha256').update(this.bytes).digest('hex'));
  }
}

class DiskFile implements StampedFile {
  readonly name: string;
  readonly place: string;
  again?: (start: number, end: number) => Uint8Array;
  private readonly hash: Hash;

  constructor(folder: string, name: string, hash: Hash) {
    this.name = plainName(name);
    this.place = join(folder, name);
    this.hash = hash;
  }

  async head(bytes: number): Promise<Uint8Array> {
    return await this.withHandle(async (handle) => {
      const start = await readUpTo(handle, Math.max(bytes, headBytes));
      if (!isCompressed(start)) return start.subarray(0, bytes);
      try {
        return gunzipSync(start, { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, bytes);
      } catch (error) {
        throw this.broken(error);
      }
    });
  }

  async read(limitBytes: number): Promise<Uint8Array> {
    const bytes = await this.withHandle(async (handle) => {
      const { size } = await handle.stat();
      const start = await readUpTo(handle, 2);
      const compressed = isCompressed(start);
      // What is compressed is no larger than what comes of it but for a few bytes.
      const most = compressed ? limitBytes + 2 ** 20 : limitBytes;
      if (size > most) throw tooLarge(this.place, limitBytes, size);
      if (!compressed) this.again = await this.fromDisk();
      const stored = await readUpTo(handle, size, 0);
      if (isPointer(stored)) throw onlyPointer(this.place);
      return compressed ? await this.inflated(stored, limitBytes) : stored;
    });
    this.hash.update(bytes);
    return bytes;
  }

  private async fromDisk(): Promise<(start: number, end: number) => Uint8Array> {
    const before = await this.stamp();
    return (start, end) => {
      try {
        if (stampOf(statSync(this.place, { bigint: true })) !== before) throw changedFile(this.place);
        const bytes = new Uint8Array(end - start);
        const handle = openSync(this.place, 'r');
        try {
          readSync(handle, bytes, 0, bytes.length, start);
        } finally {
          closeSync(handle);
        }
        return bytes;
      } catch (error) {
        throw unreadable(this.place, error);
      }
    };
  }

  /** No one can set when a file was last changed in any way, as they can the time of its content; inodes are new at each mount on some systems. */
  async stamp(): Promise<string> {
    try {
      return stampOf(await stat(this.place, { bigint: true }));
    } catch (error) {
      throw unreadable(this.place, error);
    }
  }

  private async inflated(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array> {
    try {
      const { buffer, byteOffset, length } = await inflate(bytes, { maxOutputLength: limitBytes });
      return new Uint8Array(buffer, byteOffset, length);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(this.place, limitBytes) : this.broken(error);
    }
  }

  private async withHandle<T>(work: (handle: FileHandle) => Promise<T>): Promise<T> {
    try {
      // A device would never end, and a pipe would not even open.
      if (!(await stat(this.place)).isFile()) throw notAFile(this.place);
      const handle = await open(this.place, 'r');
      try {
        return await work(handle);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw unreadable(this.place, error);
    }
  }

  private broken(error: unknown): NetwrightError {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code ?? message;
    return dataError(
      'gzip-broken',
      this.place,
      text(
        `it cannot be decompressed (${reason}): the file is cut off or damaged`,
        `无法解压（${reason}）：文件不完整或已损坏`,
      ),
    );
  }
}

const stampOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size} ${mtimeNs} ${ctimeNs}`;

const changedFile = (place: string): NetwrightError =>
  dataError(
    'changed',
    place,
    text(
      'expected the file as it was when it was opened, found another; open it again to use it',
      '应为打开时的文件，实际已有改动；如需使用请重新打开',
    ),
  );

/** What lies in place of a large file where Git LFS has not fetched it. */
const isPointer = (bytes: Uint8Array): boolean =>
  bytes.length < 1024 &&
  new TextDecoder('latin1').decode(bytes).startsWith('version https://git-lfs.github.com/');

const onlyPointer = (place: string): NetwrightError =>
  dataError(
    'lfs-pointer',
    place,
    text(
      'expected the file itself, found a pointer of Git LFS to it; fetch it with git lfs pull',
      '应为文件本身，实际只是 Git LFS 的指针；请用 git lfs pull 获取',
    ),
  );

const isCompressed = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** From the start of the file; fewer where it ends. */
async function readUpTo(handle: FileHandle, bytes: number, from = 0): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  while (at < bytes) {
    const { bytesRead } = await handle.read(whole, at, Math.min(bytes - at, 2 ** 30), from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return whole.subarray(0, at);
}

function tooLarge(place: string, limit: number, size?: number): NetwrightError {
  const [en, zh] =
    size === undefined ? ['more as it is decompressed', '解压后更多'] : [`${size}`, `实际为 ${size} 字节`];
  return dataError(
    'file-too-large',
    place,
    text(`expected at most ${limit} bytes, found ${en}`, `最多 ${limit} 字节，${zh}`),
  );
}
