import { z } from 'zod';
import { jsonOrUndefined } from '../document/json.ts';
import { figureWords, histogramWords, sideBins } from '../kernels/telemetry.ts';
import type { KeptHistograms } from '../protocol/kept-run-messages.ts';
import type { WatchedTensorInfo } from '../protocol/live-run-messages.ts';
import type { FileStore } from './file-store.ts';
import { runFiles } from './run-folder.ts';

/**
 * Histograms of all watched tensors over the whole run, thinned: what another run is compared with. Nothing of a run
 * depends on them; where the file is lost or damaged, only they are missing.
 *
 *   histograms.bin   [header length, uint32][header, JSON][zeros up to a multiple of 4][payload, int32 …], little endian
 *
 * In the payload a histogram has its figures and, of each side, where its counts begin and how many there are; the zeros
 * around them are left out.
 */
const mostRows = 64;
/** In memory; the file is smaller. */
const mostBytes = 8 * 1024 * 1024;
const fewestRows = 2;

const wordBytes = 4;
const rangeShift = 16;

const headerSchema = z.object({
  format: z.literal('netwright-run-histograms'),
  version: z.literal(1),
  /** Every so many histograms that were taken one is kept. */
  stride: z.int().min(1),
  crc32: z.int().min(0),
  watched: z.array(
    z.object({
      key: z.string(),
      node: z.string(),
      kind: z.enum(['weight', 'weightGradient', 'activation', 'activationGradient']),
      tensor: z.string(),
      shape: z.array(z.int().min(0)),
      columns: z.int().min(0),
      inner: z.int().min(0),
    }),
  ),
  /** Step and words in the payload of each row. */
  rows: z.array(z.tuple([z.int().min(0), z.int().min(0)])).max(mostRows + 1),
});

type Row = KeptHistograms['rows'][number];

/** Follows one run: rows at even distances from its beginning on, at most 64 of them or 8 MiB, and the newest. */
export class HistogramKeeper {
  private readonly watched: readonly WatchedTensorInfo[];
  private readonly capacity: number;
  private rows: Row[] = [];
  private newest: Row | undefined;
  private stride = 1;
  /** How many came before the newest. */
  private seen = 0;
  private isWritten = true;

  constructor(watched: readonly WatchedTensorInfo[]) {
    this.watched = watched;
    const rowBytes = Math.max(1, watched.length) * histogramWords * wordBytes;
    this.capacity = Math.min(mostRows, Math.max(fewestRows, Math.floor(mostBytes / rowBytes)));
  }

  /** Of a run that goes on from `step`. */
  static async resume(
    store: FileStore,
    watched: readonly WatchedTensorInfo[],
    step: number,
  ): Promise<HistogramKeeper> {
    const keeper = new HistogramKeeper(watched);
    const read = await readFile(store);
    const keys = (list: readonly WatchedTensorInfo[]): string => list.map(({ key }) => key).join('\n');
    if (read === undefined || keys(read.kept.watched) !== keys(watched)) return keeper;
    keeper.rows = read.kept.rows.filter((row) => row.step <= step);
    keeper.stride = read.stride;
    keeper.thin();
    keeper.seen = keeper.rows.length * keeper.stride;
    return keeper;
  }

  /** Words of all watched tensors at a step; what is kept of them is a copy. */
  add(step: number, words: Int32Array): void {
    if (this.watched.length === 0 || words.length !== this.watched.length * histogramWords) return;
    // A paused run may report its step again.
    if (step < (this.newest?.step ?? (this.rows.at(-1)?.step ?? -1) + 1)) return;
    const spare = step === this.newest?.step ? this.newest : this.settle();
    const mine = spare?.words ?? new Int32Array(words.length);
    mine.set(words);
    this.newest = { step, words: mine };
    this.isWritten = false;
  }

  /** The newest is one of those that stay, or its memory is free for the next. */
  private settle(): Row | undefined {
    const { newest } = this;
    if (newest === undefined) return undefined;
    const stays = this.seen % this.stride === 0;
    this.seen++;
    if (!stays) return newest;
    this.rows.push(newest);
    this.thin();
    return undefined;
  }

  private thin(): void {
    while (this.rows.length > this.capacity) {
      this.rows = this.rows.filter((_, i) => i % 2 === 0);
      this.stride *= 2;
    }
  }

