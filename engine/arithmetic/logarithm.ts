import { seriesAt } from './series.ts';

/** 1 / (2k + 1) of the series below; for |s| < 0.172 what is left out is below 1e-18. */
const terms = Float64Array.from({ length: 12 }, (_, k) => 1 / (2 * k + 1));

/** A float64 and its upper half, of which all bits from 20 on are its sign and exponent. */
const number = new Float64Array(1);
const halves = new Int32Array(number.buffer);
const upperHalfOfRoot = 0x3fe6a09e; // of √½

/**
 * ln x for finite x ≥ 2^−1022, from + − × ÷ alone: the same bits on every machine, which Math.log does not promise.
 * x = m · 2^e with √½ ≤ m < √2, and ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1).
 */
export function naturalLogarithm(x: number): number {
  number[0] = x;
  const upper = halves[1] as number;
  const e = (upper - upperHalfOfRoot) >> 20;
  halves[1] = upper - (e << 20);
  const m = number[0];
  const s = (m - 1) / (m + 1);
  return e * Math.LN2 + 2 * s * seriesAt(terms, s * s);
}
