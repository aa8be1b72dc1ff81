import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { sixteenSums } from './sixteen-sums.ts';

interface Sizes {
  readonly N: number;
  readonly inner: number;
}

/** Places of the N numbers of a column, one behind the other, from where its tensor begins. */
function placesOf(column: number, { N, inner }: Sizes): number[] {
  const first = Math.floor(column / inner) * N * inner + (column % inner);
  return Array.from({ length: N }, (_, n) => first + n * inner);
}

/** Sum of N terms in the order that the declaration fixes. */
function columnSum(m: Memory, { inner }: Sizes, terms: readonly number[]): number {
  const r = rounding(m);
  if (inner === 1) return sixteenSums(r, terms.length, (n) => terms[n]);
  return terms.reduce((sum, term) => r(sum + term), 0);
}

export const softmax: ReferenceKernel<'softmax'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let column = begin; column < end; column++) {
    const places = placesOf(column, a);
    const greatest = places.reduce((most, at) => Math.max(most, f[a.x + at]), -Infinity);
    const powers = places.map((at) => r(Math.exp(r(f[a.x + at] - greatest))));
    const sum = columnSum(m, a, powers);
    for (const [n, at] of places.entries()) f[a.y + at] = powers[n] / sum;
  }
};

export const softmaxGradient: ReferenceKernel<'softmaxGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let column = begin; column < end; column++) {
    const places = placesOf(column, a);
    const products = places.map((at) => r(f[a.dy + at] * f[a.y + at]));
    const sum = columnSum(m, a, products);
    for (const at of places) f[a.dx + at] = f[a.y + at] * r(f[a.dy + at] - sum);
  }
};

export const logSoftmax: ReferenceKernel<'logSoftmax'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let column = begin; column < end; column++) {
    const places = placesOf(column, a);
    const greatest = places.reduce((most, at) => Math.max(most, f[a.x + at]), -Infinity);
    const powers = places.map((at) => r(Math.exp(r(f[a.x + at] - greatest))));
    const logarithm = r(Math.log(columnSum(m, a, powers)));
    for (const at of places) f[a.y + at] = r(f[a.x + at] - greatest) - logarithm;
  }
};

export const logSoftmaxGradient: ReferenceKernel<'logSoftmaxGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let column = begin; column < end; column++) {
    const places = placesOf(column, a);
    const sum = columnSum(
      m,
      a,
      places.map((at) => f[a.dy + at]),
    );
    for (const at of places) f[a.dx + at] = f[a.dy + at] - r(r(Math.exp(f[a.y + at])) * sum);
  }
};
