import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { jsonOrUndefined, parseJson } from '../document/json.ts';
import { issueProblem, readDocumentValue } from '../document/read.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { EpochRecord, Metrics, PartMetrics, RunState } from '../protocol/live-run-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { type FoundCheckpoint, readCheckpoint } from './checkpoint-files.ts';
import { type FileStore, jsonBytes } from './file-store.ts';

/** The files of a run folder; its checkpoints are in a folder of their own (checkpoint-files.ts). */
export const runFiles = {
  manifest: 'run.json',
  metrics: 'metrics.jsonl',
  progress: 'progress.json',
  curves: 'curves.json',
  histograms: 'histograms.bin',
  /** What a person says of it. */
  label: 'label.json',
  /** Names the process that writes there. */
  lock: 'run.lock',
} as const;

/** Version 1 had one checkpoint, checkpoints/last.safetensors; the manifest is the same. */
const manifestVersion = 2;
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
  validation: metricsSchema.optional(),
  test: metricsSchema.optional(),
  weightsSha256: z.string(),
  ending: textSchema.optional(),
  failure: refusalSchema.optional(),
});

const manifestSchema = z.strictObject({
  format: z.literal('netwright-run'),
  version: z.union([z.literal(1), z.literal(manifestVersion)]),
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

/** One line of metrics.jsonl. */
export const epochSchema = z.strictObject({
  epoch: z.int().min(1),
  step: z.int().min(1),
  train: metricsSchema,
  validation: metricsSchema.optional(),
  test: metricsSchema.optional(),
  learningRate: z.number(),
});

/** What a run came to; for the runs that have not ended, what it came to so far. */
export interface RunResult extends PartMetrics {
  readonly steps: number;
  readonly epochs: number;
  readonly stepsPerSecond: number;
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

export interface SavedRun {
  readonly manifest: RunManifest;
  readonly epochs: readonly EpochRecord[];
  /** undefined where the run ended before its first checkpoint. */
  readonly found: FoundCheckpoint | undefined;
}

/** Reads a run from a stranger's folder. Throws a NetwrightError that names file, place, what was expected and found. */
export async function readRun(store: FileStore): Promise<SavedRun> {
  return {
    manifest: await readManifest(store),
    epochs: await readEpochs(store),
    found: await readCheckpoint(store, 'last'),
  };
}

/** The same without the history of epochs, so that weights are not lost with it; throws where there are none. */
export async function readWeights(
  store: FileStore,
  which: 'last' | 'best' = 'last',
): Promise<{ readonly manifest: RunManifest; readonly found: FoundCheckpoint }> {
  const manifest = await readManifest(store);
  const found = await readCheckpoint(store, which);
  if (found !== undefined) return { manifest, found };
  const place = `${store.place}/checkpoints`;
  throw which === 'last'
    ? unreadable(place, 'expected the saved weights, found none.', '应有保存的权重，但没有找到。')
    : unreadable(
        place,
        "expected weights saved at an epoch's end, found none.",
        '应有某一轮结束时保存的权重，但没有找到。',
      );
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
    result: result && resultOf(result),
  };
}

export async function readEpochs(store: FileStore): Promise<EpochRecord[]> {
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
    return recordOf(parsed.data);
  });
}

export const recordOf = ({
  epoch,
  step,
  learningRate,
  ...measured
}: z.infer<typeof epochSchema>): EpochRecord => ({
  epoch,
  step,
  ...partMetricsOf(measured),
  train: metricsOf(measured.train) as Metrics,
  learningRate,
});

/** The lines of metrics.jsonl for these epochs. */
export function linesOf(records: readonly EpochRecord[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

export const manifestBytes = (manifest: RunManifest): Uint8Array<ArrayBuffer> =>
  jsonBytes({ format: 'netwright-run', version: manifestVersion, ...manifest }, 2);

function resultOf(read: z.infer<typeof resultSchema>): RunResult {
  const { train, validation, test, ...rest } = read;
  return {
    ...rest,
    ...partMetricsOf({ train, validation, test }),
    ending: rest.ending,
    failure: rest.failure,
  };
}

type ReadMetrics = z.infer<typeof metricsSchema> | undefined;

/** Without a validation part there is no word of one. */
function partMetricsOf(read: {
  readonly train?: ReadMetrics;
  readonly validation?: ReadMetrics;
  readonly test?: ReadMetrics;
}): PartMetrics {
  const validation = metricsOf(read.validation);
  return { train: metricsOf(read.train), ...(validation && { validation }), test: metricsOf(read.test) };
}

const metricsOf = (read: ReadMetrics): Metrics | undefined =>
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
