import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

/** y = softmax of the N numbers at x. Hands back the greatest of them and Σ e^(x − greatest). */
export function softmaxOfRow(m: Memory, x: number, y: number, N: number): { greatest: number; sum: number } {
  const { f } = m;
  const r = rounding(m);
  let greatest = -Infinity;
  for (let n = 0; n < N; n++) greatest = Math.max(greatest, f[x + n]);
  let sum = 0;
  for (let n = 0; n < N; n++) {
    f[y + n] = Math.exp(r(f[x + n] - greatest));
    sum = r(sum + f[y + n]);
  }
  for (let n = 0; n < N; n++) f[y + n] /= sum;
  return { greatest, sum };
}

export const softmax: ReferenceKernel<'softmax'> = (m, a, begin, end) => {
  for (let row = begin; row < end; row++) softmaxOfRow(m, a.x + row * a.N, a.y + row * a.N, a.N);
};

export const softmaxGradient: ReferenceKernel<'softmaxGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let row = begin; row < end; row++) {
    const at = row * a.N;
    let sum = 0;
    for (let i = at; i < at + a.N; i++) sum = r(sum + r(f[a.dy + i] * f[a.y + i]));
    for (let i = at; i < at + a.N; i++) f[a.dx + i] = f[a.y + i] * r(f[a.dy + i] - sum);
  }
};
