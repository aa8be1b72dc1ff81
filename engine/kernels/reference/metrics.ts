import type { ReferenceKernel } from './memory.ts';

export const countArgmaxHits: ReferenceKernel<'countArgmaxHits'> = ({ f, i }, a, begin, end) => {
  if (end <= begin) return;
  let hits = 0;
  for (let row = 0; row < a.M; row++) {
    const x = a.x + row * a.N;
    let best = 0;
    for (let n = 1; n < a.N; n++) if (f[x + n] > f[x + best]) best = n;
    if (best === i[a.target + row]) hits++;
  }
  f[a.y] = hits;
};

export const countSignHits: ReferenceKernel<'countSignHits'> = ({ f, i }, a, begin, end) => {
  if (end <= begin) return;
  let hits = 0;
  for (let at = 0; at < a.count; at++) if (f[a.x + at] > 0 === (i[a.target + at] === 1)) hits++;
  f[a.y] = hits;
};

export const countNonFinite: ReferenceKernel<'countNonFinite'> = ({ f }, a, begin, end) => {
  if (end <= begin) return;
  let count = 0;
  for (let at = 0; at < a.count; at++) if (!Number.isFinite(f[a.x + at])) count++;
  f[a.y] += count;
};
