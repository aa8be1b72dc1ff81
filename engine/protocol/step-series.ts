/** What a run tells of each step, in this order. A figure that a step does not have is NaN. */
export const stepFigures = ['loss', 'accuracy', 'learningRate', 'gradientNorm', 'stepsPerSecond'] as const;
export type StepFigure = (typeof stepFigures)[number];
export type StepFigures = Readonly<Record<StepFigure, number>>;

/** Rows of `Frame.steps`: the step, then its figures. */
export const stepColumns = 1 + stepFigures.length;

export const noFigures: StepFigures = {
  loss: Number.NaN,
  accuracy: Number.NaN,
  learningRate: Number.NaN,
  gradientNorm: Number.NaN,
  stepsPerSecond: Number.NaN,
};

/** The rows of `Frame.steps`, one after the other. */
export function* stepRows(rows: Float32Array): Generator<readonly [step: number, figures: StepFigures]> {
  for (let at = 0; at + stepColumns <= rows.length; at += stepColumns) {
    const figures = { ...noFigures };
    for (const [i, name] of stepFigures.entries()) figures[name] = rows[at + 1 + i] as number;
    yield [rows[at] as number, figures];
  }
}

/** Of the finite values that fell into a bucket; NaN where there was none. */
export interface Spread {
  mean: number;
  low: number;
  high: number;
  count: number;
}

export interface SeriesBucket extends Readonly<Record<StepFigure, Spread>> {
  /** Mean of the steps that fell in. */
  readonly step: number;
  readonly count: number;
}

/** A series as it is written and sent: [buckets, bucketFigures]. */
export interface PackedSeries {
  /** Steps per bucket. */
  readonly width: number;
  readonly values: Float32Array;
}

const spreadWords = 4;
/** Step and count, then mean, low, high and count of every figure. */
export const bucketFigures = 2 + spreadWords * stepFigures.length;

/**
 * The figures of every step of a run, however long, in a fixed amount of memory:
 * steps fall into buckets of equal width; when there are too many, neighbours merge and the width doubles.
 */
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
      const [step, count] = values.subarray(at) as unknown as [number, number];
      if (step > untilStep) break;
      series.#buckets.push({
        step,
        count,
        ...everyFigure((_, i) => {
          const from = at + 2 + spreadWords * i;
          const words = values.subarray(from, from + spreadWords);
          const [mean, low, high, counted] = words as unknown as [number, number, number, number];
          return { mean, low, high, count: counted };
        }),
      });
      series.#lastStep = step;
    }
    while (series.#buckets.length > series.#capacity) series.#coarsen();
    return series;
  }

  pack(): PackedSeries {
    const values = new Float32Array(this.#buckets.length * bucketFigures);
    for (const [i, bucket] of this.#buckets.entries()) {
      let at = i * bucketFigures;
      values[at++] = bucket.step;
      values[at++] = bucket.count;
      for (const name of stepFigures) {
        const { mean, low, high, count } = bucket[name];
        values[at++] = mean;
        values[at++] = low;
        values[at++] = high;
        values[at++] = count;
      }
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

  /** Steps must not go back. */
  add(step: number, figures: StepFigures): void {
    this.#lastStep = step;
    const single: SeriesBucket = { step, count: 1, ...everyFigure((name) => spreadOf(figures[name])) };
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

function everyFigure(of: (name: StepFigure, at: number) => Spread): Record<StepFigure, Spread> {
  return {
    loss: of('loss', 0),
    accuracy: of('accuracy', 1),
    learningRate: of('learningRate', 2),
    gradientNorm: of('gradientNorm', 3),
    stepsPerSecond: of('stepsPerSecond', 4),
  };
}

const spreadOf = (value: number): Spread =>
  Number.isFinite(value)
    ? { mean: value, low: value, high: value, count: 1 }
    : { mean: Number.NaN, low: Number.NaN, high: Number.NaN, count: 0 };

function merge(a: SeriesBucket, b: SeriesBucket): SeriesBucket {
  const count = a.count + b.count;
  return {
    step: (a.step * a.count + b.step * b.count) / count,
    count,
    ...everyFigure((name) => mergeSpreads(a[name], b[name])),
  };
}

function mergeSpreads(a: Spread, b: Spread): Spread {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  return {
    mean: (a.mean * a.count + b.mean * b.count) / count,
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    count,
  };
}
