import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

/** Keeps the quotient finite where every gradient is 0; PyTorch's clip_grad_norm_ adds the same. */
const tiny = Math.fround(1e-6);

export const clipFactor: ReferenceKernel<'clipFactor'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  const norm = r(Math.sqrt(f[a.squares]));
  f[a.norm] = norm;
  f[a.factor] = Math.min(1, r(a.limit / r(norm + tiny)));
};

export const clipByNorm: ReferenceKernel<'clipByNorm'> = ({ f }, a, begin, end) => {
  const factor = f[a.factor];
  for (let i = begin; i < end; i++) f[a.dw + i] *= factor;
};

export const clipByValue: ReferenceKernel<'clipByValue'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.dw + i] = Math.max(-a.limit, Math.min(a.limit, f[a.dw + i]));
};
