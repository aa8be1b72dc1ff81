import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { dataError, type SizedImages } from '../data/readers/contract.ts';
import type { StoredRows } from '../data/sources/contract.ts';
import { areStored } from '../data/sources/rows.ts';
import { text } from '../declaration/text.ts';
import { jsonOrUndefined } from '../document/json.ts';
import { markUse } from './folder-use.ts';

/**
 * A prepared set is a folder of its own:
 *
 *   rows.bin     [count, size] bytes, then the CRC-32 of each row as uint32, little-endian
 *   set.json     written last: what is there without it is half done
 *   counts-….bin float64: what was made of some of the rows
 */
export const preparedFiles = { rows: 'rows.bin', set: 'set.json' } as const;

export const preparedFormat = 1;
export const checkBytes = 4;

/** Up to so many bytes are read whole: a row that lies in memory costs nothing to read again. */
export const smallSetBytes = 2 ** 28;

const textSchema = z.strictObject({ en: z.string(), zh: z.string() });

const setSchema = z.strictObject({
  format: z.literal(preparedFormat),
  /** What was prepared, for a person who looks into the folder. */
  of: z.string(),
  count: z.int().min(0),
  /** Bytes of one row. */
  size: z.int().min(1),
  /** How often each byte stands in each channel, [C, 256]. */
  counts: z.array(z.number().min(0)),
  /** What is wrong with images that were left out, by their number. */
  wrong: z.array(z.tuple([z.int().min(0), textSchema])),
  /** SHA-256 of what the files held. */
  fingerprint: z.string(),
});

export type PreparedSet = z.infer<typeof setSchema>;

export interface OpenedSet extends SizedImages {
  readonly fingerprint: string;
}

/** Rows that are looked at when a set is opened that is not read whole: enough to find a file that is no longer itself. */
const lookedAt = 64;

interface SoundSet {
  readonly set: PreparedSet;
  readonly file: number;
  /** CRC-32 of each row. */
  readonly checks: Uint32Array;
}

/** What was prepared in a folder; undefined where nothing was, or it is damaged. */
export function openSet(folder: string, readWholeBytes = smallSetBytes): OpenedSet | undefined {
  const sound = soundSet(folder);
  if (sound === undefined) return undefined;
  const { set, file } = sound;
  const { fingerprint } = set;
  const wrong = new Map(set.wrong);
  touch(folder);
  if (set.count * set.size > readWholeBytes)
    return { rows: DiskRows.open(folder, sound), wrong, fingerprint };
  const rows = wholeSet(sound);
  closeSync(file);
  return rows && { rows, wrong, fingerprint };
}

/** Whether something was prepared there that looks as it did. */
export function isSound(folder: string): boolean {
  const sound = soundSet(folder);
  if (sound !== undefined) closeSync(sound.file);
  return sound !== undefined;
}

