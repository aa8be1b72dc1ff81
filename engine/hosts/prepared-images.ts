import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { ByteCounts } from '../data/readers/byte-counts.ts';
import { mostImageBytes, type SourceFile } from '../data/readers/contract.ts';
import type { ImageSize } from '../data/readers/size-image.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import type { Preparing } from '../protocol/data-messages.ts';
import { isFolderHeld, lockFolder, newLockToken, type Taken, unlockFolder } from './folder-lock.ts';
import { isInUse } from './folder-use.ts';
import { ImageCrew } from './image-crew.ts';
import { preparedFolder } from './installation.ts';
import { makeFolder } from './make-folder.ts';
import { unwritable, writePersonFile } from './person-files.ts';
import {
  checkBytes,
  damaged,
  isSound,
  type OpenedSet,
  openSet,
  type PreparedSet,
  preparedFiles,
  preparedFormat,
  smallSetBytes,
} from './stored-rows.ts';

/** A file that says, without being read, whether it is still the same. */
export interface StampedFile extends SourceFile {
  stamp(): Promise<string>;
}

/** Images of a file or folder that a person named, to be brought to one size. */
export interface ImagesToSize {
  readonly path: string;
  readonly images: readonly StampedFile[];
  readonly size: ImageSize;
  /** SHA-256 of what has been read of all the files so far. */
  readonly fingerprint: () => string;
}

export interface PreparedPlace {
  /** A folder for each set. */
  readonly folder: string;
  /** All sets together take no more, but for the newest. */
  readonly limitBytes: number;
  readonly readWholeBytes: number;
  /** Bytes that there is room for on the disk. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

interface Coming {
  readonly path: string;
  readonly all: number;
  done: number;
  readonly abort: AbortController;
  /** Whether it was made here just now. */
  readonly ended: Promise<boolean>;
}

/** Another process or thread is looked after so often. */
const lookAgainMs = 150;
/** Compressed images that wait to be decoded take no more. */
const mostWaitingBytes = 2 ** 26;
const writeBytes = 2 ** 22;
const statsAtOnce = 32;

/**
 * Images as they were brought to size, once for everyone: each set lies in a folder named by what it was made of. Whoever
 * finds another making it waits.
 */
export class PreparedImages {
  private readonly place: PreparedPlace;
  private readonly coming = new Map<string, Coming>();
  private readonly listeners = new Set<(preparing: Preparing) => void>();

  constructor(place: PreparedPlace) {
    this.place = place;
  }

  /** What this thread is preparing. */
  list(): readonly Preparing[] {
    return [...this.coming.values()].map(({ path, done, all }) => ({ path, done, all }));
  }

