import { type EpochRecord, heldOutFigures } from '../../engine/protocol/live-run-messages.ts';
import { type StepFigure, stepFigures } from '../../engine/protocol/step-series.ts';
import type { FrameRing } from '../engine/frame-ring.ts';

export type Column = (number | null)[];

/** Columns of equal length over one time axis; null where a curve has no point. */
export interface CurveData {
  readonly steps: number[];
  /** Single batches: mean, least and greatest of the steps that share a point. */
  readonly batch: Column;
  readonly batchLow: Column;
  readonly batchHigh: Column;
  /** Whole epochs: what was trained on, and what guides the run beside it. */
  readonly train: Column;
  readonly test: Column;
}

export type CurveMetric = StepFigure;
export const curveMetrics = stepFigures;

/** What is known of whole epochs too, and of samples that were held out. */
export const isLearned = (metric: CurveMetric): metric is 'loss' | 'accuracy' =>
  metric === 'loss' || metric === 'accuracy';

const orNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Of a chart without a run of its own. */
export const noCurveData = (): CurveData => ({
  steps: [],
  batch: [],
  batchLow: [],
  batchHigh: [],
  train: [],
  test: [],
});

/** What a curve is made of: a ring, or what is kept of a run. */
interface Told {
  readonly steps: Pick<FrameRing['steps'], 'buckets'>;
  readonly epochs: { readonly records: readonly EpochRecord[] };
}

/** Batches and epochs of a run merged in order of their steps. */
export function curveData(ring: Told, metric: CurveMetric): CurveData {
  const data = noCurveData();
  const { buckets } = ring.steps;
  const { records } = ring.epochs;
  const point = (step: number): number => {
    if (data.steps.at(-1) === step) return data.steps.length - 1;
    for (const column of [data.batch, data.batchLow, data.batchHigh, data.train, data.test])
      column.push(null);
    return data.steps.push(step) - 1;
  };
  let epoch = 0;
  const epochsUpTo = (step: number): void => {
    for (; epoch < records.length; epoch++) {
      const record = records[epoch];
      if (!record || record.step > step) return;
      const at = point(record.step);
      if (isLearned(metric)) {
        data.train[at] = orNull(record.train[metric]);
        data.test[at] = orNull(heldOutFigures(record)?.[metric]);
        // Runs of before single steps told their rate have it at least at the ends of their epochs.
      } else if (metric === 'learningRate') data.batch[at] ??= orNull(record.learningRate);
    }
  };
  for (const bucket of buckets) {
    epochsUpTo(bucket.step - Number.EPSILON * bucket.step);
    const at = point(bucket.step);
    const { mean, low, high } = bucket[metric];
    data.batch[at] = orNull(mean);
    if (metric === 'loss' || metric === 'gradientNorm') {
      data.batchLow[at] = orNull(low);
      data.batchHigh[at] = orNull(high);
    }
    epochsUpTo(bucket.step);
  }
  epochsUpTo(Infinity);
  return data;
}

/**
 * What is read at a point of the time axis: a curve without a point there gives its last one before.
 * The first point of the batches is the mean of the steps before it too.
 */
export const valuesAt = (
  data: CurveData,
  point: number,
): Record<'train' | 'test' | 'batch', number | undefined> => ({
  train: lastIn(data.train, point),
  test: lastIn(data.test, point),
  batch: lastIn(data.batch, point) ?? data.batch.find((value) => value !== null) ?? undefined,
});

/** The last value at or before an index. */
export function lastIn(column: Readonly<Column>, from = column.length - 1): number | undefined {
  for (let i = from; i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}
