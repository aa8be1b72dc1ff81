import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { jsonOrUndefined, parseJson } from '../document/json.ts';
import { issueProblem, readDocumentValue } from '../document/read.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { EpochRecord, Metrics, Refusal, RunState } from '../protocol/messages.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

/**
 * Where a run folder's files are. `place` is the folder's name in sentences; names are relative to it, with `/`.
 * Everything throws a NetwrightError in one sentence when the place cannot be read or written.
 */
export interface FileStore {
  readonly place: string;
  /** undefined when there is no such file. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** The file is either the old or the new one, whatever happens in between. */
  writeAtomic(name: string, bytes: Uint8Array): Promise<void>;
  append(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names at the top of the folder; empty when it does not exist. */
  list(): Promise<readonly string[]>;
}

/** The files of a run folder. */
export const runFiles = {
  manifest: 'run.json',
  metrics: 'metrics.jsonl',
  checkpoint: 'checkpoints/last.safetensors',
} as const;

const manifestVersion = 1;
const states = ['running', 'paused', 'done', 'stopped', 'failed'] as const satisfies readonly RunState[];

const textSchema = z.strictObject({ en: z.string(), zh: z.string() });
/** JSON has no NaN: a number that is none is written as null. */
const figure = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const metricsSchema = z.strictObject({ loss: figure, accuracy: z.number().optional() });
const refusalSchema = z.object({ code: z.string(), message: textSchema });

const resultSchema = z.strictObject({
  steps: z.int().min(0),
  epochs: z.int().min(0),
  stepsPerSecond: figure,
  train: metricsSchema.optional(),
  test: metricsSchema.optional(),
  weightsSha256: z.string(),
  ending: textSchema.optional(),
  failure: refusalSchema.optional(),
});

const manifestSchema = z.strictObject({
  format: z.literal('netwright-run'),
  version: z.literal(manifestVersion),
  document: z.unknown(),
  status: z.enum(states),
  kernels: z.string(),
  threads: z.int().min(1),
  workers: z.int().min(1),
  parameterCount: z.int().min(0),
  arenaBytes: z.int().min(0),
  result: resultSchema.optional(),
});

const newerSchema = z.object({ version: z.number().gt(manifestVersion) });

const epochSchema = z.strictObject({
  epoch: z.int().min(1),
  step: z.int().min(1),
  train: metricsSchema,
  test: metricsSchema.optional(),
  learningRate: z.number(),
});

/** What a run came to; for the runs that have not ended, what it came to so far. */
export interface RunResult {
  readonly steps: number;
  readonly epochs: number;
  readonly stepsPerSecond: number;
  readonly train: Metrics | undefined;
  readonly test: Metrics | undefined;
  readonly weightsSha256: string;
  /** Why it ended before its last epoch, where it did by itself. */
  readonly ending: Text | undefined;
  readonly failure: Pick<Refusal, 'code' | 'message'> | undefined;
}

export interface RunManifest {
  readonly document: NetwrightDocument;
  readonly status: RunState;
  readonly kernels: string;
  readonly threads: number;
  readonly workers: number;
  readonly parameterCount: number;
  readonly arenaBytes: number;
  readonly result: RunResult | undefined;
}

export interface SavedWeights {
  readonly manifest: RunManifest;
  readonly checkpoint: Checkpoint;
}

export interface SavedRun extends SavedWeights {
  readonly epochs: readonly EpochRecord[];
}

const jsonBytes = (value: unknown, indent?: number): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`${JSON.stringify(value, undefined, indent)}\n`);

/** Reads a run from a stranger's folder. Throws a NetwrightError that names file, place, what was expected and found. */
export async function readRun(store: FileStore): Promise<SavedRun> {
  return { ...(await readWeights(store)), epochs: await readEpochs(store) };
}

/** The same without the history of epochs, so that weights are not lost with it. */
export async function readWeights(store: FileStore): Promise<SavedWeights> {
  const manifest = await readManifest(store);
  const file = `${store.place}/${runFiles.checkpoint}`;
  const bytes = await store.read(runFiles.checkpoint);
  if (bytes === undefined) {
    throw unreadable(
      file,
      'expected the saved weights, found no such file.',
      '应有保存的权重，但文件不存在。',
    );
  }
  return { manifest, checkpoint: decodeCheckpoint(bytes, file) };
}