  /** Tells of every image that was prepared, until what it hands back is called. */
  listen(listener: (preparing: Preparing) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whoever waits for those of a path is refused; without one, whoever waits for any. */
  cancel(path?: string): void {
    for (const coming of this.coming.values())
      if (path === undefined || coming.path === path) coming.abort.abort(cancelled(coming.path));
  }

  /** Throws a NetwrightError when they cannot be prepared, or somebody cancelled it. */
  async sized(asked: ImagesToSize): Promise<OpenedSet> {
    const folder = join(this.place.folder, await keyOf(asked));
    for (;;) {
      const found = openSet(folder, this.place.readWholeBytes);
      if (found !== undefined) {
        // A process that was killed has left its marks.
        await isInUse(folder);
        return found;
      }
      const coming = this.coming.get(folder) ?? this.begin(folder, asked);
      const isMade = await coming.ended;
      if (isMade && !isSound(folder)) throw damaged(folder);
    }
  }

  private begin(folder: string, asked: ImagesToSize): Coming {
    const abort = new AbortController();
    const coming: Coming = {
      path: asked.path,
      all: asked.images.length,
      done: 0,
      abort,
      ended: Promise.resolve().then(async (): Promise<boolean> => {
        try {
          return await this.make(folder, asked, coming);
        } finally {
          this.coming.delete(folder);
        }
      }),
    };
    this.coming.set(folder, coming);
    return coming;
  }

  /** Makes the set; false where another has made it, or is still at it. */
  private async make(folder: string, asked: ImagesToSize, coming: Coming): Promise<boolean> {
    const token = newLockToken();
    try {
      await lockFolder(folder, token, elsewhere);
    } catch (error) {
      if (!(error instanceof NetwrightError && error.code === inUse)) throw error;
      await wait(lookAgainMs);
      coming.abort.signal.throwIfAborted();
      return false;
    }
    try {
      // Whoever held it before may have just made it.
      if (isSound(folder)) return false;
      await this.makeRoom(folder, asked);
      await this.write(folder, asked, coming);
      return true;
    } catch (error) {
      throw error instanceof NetwrightError ? error : unwritable(folder, error);
    } finally {
      await unlockFolder(folder, token);
    }
  }

  private async write(folder: string, asked: ImagesToSize, coming: Coming): Promise<void> {
    const { images, size } = asked;
    const path = join(folder, preparedFiles.rows);
    const temporary = `${path}.${process.pid}.tmp`;
    const crew = new ImageCrew(images.length);
    const rows = new RowWriter(await open(temporary, 'w'), size);
    try {
      const wrong: [number, Text][] = [];
      const take = async ({ number, answer }: Pending): Promise<void> => {
        const sized = await answer;
        if (sized instanceof Uint8Array) await rows.add(sized);
        else wrong.push([number, sized]);
        coming.done = number + 1;
        for (const listen of this.listeners) listen(coming);
      };
      const pending: Pending[] = [];
      let waitingBytes = 0;
      const takeFirst = async (): Promise<void> => {
        const first = pending.shift() as Pending;
        waitingBytes -= first.bytes;
        await take(first);
      };
      // One after the other, as their fingerprint needs it; decoding takes longer, and is done beside it.
      for (const [number, image] of images.entries()) {
        coming.abort.signal.throwIfAborted();
        const bytes = await image.read(mostImageBytes);
        while (
          pending.length > 0 &&
          (pending.length >= crew.depth || waitingBytes + bytes.length > mostWaitingBytes)
        )
          await takeFirst();
        const answer = crew.size({ bytes, name: image.name, size });
        // Told where it is waited for.
        answer.catch(() => {});
        pending.push({ number, bytes: bytes.length, answer });
        waitingBytes += bytes.length;
      }
      while (pending.length > 0) await takeFirst();
      await rows.end();
      await rename(temporary, path);
      const set: PreparedSet = {
        format: preparedFormat,
        of: asked.path,
        count: rows.count,
        size: rows.size,
        counts: [...rows.counts.total()],
        wrong,
        fingerprint: asked.fingerprint(),
      };
      await writePersonFile(join(folder, preparedFiles.set), new TextEncoder().encode(JSON.stringify(set)));
    } finally {
      await crew.close();
      await rows.close();
      await rm(temporary, { force: true });
    }
  }

  /** Removes the sets that nobody has used for longest, as far as this one needs it. */
  private async makeRoom(folder: string, { path, images, size }: ImagesToSize): Promise<void> {
    const needed = images.length * (size.channels * size.side ** 2 + checkBytes);
    const others = (await this.sets()).filter((set) => set.folder !== folder);
    let total = others.reduce((sum, { bytes }) => sum + bytes, 0);
    let free = await this.place.freeBytes(folder);
    for (const { folder: old, bytes, usedMs } of others.toSorted((a, b) => a.usedMs - b.usedMs)) {
      const isEnough = total + needed <= this.place.limitBytes && needed <= free;
      if (isEnough && usedMs > 0) break;
      if ((await isFolderHeld(old)) || (await isInUse(old))) continue;
      // Where a file cannot be removed, what is left of the disk says so.
      await rm(old, { recursive: true, force: true }).catch(() => {});
      total -= bytes;
      free = await this.place.freeBytes(folder);
    }
    if (needed > free) throw tooLittleRoom(path, folder, needed, free);
  }

  private async sets(): Promise<readonly { folder: string; bytes: number; usedMs: number }[]> {
    const names = await readdir(this.place.folder).catch(() => []);
    return await Promise.all(
      names.map(async (name) => {
        const folder = join(this.place.folder, name);
        const files = await readdir(folder).catch(() => []);
        const found = await Promise.all(files.map((file) => stat(join(folder, file)).catch(() => undefined)));
        const bytes = found.reduce((sum, file) => sum + (file?.size ?? 0), 0);
        // One that is half done has never been used.
        const used = await stat(join(folder, preparedFiles.set)).catch(() => undefined);
        return { folder, bytes, usedMs: used?.mtimeMs ?? 0 };
      }),
    );
  }
}

interface Pending {
  readonly number: number;
  readonly bytes: number;
  readonly answer: ReturnType<ImageCrew['size']>;
}

/** Writes rows one after the other and counts their bytes. */
class RowWriter {
  readonly size: number;
  readonly counts: ByteCounts;
  count = 0;
  private readonly file: FileHandle;
  private readonly checks: number[] = [];
  private readonly buffer: Uint8Array;
  private filled = 0;

