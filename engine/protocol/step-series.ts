/**
 * Loss and accuracy of every step of a run, however long, in a fixed amount of memory:
 * steps fall into buckets of equal width; when there are too many, neighbours merge and the width doubles.
 */
export interface SeriesBucket {
  /** Mean of the steps that fell in. */
  step: number;
  count: number;
  /** Mean, least and greatest of the finite losses; NaN where there was none. */
  loss: number;
  lossLow: number;
  lossHigh: number;
  finite: number;
  accuracy: number;
  withAccuracy: number;
}

/** A series as it is written and sent: [buckets, bucketFigures]. */
export interface PackedSeries {
  /** Steps per bucket. */
  readonly width: number;
  readonly values: Float32Array;
}

/** In the order of `SeriesBucket`. */
export const bucketFigures = 8;

export class StepSeries {
  readonly #capacity: number;
  #buckets: SeriesBucket[] = [];
  #width = 1;
  #lastStep = 0;

  constructor(capacity = 2048) {
    this.#capacity = capacity;
  }

  /** A series that goes on from a packed one; buckets that reach beyond `untilStep` are left out. */
  static from({ width, values }: PackedSeries, capacity?: number, untilStep = Infinity): StepSeries {
    const series = new StepSeries(capacity);
    series.#width = width;
    for (let at = 0; at + bucketFigures <= values.length; at += bucketFigures) {
      const [step, count, loss, lossLow, lossHigh, finite, accuracy, withAccuracy] = values.subarray(
        at,
        at + bucketFigures,
      ) as unknown as [number, number, number, number, number, number, number, number];
      if (step > untilStep) break;
      series.#buckets.push({ step, count, loss, lossLow, lossHigh, finite, accuracy, withAccuracy });
      series.#lastStep = step;
    }
    while (series.#buckets.length > series.#capacity) series.#coarsen();
    return series;
  }

  pack(): PackedSeries {
    const values = new Float32Array(this.#buckets.length * bucketFigures);
    for (const [i, bucket] of this.#buckets.entries()) {
      const { step, count, loss, lossLow, lossHigh, finite, accuracy, withAccuracy } = bucket;
      values.set([step, count, loss, lossLow, lossHigh, finite, accuracy, withAccuracy], i * bucketFigures);
    }
    return { width: this.#width, values };
  }

  get buckets(): readonly SeriesBucket[] {
    return this.#buckets;
  }

  /** Steps per bucket: a power of two. */
  get width(): number {
    return this.#width;
  }

  get lastStep(): number {
    return this.#lastStep;
  }

  /** Steps must not go back. Accuracy is NaN where there is none. */
  add(step: number, loss: number, accuracy: number): void {
    this.#lastStep = step;
    const single: SeriesBucket = {
      step,
      count: 1,
      loss: Number.isFinite(loss) ? loss : Number.NaN,
      lossLow: Number.isFinite(loss) ? loss : Number.NaN,
      lossHigh: Number.isFinite(loss) ? loss : Number.NaN,
      finite: Number.isFinite(loss) ? 1 : 0,
      accuracy,
      withAccuracy: Number.isNaN(accuracy) ? 0 : 1,
    };
    const last = this.#buckets.at(-1);
    if (last && this.#slot(last.step) === this.#slot(step)) {
      this.#buckets[this.#buckets.length - 1] = merge(last, single);
      return;
    }
    this.#buckets.push(single);
    while (this.#buckets.length > this.#capacity) this.#coarsen();
  }

  /** The first step is 1. A mean step lies in the slot of the steps it is the mean of. */
  #slot(step: number): number {
    return Math.floor((step - 1) / this.#width);
  }

  #coarsen(): void {
    this.#width *= 2;
    const merged: SeriesBucket[] = [];
    for (const bucket of this.#buckets) {
      const last = merged.at(-1);
      if (last && this.#slot(last.step) === this.#slot(bucket.step)) {
        merged[merged.length - 1] = merge(last, bucket);
      } else {
        merged.push(bucket);
      }
    }
    this.#buckets = merged;
  }
}

function merge(a: SeriesBucket, b: SeriesBucket): SeriesBucket {
  const count = a.count + b.count;
  const finite = a.finite + b.finite;
  const withAccuracy = a.withAccuracy + b.withAccuracy;
  return {
    step: (a.step * a.count + b.step * b.count) / count,
    count,
    loss: weightedMean(a.loss, a.finite, b.loss, b.finite),
    lossLow: a.finite && b.finite ? Math.min(a.lossLow, b.lossLow) : a.finite ? a.lossLow : b.lossLow,
    lossHigh: a.finite && b.finite ? Math.max(a.lossHigh, b.lossHigh) : a.finite ? a.lossHigh : b.lossHigh,
    finite,
    accuracy: weightedMean(a.accuracy, a.withAccuracy, b.accuracy, b.withAccuracy),
    withAccuracy,
  };
}

function weightedMean(a: number, aCount: number, b: number, bCount: number): number {
  if (aCount === 0) return b;
  if (bCount === 0) return a;
  return (a * aCount + b * bCount) / (aCount + bCount);
}
