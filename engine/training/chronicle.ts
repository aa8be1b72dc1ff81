import { z } from 'zod';
import { jsonOrUndefined } from '../document/json.ts';
import type { RunCurves, RunOrigin } from '../protocol/kept-run-messages.ts';
import { type EpochRecord, type Frame, guideFigures } from '../protocol/live-run-messages.ts';
import {
  bucketFigures,
  type PackedSeries,
  StepSeries,
  stepFigures,
  stepRows,
} from '../protocol/step-series.ts';
import { type FileStore, jsonBytes } from './file-store.ts';
import { epochSchema, recordOf, runFiles } from './run-folder.ts';

/**
 * What a list of runs and its charts show, and nothing that a run depends on: where these files are lost or damaged,
 * only that is missing.
 *
 *   progress.json   how far it is, its last and best epoch, how long it took
 *   curves.json     what every step told, over the steps, a fixed number of points
 */
const keptBuckets = 1024;
const float32Digits = 7;

const progressSchema = z.object({
  format: z.literal('netwright-run-progress'),
  version: z.literal(1),
  startedAtMs: z.number(),
  trainedMs: z.number().min(0),
  steps: z.int().min(0),
  epochs: z.int().min(0),
  last: epochSchema.optional(),
  best: epochSchema.optional(),
  interrupted: z.boolean(),
  from: z.object({ run: z.string(), step: z.int().min(0) }).optional(),
});

const curvesSchema = z.object({
  format: z.literal('netwright-run-curves'),
  version: z.union([z.literal(1), z.literal(2)]),
  width: z.int().min(1),
  values: z.array(z.number().nullable()).max(keptBuckets * bucketFigures),
  tuned: z.array(z.tuple([z.number(), z.number()])),
});

export interface RunProgress {
  readonly startedAtMs: number;
  readonly trainedMs: number;
  readonly steps: number;
  readonly epochs: number;
  readonly last: EpochRecord | undefined;
  readonly best: EpochRecord | undefined;
  /** Whoever watched it left before it ended. */
  readonly interrupted: boolean;
  readonly from: RunOrigin | undefined;
}

export async function readProgress(store: FileStore): Promise<RunProgress | undefined> {
  const parsed = progressSchema.safeParse(await readJson(store, runFiles.progress));
  if (!parsed.success) return undefined;
  const { last, best, from, ...rest } = parsed.data;
  return { ...rest, last: last && recordOf(last), best: best && recordOf(best), from };
}

export async function readCurves(store: FileStore): Promise<Pick<RunCurves, 'steps' | 'tuned'>> {
  const parsed = curvesSchema.safeParse(await readJson(store, runFiles.curves));
  if (!parsed.success) return { steps: { width: 1, values: new Float32Array(0) }, tuned: [] };
  const { version, width, values, tuned } = parsed.data;
  const numbers = values.map((value) => value ?? Number.NaN);
  const current = version === 1 ? fromVersion1(numbers) : numbers;
  return { steps: { width, values: Float32Array.from(current) }, tuned };
}

/** Version 1 knew of a bucket: step, count, mean, low and high of the loss, how many were finite, accuracy, how many had one. */
function fromVersion1(values: readonly number[]): number[] {
  const nothing = [Number.NaN, Number.NaN, Number.NaN, 0];
  const rows: number[] = [];
  for (let at = 0; at + 8 <= values.length; at += 8) {
    const [step, count, loss, low, high, finite, accuracy, answered] = values.slice(at, at + 8) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    // The accuracies of single steps were not kept, only their mean.
    rows.push(step, count, loss, low, high, finite, accuracy, accuracy, accuracy, answered);
    for (let figure = 2; figure < stepFigures.length; figure++) rows.push(...nothing);
  }
  return rows;
}

async function readJson(store: FileStore, name: string): Promise<unknown> {
  const bytes = await store.read(name);
  return bytes && jsonOrUndefined(new TextDecoder().decode(bytes));
}

/** What is compared to find the best epoch: the loss of the part that guides the run. */
export const scoreOf = (record: EpochRecord): number => guideFigures(record).loss;

const better = (best: EpochRecord | undefined, record: EpochRecord): EpochRecord | undefined =>
  scoreOf(record) < (best === undefined ? Infinity : scoreOf(best)) ? record : best;

/** Follows one run, and packs what it has seen. */
export class Chronicle {
  /** Time this process has trained it. */
  trainedMs = 0;
  interrupted = false;
  private readonly before: Pick<RunProgress, 'startedAtMs' | 'trainedMs' | 'from'>;
  private readonly series: StepSeries;
  private readonly tuned: (readonly [number, number])[];
  private last: EpochRecord | undefined;
  private best: EpochRecord | undefined;
  private steps = 0;
  private epochs = 0;

  private constructor(
    before: Chronicle['before'],
    series: StepSeries,
    tuned: readonly (readonly [number, number])[],
  ) {
    this.before = before;
    this.series = series;
    this.tuned = [...tuned];
  }

  static begin(from?: RunOrigin): Chronicle {
    const before = { startedAtMs: Date.now(), trainedMs: 0, from };
    return new Chronicle(before, new StepSeries(keptBuckets), []);
  }

  /** Of a run that goes on from `step`, whose epochs up to there are `kept`. */
  static async resume(store: FileStore, step: number, kept: readonly EpochRecord[]): Promise<Chronicle> {
    const before = (await readProgress(store)) ?? {
      startedAtMs: Date.now(),
      trainedMs: 0,
      from: undefined,
    };
    const { steps, tuned } = await readCurves(store);
    const series = StepSeries.from(steps, keptBuckets, step);
    const chronicle = new Chronicle(
      before,
      series,
      tuned.filter(([at]) => at <= step),
    );
    for (const record of kept) chronicle.addEpoch(record);
    chronicle.steps = step;
    return chronicle;
  }

  addEpoch(record: EpochRecord): void {
    this.last = record;
    this.best = better(this.best, record);
    this.epochs = record.epoch;
  }

  addFrame({ steps, tuned }: Pick<Frame, 'steps' | 'tuned'>): void {
    for (const [step, figures] of stepRows(steps)) this.series.add(step, figures);
    this.tuned.push(...tuned);
  }

  /** Its files as they are to be written now, at step `steps` where that is known. */
  files(steps = this.steps): readonly (readonly [name: string, bytes: Uint8Array])[] {
    this.steps = steps;
    const { startedAtMs, trainedMs, from } = this.before;
    const progress: RunProgress = {
      startedAtMs,
      trainedMs: trainedMs + this.trainedMs,
      steps,
      epochs: this.epochs,
      last: this.last,
      best: this.best,
      interrupted: this.interrupted,
      from,
    };
    const { width, values }: PackedSeries = this.series.pack();
    const curves = { width, values: Array.from(values, shortened), tuned: this.tuned };
    return [
      [runFiles.progress, jsonBytes({ format: 'netwright-run-progress', version: 1, ...progress })],
      [runFiles.curves, jsonBytes({ format: 'netwright-run-curves', version: 2, ...curves })],
    ];
  }
}

const shortened = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(float32Digits)) : null;
