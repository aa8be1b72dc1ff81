import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const relu: ReferenceKernel<'relu'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.y + i] = f[a.x + i] < 0 ? 0 : f[a.x + i];
};

export const reluGradient: ReferenceKernel<'reluGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.dx + i] = f[a.y + i] > 0 ? f[a.dy + i] : 0;
};

export const leakyRelu: ReferenceKernel<'leakyRelu'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    const x = f[a.x + i];
    f[a.y + i] = x > 0 ? x : a.slope * x;
  }
};

export const leakyReluGradient: ReferenceKernel<'leakyReluGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    const dy = f[a.dy + i];
    f[a.dx + i] = f[a.x + i] > 0 ? dy : a.slope * dy;
  }
};

/** 1 / (1 + e^−x), in the form whose exponential cannot overflow. */
export function logistic(x: number, r: (x: number) => number): number {
  const e = r(Math.exp(-Math.abs(x)));
  return r((x >= 0 ? 1 : e) / r(1 + e));
}

export const sigmoid: ReferenceKernel<'sigmoid'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) m.f[a.y + i] = logistic(m.f[a.x + i], r);
};

export const sigmoidGradient: ReferenceKernel<'sigmoidGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const y = m.f[a.y + i];
    m.f[a.dx + i] = r(m.f[a.dy + i] * y) * r(1 - y);
  }
};

export const tanh: ReferenceKernel<'tanh'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.y + i] = Math.tanh(f[a.x + i]);
};

export const tanhGradient: ReferenceKernel<'tanhGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const y = m.f[a.y + i];
    m.f[a.dx + i] = m.f[a.dy + i] * r(1 - r(y * y));
  }
};
