import { figure, figureWords, histogramWords, sideBins } from '../../engine/kernels/telemetry.ts';

/** One tensor at one step, read from the words that the histogram kernel wrote; nothing is copied. */
export interface Histogram {
  readonly sampled: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  readonly mean: number;
  readonly variance: number;
  readonly norm: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly deadColumns: number;
  /** [sideBins] each, index 0 = nearest to zero. */
  readonly negative: Int32Array;
  readonly positive: Int32Array;
}

/** The histogram of watched tensor `index` of a telemetry frame. */
export function readHistogram(words: Int32Array, index: number): Histogram {
  const start = index * histogramWords;
  const numbers = new Float32Array(words.buffer, words.byteOffset + start * 4, figureWords);
  const count = (at: number): number => words[start + at] ?? 0;
  const number = (at: number): number => numbers[at] ?? Number.NaN;
  const bins = start + figureWords;
  return {
    sampled: count(figure.sampled),
    zeros: count(figure.zeros),
    nans: count(figure.nans),
    infinities: count(figure.infinities),
    deadColumns: count(figure.deadColumns),
    mean: number(figure.mean),
    variance: number(figure.variance),
    norm: number(figure.norm),
    minimum: number(figure.minimum),
    maximum: number(figure.maximum),
    negative: words.subarray(bins, bins + sideBins),
    positive: words.subarray(bins + sideBins, bins + 2 * sideBins),
  };
}

export const zeroShare = (h: Histogram): number => (h.sampled > 0 ? h.zeros / h.sampled : 0);
export const badCount = (h: Histogram): number => h.nans + h.infinities;

/** Everything that was counted, bin by bin: with no value lost it equals `sampled`. */
export const countedIn = (h: Histogram): number =>
  [...h.negative, ...h.positive].reduce((sum, count) => sum + count, h.zeros + badCount(h));
