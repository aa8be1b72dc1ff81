import { type Memory, rounding } from './memory.ts';

/** y = softmax of the N numbers at x, summed in order from 0. Hands back the greatest of them and Σ e^(x − greatest). */
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
