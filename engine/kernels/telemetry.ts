/**
 * What the `histogram` kernel writes, in 4-byte words:
 *
 *   [0 … 9]                    figures, by `figure` below (counts as int32, the rest as float32)
 *   [10 … 10 + 2·sideBins)     counts, int32: negative side first, index 0 = nearest to zero on each side
 *
 * A bin is half an octave: the exponent and the first bit of the mantissa of |x|. Bin 0 holds all |x| below
 * 1.5 · 2^firstExponent too, the last one all |x| above 2^lastExponent. Zeros, NaN and ±Inf have counts of their own and
 * are in no bin, so bins, zeros, NaN and ±Inf add up to `sampled`. Mean, variance (of the population), norm, minimum and
 * maximum are those of the finite numbers; all 0 where there are none.
 */
export const figure = {
  sampled: 0,
  zeros: 1,
  nans: 2,
  infinities: 3,
  mean: 4,
  variance: 5,
  norm: 6,
  minimum: 7,
  maximum: 8,
  deadColumns: 9,
} as const;

export const figureWords = 10;
export const firstExponent = -32;
export const lastExponent = 16;
export const sideBins = (lastExponent - firstExponent) * 2;
export const histogramWords = figureWords + 2 * sideBins;

/** The smallest |x| that falls into bin `index` of either side. */
export const binLowerBound = (index: number): number => {
  const exponent = firstExponent + (index >> 1);
  return 2 ** exponent * (index & 1 ? 1.5 : 1);
};