  /** The file as it is to be written now; undefined where there is nothing new. */
  take({ crc32 }: Pick<FileStore, 'crc32'>): Uint8Array | undefined {
    if (this.isWritten) return undefined;
    this.isWritten = true;
    const rows = this.newest === undefined ? this.rows : [...this.rows, this.newest];
    const packed = rows.map(({ words }) => pack(words));
    const payload = new Uint8Array(packed.reduce((sum, words) => sum + words.byteLength, 0));
    let at = 0;
    for (const words of packed) {
      payload.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), at);
      at += words.byteLength;
    }
    const header: z.infer<typeof headerSchema> = {
      format: 'netwright-run-histograms',
      version: 1,
      stride: this.stride,
      crc32: crc32(payload, 0),
      watched: this.watched.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
      rows: rows.map(({ step }, i) => [step, (packed[i] as Int32Array).length]),
    };
    const json = new TextEncoder().encode(JSON.stringify(header));
    const start = aligned(wordBytes + json.length);
    const bytes = new Uint8Array(start + payload.length);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, wordBytes);
    bytes.set(payload, start);
    return bytes;
  }

  /** What was taken could not be written. */
  putBack(): void {
    this.isWritten = false;
  }
}

/** undefined where a run has kept none. */
export async function readHistograms(store: FileStore): Promise<KeptHistograms | undefined> {
  return (await readFile(store))?.kept;
}

const aligned = (offset: number): number => Math.ceil(offset / wordBytes) * wordBytes;

async function readFile(
  store: FileStore,
): Promise<{ readonly kept: KeptHistograms; readonly stride: number } | undefined> {
  const read = await store.read(runFiles.histograms);
  if (read === undefined || read.length < wordBytes) return undefined;
  // Words are read where they lie, which has to be at a multiple of their size.
  const bytes = Uint8Array.from(read);
  const jsonLength = new DataView(bytes.buffer).getUint32(0, true);
  const start = aligned(wordBytes + jsonLength);
  if (start > bytes.length || (bytes.length - start) % wordBytes !== 0) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(wordBytes, wordBytes + jsonLength));
  const header = headerSchema.safeParse(jsonOrUndefined(text));
  if (!header.success || store.crc32(bytes.subarray(start), 0) !== header.data.crc32) return undefined;
  const { watched, rows, stride } = header.data;
  const payload = new Int32Array(bytes.buffer, start);
  const unpacked: Row[] = [];
  let at = 0;
  for (const [step, length] of rows) {
    const words = unpack(payload.subarray(at, at + length), watched.length);
    if (words === undefined) return undefined;
    unpacked.push({ step, words });
    at += length;
  }
  return at === payload.length ? { kept: { watched, rows: unpacked }, stride } : undefined;
}

function pack(words: Int32Array): Int32Array {
  const count = words.length / histogramWords;
  const packed = new Int32Array(words.length + 2 * count);
  let to = 0;
  for (let start = 0; start < words.length; start += histogramWords) {
    packed.set(words.subarray(start, start + figureWords), to);
    to += figureWords;
    for (let side = start + figureWords; side < start + histogramWords; side += sideBins) {
      let first = 0;
      while (first < sideBins && words[side + first] === 0) first++;
      let end = sideBins;
      while (end > first && words[side + end - 1] === 0) end--;
      packed[to++] = (first << rangeShift) | (end - first);
      packed.set(words.subarray(side + first, side + end), to);
      to += end - first;
    }
  }
  return packed.slice(0, to);
}

/** undefined where it is not what `pack` makes of so many histograms. */
function unpack(packed: Int32Array, count: number): Int32Array | undefined {
  const words = new Int32Array(count * histogramWords);
  let from = 0;
  for (let start = 0; start < words.length; start += histogramWords) {
    if (from + figureWords > packed.length) return undefined;
    words.set(packed.subarray(from, from + figureWords), start);
    from += figureWords;
    for (let side = start + figureWords; side < start + histogramWords; side += sideBins) {
      const range = packed[from++] ?? -1;
      const [first, length] = [range >> rangeShift, range & (2 ** rangeShift - 1)];
      if (range < 0 || first + length > sideBins || from + length > packed.length) return undefined;
      words.set(packed.subarray(from, from + length), side + first);
      from += length;
    }
  }
  return from === packed.length ? words : undefined;
}
