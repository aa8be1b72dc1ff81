import type { Memory, ReferenceKernel } from './memory.ts';

/** Where the first largest of the N numbers at x stands. */
export function argmax({ f }: Memory, x: number, N: number): number {
  let best = 0;
  for (let n = 1; n < N; n++) if (f[x + n] > f[x + best]) best = n;
  return best;
}

export const countArgmaxHits: ReferenceKernel<'countArgmaxHits'> = (m, a, begin, end) => {
  if (end <= begin) return;
  let hits = 0;
  let answers = 0;
  for (let row = 0; row < a.M; row++) {
    const target = a.soft ? argmax(m, a.target + row * a.N, a.N) : m.i[a.target + row];
    if (!a.soft && target === a.ignored) continue;
    answers++;
    if (argmax(m, a.x + row * a.N, a.N) === target) hits++;
  }
  m.f[a.y] = hits;
  m.f[a.y + 1] = answers;
};

export const countBinaryHits: ReferenceKernel<'countBinaryHits'> = ({ f, i }, a, begin, end) => {
  if (end <= begin) return;
  let hits = 0;
  for (let at = 0; at < a.count; at++) {
    const target = a.soft ? f[a.target + at] : i[a.target + at];
    if (f[a.x + at] > a.threshold === target > 0.5) hits++;
  }
  f[a.y] = hits;
  f[a.y + 1] = a.count;
};

export const countNonFinite: ReferenceKernel<'countNonFinite'> = ({ f }, a, begin, end) => {
  if (end <= begin) return;
  let count = 0;
  for (let at = 0; at < a.count; at++) if (!Number.isFinite(f[a.x + at])) count++;
  f[a.y] += count;
};
