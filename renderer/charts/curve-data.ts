import type { FrameRing } from '../engine/frame-ring.ts';

/** Columns of equal length over one time axis; null where a curve has no point. */
export interface CurveData {
  readonly steps: number[];
  /** Single batches: mean, least and greatest of the steps that share a point. */
  readonly batch: (number | null)[];
  readonly batchLow: (number | null)[];
  readonly batchHigh: (number | null)[];
  /** Whole epochs. */
  readonly train: (number | null)[];
  readonly test: (number | null)[];
}

export type CurveMetric = 'loss' | 'accuracy';

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

/** Batches and epochs of a run merged in order of their steps. */
export function curveData(ring: FrameRing, metric: CurveMetric): CurveData {
  const data = noCurveData();
  const { buckets } = ring.steps;
  const { records } = ring.epochs;
  const point = (step: number): void => {
    data.steps.push(step);
    for (const column of [data.batch, data.batchLow, data.batchHigh, data.train, data.test])
      column.push(null);
  };
  let epoch = 0;
  const epochsUpTo = (step: number): void => {
    for (; epoch < records.length; epoch++) {
      const record = records[epoch];
      if (!record || record.step > step) return;
      if (data.steps.at(-1) !== record.step) point(record.step);
      const last = data.steps.length - 1;
      data.train[last] = orNull(record.train[metric]);
      data.test[last] = orNull(record.test?.[metric]);
    }
  };
  for (const bucket of buckets) {
    epochsUpTo(bucket.step - Number.EPSILON * bucket.step);
    if (data.steps.at(-1) !== bucket.step) point(bucket.step);
    const last = data.steps.length - 1;
    data.batch[last] = orNull(bucket[metric]);
    if (metric === 'loss') {
      data.batchLow[last] = orNull(bucket.lossLow);
      data.batchHigh[last] = orNull(bucket.lossHigh);
    }
    epochsUpTo(bucket.step);
  }
  epochsUpTo(Infinity);
  return data;
}
