import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { jsonOrUndefined } from '../document/json.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type FileStore, isTemporary, jsonBytes } from './file-store.ts';

/**
 * The checkpoints of a run folder: the last two and the best are kept.
 *
 *   checkpoints/index.json                  which file is what; when it is lost, the files themselves tell
 *   checkpoints/step-0000123.safetensors    one checkpoint, whole or not there
 */
const folder = 'checkpoints';
const indexFile = `${folder}/index.json`;
/** The only checkpoint of a run folder of version 1. */
const firstVersionFile = 'last.safetensors';

const entrySchema = z.strictObject({
  file: z.string().regex(/^step-\d{7,16}\.safetensors$/),
  step: z.int().min(0),
  epoch: z.int().min(0),
  /** Loss of the epoch that ended with it. */
  score: z.number().optional(),
});

type Entry = z.infer<typeof entrySchema>;

const indexSchema = z.strictObject({
  format: z.literal('netwright-checkpoints'),
  version: z.literal(1),
  last: entrySchema,
  previous: entrySchema.optional(),
  best: entrySchema.optional(),
});

const numberOf = (name: string): number => Number(/^step-(\d{7,16})\.safetensors$/.exec(name)?.[1] ?? -1);

const isCheckpoint = (name: string): boolean => numberOf(name) >= 0 || name === firstVersionFile;

const entryOf = ({ progress: { step, epoch }, score }: Checkpoint): Entry => ({
  file: `step-${String(step).padStart(7, '0')}.safetensors`,
  step,
  epoch,
  ...(score !== undefined && { score }),
});

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Its name, for sentences. */
  readonly file: string;
  /** Why a newer one could not be used. */
  readonly passedOver: NetwrightError | undefined;
}

/**
 * The newest checkpoint that is whole, or the best: that of the smallest loss at an epoch's end. undefined when there is
 * none; throws the reason when there are some, but none can be used.
 */
export async function readCheckpoint(
  store: FileStore,
  which: 'last' | 'best',
): Promise<FoundCheckpoint | undefined> {
  for (const isLastTry of [false, true]) {
    const names = await namesByAge(store, which);
    const { found, passedOver } =
      which === 'last' ? await firstWhole(store, names) : await bestWhole(store, names);
    if (found !== undefined) return { ...found, passedOver };
    if (passedOver !== undefined) throw passedOver;
    // A run that is being written moves on: what was listed may be gone when it is read.
    if (names.length === 0 || isLastTry) return undefined;
  }
  return undefined;
}

/** Names of the checkpoints there are: what the index names first, then the newest. */
async function namesByAge(store: FileStore, which: 'last' | 'best'): Promise<string[]> {
  const names = (await store.list(folder)).filter(isCheckpoint);
  const index = await readIndex(store);
  const first = [index?.[which], index?.previous].map((entry) => entry?.file);
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return names.toSorted((a, b) => rank(a) - rank(b) || numberOf(b) - numberOf(a));
}

async function readIndex(store: FileStore): Promise<z.infer<typeof indexSchema> | undefined> {
  const bytes = await store.read(indexFile);
  return bytes && indexSchema.safeParse(jsonOrUndefined(new TextDecoder().decode(bytes))).data;
}

type Whole = Omit<FoundCheckpoint, 'passedOver'>;

interface Search {
  readonly found: Whole | undefined;
  readonly passedOver: NetwrightError | undefined;
}