  constructor(file: FileHandle, { side, channels }: ImageSize) {
    this.file = file;
    this.size = channels * side * side;
    this.counts = new ByteCounts(channels, side * side);
    this.buffer = new Uint8Array(Math.max(writeBytes, this.size));
  }

  async add(row: Uint8Array): Promise<void> {
    const { buffer, size } = this;
    if (this.filled + size > buffer.length) await this.flush();
    buffer.set(row, this.filled);
    this.filled += size;
    this.checks.push(crc32(row));
    this.count++;
    this.counts.add(row, 0);
  }

  async end(): Promise<void> {
    await this.flush();
    await this.whole(new Uint8Array(Uint32Array.from(this.checks).buffer));
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    await this.whole(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  private async whole(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await this.file.write(bytes, at)).bytesWritten;
  }
}

/** Names what a set is made of: the files, by their names, sizes and when they were changed, and how they are brought to size. */
async function keyOf({ path, images, size, fingerprint }: ImagesToSize): Promise<string> {
  const { side, fit, channels } = size;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([preparedFormat, path, side, fit, channels, fingerprint()]));
  for (let from = 0; from < images.length; from += statsAtOnce) {
    const some = images.slice(from, from + statsAtOnce);
    const stamps = await Promise.all(some.map((image) => image.stamp()));
    for (const [i, { name }] of some.entries()) hash.update(JSON.stringify([name, stamps[i]]));
  }
  return hash.digest('hex').slice(0, 32);
}

const inUse = 'prepare.in-use';

/** Never told: it is waited for. */
const elsewhere: Taken = (folder, pid) =>
  new NetwrightError(
    inUse,
    text(`${folder}: process ${pid} is preparing these images.`, `${folder}：进程 ${pid} 正在准备这些图像。`),
  );

const cancelled = (path: string): NetwrightError =>
  new NetwrightError(
    'prepare.cancelled',
    text(
      `${path}: preparing the images was cancelled; they cannot be used before it is done.`,
      `${path}：已取消准备图像；准备完成之前无法使用这些图像。`,
    ),
  );

function tooLittleRoom(path: string, folder: string, needed: number, free: number): NetwrightError {
  const [all, found] = [needed, free].map((bytes) => (bytes / 2 ** 30).toFixed(1));
  return new NetwrightError(
    'prepare.disk-full',
    text(
      `${path}: its images take ${all} GiB at this size, and the disk of ${folder} has ${found} GiB left; make room there, choose a smaller size, or set NETWRIGHT_HOME to a folder on another disk.`,
      `${path}：这些图像在此尺寸下需要 ${all} GiB，而 ${folder} 所在磁盘只剩 ${found} GiB；请腾出空间、选用更小的尺寸，或将 NETWRIGHT_HOME 设为其他磁盘上的文件夹。`,
    ),
  );
}

const usualLimitBytes = 20 * 2 ** 30;

async function freeBytesAt(folder: string): Promise<number> {
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

let here: PreparedImages | undefined;

/** Those of this person's folder, as this thread sees them. */
export function preparedImagesHere(): PreparedImages {
  here ??= new PreparedImages({
    folder: preparedFolder(),
    limitBytes: usualLimitBytes,
    readWholeBytes: smallSetBytes,
    freeBytes: freeBytesAt,
  });
  return here;
}
