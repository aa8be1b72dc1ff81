import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const sgdUpdate: ReferenceKernel<'sgdUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) f[a.w + i] -= r(rate * f[a.dw + i]);
};

export const momentumUpdate: ReferenceKernel<'momentumUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  for (let i = begin; i < end; i++) {
    f[a.v + i] = r(a.beta * f[a.v + i]) + r(a.gain * f[a.dw + i]);
    f[a.w + i] -= r(rate * f[a.v + i]);
  }
};

/** Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1. */
export const adamUpdate: ReferenceKernel<'adamUpdate'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const rate = f[a.rate];
  const c1 = f[a.corrections];
  const c2 = f[a.corrections + 1];
  const gain1 = r(1 - a.beta1);
  const gain2 = r(1 - a.beta2);
  for (let i = begin; i < end; i++) {
    const dw = f[a.dw + i];
    f[a.m + i] = r(a.beta1 * f[a.m + i]) + r(gain1 * dw);
    f[a.s + i] = r(a.beta2 * f[a.s + i]) + r(gain2 * r(dw * dw));
    const numerator = r(rate * r(f[a.m + i] / c1));
    const denominator = r(r(Math.sqrt(r(f[a.s + i] / c2))) + a.epsilon);
    f[a.w + i] -= r(numerator / denominator);
  }
};
