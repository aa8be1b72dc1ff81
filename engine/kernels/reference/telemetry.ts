import { figure, figureWords, firstExponent, histogramWords, sideBins } from '../telemetry.ts';
import type { Memory, ReferenceKernel } from './memory.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Exponent and first bit of the mantissa of |x|, counted from the first bin; x as float32. */
function binOf(x: number): number {
  float[0] = Math.abs(x);
  const bin = (bits[0] >>> 22) - (127 + firstExponent) * 2;
  return Math.min(Math.max(bin, 0), sideBins - 1);
}

/** How many columns of x [rows, columns, inner] hold nothing but zeros; none where there are no rows. */
function countDeadColumns({ f }: Memory, x: number, rows: number, columns: number, inner: number): number {
  const alive = new Set<number>();
  for (let i = 0; i < rows * columns * inner; i++) {
    if (f[x + i] !== 0) alive.add(Math.floor(i / inner) % columns);
  }
  return rows === 0 ? 0 : columns - alive.size;
}

export const histogram: ReferenceKernel<'histogram'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f, i } = m;
  for (let word = 0; word < histogramWords; word++) i[a.y + word] = 0;
  const negative = a.y + figureWords;
  const positive = negative + sideBins;

  let sampled = 0;
  let finite = 0;
  let sum = 0;
  let sumOfSquares = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let at = 0; at < a.count; at += a.stride) {
    const x = Math.fround(f[a.x + at]);
    sampled++;
    if (Number.isNaN(x)) {
      i[a.y + figure.nans]++;
      continue;
    }
    if (!Number.isFinite(x)) {
      i[a.y + figure.infinities]++;
      continue;
    }
    finite++;
    sum += x;
    sumOfSquares += x * x;
    minimum = Math.min(minimum, x);
    maximum = Math.max(maximum, x);
    if (x === 0) i[a.y + figure.zeros]++;
    else i[(x < 0 ? negative : positive) + binOf(x)]++;
  }
  const mean = finite > 0 ? sum / finite : 0;
  i[a.y + figure.sampled] = sampled;
  f[a.y + figure.mean] = mean;
  f[a.y + figure.variance] = finite > 0 ? Math.max(sumOfSquares / finite - mean * mean, 0) : 0;
  f[a.y + figure.norm] = Math.sqrt(sumOfSquares);
  f[a.y + figure.minimum] = finite > 0 ? minimum : 0;
  f[a.y + figure.maximum] = finite > 0 ? maximum : 0;
  if (a.columns > 0) {
    const rows = Math.floor(a.count / (a.columns * a.inner));
    i[a.y + figure.deadColumns] = countDeadColumns(m, a.x, rows, a.columns, a.inner);
  }
};