async function readOne(store: FileStore, name: string): Promise<Whole | NetwrightError | undefined> {
  const file = `${store.place}/${folder}/${name}`;
  const bytes = await store.read(`${folder}/${name}`);
  if (bytes === undefined) return undefined;
  try {
    return { checkpoint: decodeCheckpoint(bytes, file, store.crc32), file };
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
}

async function firstWhole(store: FileStore, names: readonly string[]): Promise<Search> {
  let passedOver: NetwrightError | undefined;
  for (const name of names) {
    const read = await readOne(store, name);
    if (read instanceof NetwrightError) passedOver ??= read;
    else if (read !== undefined) return { found: read, passedOver };
  }
  return { found: undefined, passedOver };
}

async function bestWhole(store: FileStore, names: readonly string[]): Promise<Search> {
  const indexed = (await readIndex(store))?.best?.file;
  let found: Whole | undefined;
  let passedOver: NetwrightError | undefined;
  for (const name of names) {
    const read = await readOne(store, name);
    if (read instanceof NetwrightError) passedOver ??= read;
    else if (read?.checkpoint.score !== undefined) {
      if (name === indexed) return { found: read, passedOver };
      if (read.checkpoint.score < (found?.checkpoint.score ?? Infinity)) found = read;
    }
  }
  return { found, passedOver };
}

/** Writes the checkpoints of one run. Calls must not overlap. */
export class CheckpointFiles {
  private readonly store: FileStore;
  private last: Entry | undefined;
  private previous: Entry | undefined;
  private best: Entry | undefined;
  /** Names of the files there are, those that are no longer wanted included. */
  private readonly present: Set<string>;
  /** Memory to encode in, while no file is being written from it. */
  private room: ArrayBuffer | undefined;

  private constructor(store: FileStore, present: readonly string[]) {
    this.store = store;
    this.present = new Set(present);
  }

  /** For a new run: whatever an earlier one left is removed. */
  static async begin(store: FileStore): Promise<CheckpointFiles> {
    const files = new CheckpointFiles(store, await leftoverNames(store));
    // Without the index first: it must never name files that are not there.
    await store.remove(indexFile);
    for (const name of files.present) await store.remove(`${folder}/${name}`);
    files.present.clear();
    return files;
  }

  /** For a run that goes on from `step`: later checkpoints, and those that cannot be read, are given up. */
  static async resume(store: FileStore, step: number): Promise<CheckpointFiles> {
    const files = new CheckpointFiles(store, await leftoverNames(store));
    const whole: Entry[] = [];
    for (const name of [...files.present].filter((present) => numberOf(present) >= 0)) {
      const read = numberOf(name) <= step ? await readOne(store, name) : undefined;
      if (read !== undefined && !(read instanceof NetwrightError)) whole.push(entryOf(read.checkpoint));
    }
    [files.last, files.previous] = whole.toSorted((a, b) => b.step - a.step);
    files.best = whole.reduce<Entry | undefined>(better, undefined);
    await files.settle();
    return files;
  }

  /** Loss of the best checkpoint; Infinity while there is none. */
  get bestScore(): number {
    return this.best?.score ?? Infinity;
  }

  /**
   * Encodes the checkpoint at once, so that its values may change afterwards, and returns what writes it. One that is not
   * `last` is only kept as the best.
   */
  prepare(checkpoint: Checkpoint, { isLast }: { readonly isLast: boolean }): () => Promise<void> {
    const entry = entryOf(checkpoint);
    const bytes = encodeCheckpoint(checkpoint, this.store.crc32, this.room);
    this.room = undefined;
    return async () => {
      try {
        await this.store.writeAtomic(`${folder}/${entry.file}`, bytes);
      } finally {
        this.room = bytes.buffer;
      }
      this.present.add(entry.file);
      this.place(entry, isLast);
      if (isLast) await this.settle();
    };
  }

  private place(entry: Entry, isLast: boolean): void {
    if (isLast) {
      // A run that failed goes back to its last good step: what came after it is no part of it any more.
      const earlier = [this.last, this.previous].filter((old) => old !== undefined && old.step < entry.step);
      this.previous = earlier[0];
      this.last = entry;
      if (this.best !== undefined && this.best.step > entry.step) this.best = undefined;
    }
    if (this.best?.file === entry.file) this.best = undefined;
    this.best = better(this.best, entry);
  }

  /** Writes the index, then removes what it no longer names. Nothing is removed before there is something to keep. */
  private async settle(): Promise<void> {
    const { last, previous, best } = this;
    if (last === undefined) return;
    const index = { format: 'netwright-checkpoints', version: 1, last, previous, best };
    await this.store.writeAtomic(indexFile, jsonBytes(index, 2));
    const kept = new Set([last, previous, best].map((entry) => entry?.file));
    for (const name of [...this.present].filter((present) => !kept.has(present))) {
      await this.store.remove(`${folder}/${name}`);
      this.present.delete(name);
    }
  }
}

const leftoverNames = async (store: FileStore): Promise<string[]> =>
  (await store.list(folder)).filter((name) => isCheckpoint(name) || isTemporary(name));

/** The one with the smaller loss; the earlier one where both have the same. */
const better = (best: Entry | undefined, entry: Entry): Entry | undefined =>
  (entry.score ?? Infinity) < (best?.score ?? Infinity) ? entry : best;

/** Said where a newer checkpoint had to be passed over. */
export const passedOverText = ({ checkpoint: { progress }, passedOver }: FoundCheckpoint): Text | undefined =>
  passedOver &&
  text(
    `${passedOver.text.en} The checkpoint of step ${progress.step} is used instead.`,
    `${passedOver.text.zh}改用第 ${progress.step} 步的检查点。`,
  );
