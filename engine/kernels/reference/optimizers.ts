import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

/** What is left of weight i after its decay; with a decay of 0 all of it. */
const kept = (m: Memory, a: { w: number; rate: number; decay: number }, i: number): number => {
  const r = rounding(m);
  const w = m.f[a.w + i];
  return r(w - r(r(m.f[a.rate] * a.decay) * w));
};

export const sgdUpdate: ReferenceKernel<'sgdUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) f[a.w + i] = kept(m, a, i) - r(rate * f[a.dw + i]);
};

export const momentumUpdate: ReferenceKernel<'momentumUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) {
    f[a.v + i] = r(a.beta * f[a.v + i]) + r(a.gain * f[a.dw + i]);
    f[a.w + i] = kept(m, a, i) - r(rate * f[a.v + i]);
  }
};

export const nesterovUpdate: ReferenceKernel<'nesterovUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) {
    f[a.v + i] = r(a.beta * f[a.v + i]) + f[a.dw + i];
    f[a.w + i] = kept(m, a, i) - r(rate * r(f[a.dw + i] + r(a.beta * f[a.v + i])));
  }
};

export const rmspropUpdate: ReferenceKernel<'rmspropUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) {
    const dw = f[a.dw + i];
    f[a.s + i] = r(a.beta * f[a.s + i]) + r(a.gain * r(dw * dw));
    const root = r(Math.sqrt(r(f[a.s + i] + a.inner)));
    let v = r(dw / r(root + a.outer));
    if (a.v !== 0) {
      v = r(r(a.momentum * f[a.v + i]) + v);
      f[a.v + i] = v;
    }
    f[a.w + i] = kept(m, a, i) - r(rate * v);
  }
};

/** Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1. */
export const adamUpdate: ReferenceKernel<'adamUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  const c1 = f[a.corrections];
  const c2 = f[a.corrections + 1];
  for (let i = begin; i < end; i++) {
    const dw = f[a.dw + i];
    f[a.m + i] = r(a.beta1 * f[a.m + i]) + r(a.gain1 * dw);
    f[a.s + i] = r(a.beta2 * f[a.s + i]) + r(a.gain2 * r(dw * dw));
    const numerator = r(rate * r(f[a.m + i] / c1));
    const denominator = r(r(Math.sqrt(r(f[a.s + i] / c2))) + a.epsilon);
    f[a.w + i] = kept(m, a, i) - r(numerator / denominator);
  }
};