function readSet(folder: string): PreparedSet | undefined {
  try {
    return setSchema.safeParse(jsonOrUndefined(readFileSync(join(folder, preparedFiles.set), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Those that nobody used for longest are removed first. */
function touch(folder: string): void {
  try {
    const now = new Date();
    utimesSync(join(folder, preparedFiles.set), now, now);
  } catch {
    // A folder that can only be read is as good.
  }
}

/** The file is open then. */
function soundSet(folder: string): SoundSet | undefined {
  const set = readSet(folder);
  if (set === undefined) return undefined;
  let file: number;
  try {
    file = openSync(join(folder, preparedFiles.rows), 'r');
  } catch {
    return undefined;
  }
  const checks = new Uint32Array(set.count);
  if (looksSound(file, set, checks)) return { set, file, checks };
  closeSync(file);
  return undefined;
}

function looksSound(file: number, { count, size }: PreparedSet, checks: Uint32Array): boolean {
  if (fstatSync(file).size !== count * (size + checkBytes)) return false;
  if (!readInto(file, new Uint8Array(checks.buffer), count * size)) return false;
  const some = new Uint8Array(size);
  const step = Math.max(1, Math.floor(count / lookedAt));
  for (let row = 0; row < count; row += step)
    if (!readInto(file, some, row * size) || crc32(some) !== checks[row]) return false;
  return true;
}

/** Shared, so that another thread need not have its own; undefined where a row is damaged. */
function wholeSet({ set: { count, size }, file, checks }: SoundSet): Uint8Array | undefined {
  const whole = new Uint8Array(new SharedArrayBuffer(count * size));
  if (!readInto(file, whole, 0)) return undefined;
  for (let row = 0; row < count; row++)
    if (crc32(whole.subarray(row * size, (row + 1) * size)) !== checks[row]) return undefined;
  return whole;
}

/** Fills `to` from a place in a file; false where it ends before. */
function readInto(file: number, to: Uint8Array, from: number): boolean {
  for (let at = 0; at < to.length; ) {
    const read = readSync(file, to, at, Math.min(to.length - at, 2 ** 30), from + at);
    if (read === 0) return false;
    at += read;
  }
  return true;
}

/** Rows that another thread has opened, by their place. Throws a NetwrightError where they are gone. */
export function openStoredRows(place: string): StoredRows {
  const rows = openSet(place, 0)?.rows;
  if (rows === undefined || !areStored(rows)) throw damaged(place);
  return rows;
}

export const damaged = (place: string, row?: number): Error => {
  const where = row === undefined ? text('', '') : text(` at row ${row + 1}`, `第 ${row + 1} 行`);
  return dataError(
    'prepared-damaged',
    join(place, preparedFiles.rows),
    text(
      `expected the images as they were prepared, found other bytes${where.en}: the file was damaged or removed; it is made anew when the images are used again`,
      `应为已准备好的图像，实际${where.zh}内容不符：文件已损坏或被删除；再次使用这些图像时会重新生成`,
    ),
  );
};

/** Closes what is not used any more: samples are handed on to whoever wants them, and nobody says when they are done. */
const letGo = new FinalizationRegistry<() => void>((close) => close());

class DiskRows implements StoredRows {
  readonly place: string;
  readonly count: number;
  readonly size: number;
  readonly counts: Float64Array;
  readonly window: Uint8Array;
  private readonly file: number;
  private readonly checks: Uint32Array;
  /** Which rows stand in the two halves of the window, and which half was asked for last. */
  private readonly held: [number, number] = [-1, -1];
  private last: 0 | 1 = 0;

  static open(place: string, { set, file, checks }: SoundSet): DiskRows {
    const rows = new DiskRows(file, place, set, checks);
    const unmark = markUse(place);
    letGo.register(rows, () => {
      closeSync(file);
      unmark();
    });
    return rows;
  }

  private constructor(
    file: number,
    place: string,
    { count, size, counts }: PreparedSet,
    checks: Uint32Array,
  ) {
    this.file = file;
    this.place = place;
    this.count = count;
    this.size = size;
    this.counts = Float64Array.from(counts);
    this.checks = checks;
    this.window = new Uint8Array(2 * size);
  }

  bring(row: number): number {
    const { held, size } = this;
    if (held[this.last] === row) return this.last * size;
    const other = this.last === 0 ? 1 : 0;
    this.last = other;
    if (held[other] !== row && !this.read(row, other)) {
      held[other] = -1;
      // Without it the next one who opens the set makes it anew.
      rmSync(join(this.place, preparedFiles.set), { force: true });
      throw damaged(this.place, row);
    }
    return other * size;
  }

  kept(rows: Uint32Array, make: () => Float64Array): Float64Array {
    const name = createHash('sha256').update(rows).digest('hex').slice(0, 32);
    const path = join(this.place, `counts-${name}.bin`);
    const known = keptIn(path, this.counts.length);
    if (known !== undefined) return known;
    const made = make();
    try {
      const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
      writeFileSync(temporary, new Uint8Array(made.buffer));
      renameSync(temporary, path);
    } catch {
      // It is made again the next time.
    }
    return made;
  }

  private read(row: number, half: 0 | 1): boolean {
    const { window, size, checks, held } = this;
    const to = window.subarray(half * size, (half + 1) * size);
    held[half] = row;
    return readInto(this.file, to, row * size) && crc32(to) === checks[row];
  }
}

function keptIn(path: string, length: number): Float64Array | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length === 8 * length ? new Float64Array(Uint8Array.from(bytes).buffer) : undefined;
  } catch {
    return undefined;
  }
}
