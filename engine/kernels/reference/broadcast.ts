import { binaryKinds, sumTerms } from '../declared/broadcast.ts';
import { activated } from './activations.ts';
import { type ReferenceKernel, rounding } from './memory.ts';
import { sixteenSums } from './sixteen-sums.ts';

const binaryValues: Readonly<Record<number, (a: number, b: number) => number>> = {
  [binaryKinds.add]: (a, b) => a + b,
  [binaryKinds.subtract]: (a, b) => a - b,
  [binaryKinds.multiply]: (a, b) => a * b,
};

export const binary: ReferenceKernel<'binary'> = (m, a, begin, end) => {
  const { f } = m;
  const sizes = [a.n0, a.n1, a.n2, a.n3, a.n4];
  const left = [a.a0, a.a1, a.a2, a.a3, a.a4];
  const right = [a.b0, a.b1, a.b2, a.b3, a.b4];
  const valueOf = binaryValues[a.kind] as (a: number, b: number) => number;
  for (let i = begin; i < end; i++) {
    let rest = i;
    let atA = a.a;
    let atB = a.b;
    for (let d = sizes.length - 1; d >= 0; d--) {
      const index = rest % sizes[d];
      rest = (rest - index) / sizes[d];
      atA += index * left[d];
      atB += index * right[d];
    }
    f[a.y + i] = activated(m, a.epilogue, valueOf(f[atA], f[atB]));
  }
};

const sumTerm: Readonly<Record<number, (x: number, w: number) => number>> = {
  [sumTerms.plain]: (x) => x,
  [sumTerms.product]: (x, w) => x * w,
  [sumTerms.productBelow0]: (x, w) => (w > 0 ? 0 : x * w),
};

export const sumOver: ReferenceKernel<'sumOver'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const valueOf = sumTerm[a.term] as (x: number, w: number) => number;
  for (let element = begin; element < end; element++) {
    const first = Math.floor(element / a.inner) * a.count * a.inner + (element % a.inner);
    const term = (n: number): number => {
      const at = first + n * a.inner;
      return r(valueOf(f[a.x + at], f[a.w + at]));
    };
    let sum = 0;
    if (a.inner === 1) sum = sixteenSums(r, a.count, term);
    else for (let n = 0; n < a.count; n++) sum = r(sum + term(n));
    f[a.y + element] = sum;
  }
};

export const prelu: ReferenceKernel<'prelu'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    const slope = f[a.slope + (Math.floor(i / a.inner) % a.C)];
    f[a.y + i] = f[a.x + i] > 0 ? f[a.z + i] : slope * f[a.z + i];
  }
};