export async function readManifest(store: FileStore): Promise<RunManifest> {
  const file = `${store.place}/${runFiles.manifest}`;
  const bytes = await store.read(runFiles.manifest);
  if (bytes === undefined) {
    throw unreadable(
      file,
      'expected a run folder with this file, found no such file.',
      '运行文件夹应包含此文件，但文件不存在。',
    );
  }
  const value = parseJson(new TextDecoder().decode(bytes), file);
  const newer = newerSchema.safeParse(value);
  if (newer.success) {
    const { version } = newer.data;
    throw unreadable(
      file,
      `it was written by a newer Netwright: expected version ${manifestVersion}, found ${version}.`,
      `此文件由更新版本的 Netwright 写成：支持版本 ${manifestVersion}，实际为 ${version}。`,
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw malformed(file, parsed.error, value);
  const { document, status, kernels, threads, workers, parameterCount, arenaBytes, result } = parsed.data;
  return {
    document: readDocumentValue(document, file),
    status,
    kernels,
    threads,
    workers,
    parameterCount,
    arenaBytes,
    result: result && {
      ...result,
      train: metricsOf(result.train),
      test: metricsOf(result.test),
      ending: result.ending,
      failure: result.failure,
    },
  };
}

async function readEpochs(store: FileStore): Promise<EpochRecord[]> {
  const file = `${store.place}/${runFiles.metrics}`;
  const bytes = await store.read(runFiles.metrics);
  if (bytes === undefined) return [];
  const lines = new TextDecoder().decode(bytes).split('\n');
  // Without its line end the last line was cut off by whatever ended the run.
  lines.pop();
  return lines.map((line, index) => {
    const place = `${file}:${index + 1}`;
    const value = jsonOrUndefined(line);
    if (value === undefined) {
      throw unreadable(place, 'expected JSON, found something else.', '应为 JSON，实际不是。');
    }
    const parsed = epochSchema.safeParse(value);
    if (!parsed.success) throw malformed(place, parsed.error, value);
    const { epoch, step, train, test, learningRate } = parsed.data;
    return { epoch, step, train: metricsOf(train) as Metrics, test: metricsOf(test), learningRate };
  });
}

/**
 * Keeps a run's folder up to date while it trains. Calls may overlap: they are carried out one after the other.
 */
export class RunRecorder {
  private readonly store: FileStore;
  private manifest: RunManifest;
  private lines: EpochRecord[] = [];
  /** An append failed: nobody knows how much of it is in the file. */
  private isTorn = false;
  private queue: Promise<void> = Promise.resolve();

  private constructor(store: FileStore, manifest: RunManifest) {
    this.store = store;
    this.manifest = manifest;
  }

  /** Begins a new run; one that is there already is replaced. Throws when the folder holds something else. */
  static async begin(
    store: FileStore,
    manifest: RunManifest,
    checkpoint: Checkpoint | undefined,
  ): Promise<RunRecorder> {
    const names = await store.list();
    if (names.length > 0 && !names.includes(runFiles.manifest)) {
      const found = names.slice(0, 3).join(', ');
      throw new NetwrightError(
        'run-folder.occupied',
        text(
          `${store.place}: expected a new or empty folder, or one with a run in it, found ${found}.`,
          `${store.place}：应为新文件夹、空文件夹或已有运行的文件夹，实际含有 ${found}。`,
        ),
      );
    }
    // Weights of an earlier run must never stand beside this run's document.
    await store.remove(runFiles.checkpoint);
    await store.remove(runFiles.metrics);
    const recorder = new RunRecorder(store, manifest);
    await recorder.writeManifest();
    await recorder.save(checkpoint);
    return recorder;
  }

  /** Goes on with a run that was read from this folder; epochs after its checkpoint are taken back. */
  static async resume(store: FileStore, manifest: RunManifest, saved: SavedRun): Promise<RunRecorder> {
    const kept = saved.epochs.filter(({ epoch }) => epoch <= saved.checkpoint.progress.epoch);
    await store.writeAtomic(runFiles.metrics, linesOf(kept));
    const recorder = new RunRecorder(store, manifest);
    await recorder.writeManifest();
    return recorder;
  }

  addEpoch(record: EpochRecord): void {
    this.lines.push(record);
  }

  /** Writes what has been added since the last time, and the checkpoint. Without one only the metrics. */
  save(checkpoint: Checkpoint | undefined): Promise<void> {
    const bytes = checkpoint && encodeCheckpoint(checkpoint);
    return this.enqueue(async () => {
      // Metrics first: lines beyond the checkpoint can be taken back, missing ones cannot be made up.
      await this.writeLines();
      if (bytes !== undefined) await this.store.writeAtomic(runFiles.checkpoint, bytes);
    });
  }

  private async writeLines(): Promise<void> {
    const lines = this.lines;
    const [first] = lines;
    if (first === undefined) return;
    this.lines = [];
    try {
      if (this.isTorn) {
        const whole = await readEpochs(this.store);
        const kept = whole.filter(({ epoch }) => epoch < first.epoch);
        await this.store.writeAtomic(runFiles.metrics, linesOf([...kept, ...lines]));
      } else {
        await this.store.append(runFiles.metrics, linesOf(lines));
      }
      this.isTorn = false;
    } catch (error) {
      this.lines = [...lines, ...this.lines];
      this.isTorn = true;
      throw error;
    }
  }

  setStatus(status: RunState, result?: RunResult): Promise<void> {
    this.manifest = { ...this.manifest, status, result: result ?? this.manifest.result };
    return this.enqueue(() => this.writeManifest());
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work);
    // A failure is reported to whoever asked for that work, and does not keep later work from being tried.
    this.queue = done.catch(() => {});
    return done;
  }

  private writeManifest(): Promise<void> {
    const file = { format: 'netwright-run', version: manifestVersion, ...this.manifest };
    return this.store.writeAtomic(runFiles.manifest, jsonBytes(file, 2));
  }
}

function linesOf(records: readonly EpochRecord[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

const metricsOf = (read: z.infer<typeof metricsSchema> | undefined): Metrics | undefined =>
  read && {
    loss: read.loss,
    ...(read.accuracy !== undefined && { accuracy: read.accuracy }),
  };

function malformed(file: string, error: z.ZodError, value: unknown): NetwrightError {
  const [first] = error.issues as [z.core.$ZodIssue];
  const { place, message } = issueProblem(first, value);
  if (first.path.length === 0) return unreadable(file, message.en, message.zh);
  return unreadable(file, `${place.path}: ${message.en}`, `${place.path}：${message.zh}`);
}

const unreadable = (file: string, en: string, zh: string): NetwrightError =>
  new NetwrightError('run-folder.unreadable', text(`${file}: ${en}`, `${file}：${zh}`));
