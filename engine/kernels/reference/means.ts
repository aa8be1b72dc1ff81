import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

const blockSize = 256;

export const mean: ReferenceKernel<'mean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  let total = 0;
  for (let block = 0; block < a.count; block += blockSize) {
    let sum = 0;
    for (let i = block; i < Math.min(block + blockSize, a.count); i++) sum = r(sum + f[a.x + i]);
    total = r(total + sum);
  }
  f[a.y] = total / a.count;
};

export const meanGradient: ReferenceKernel<'meanGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.dx + i] = f[a.dy] / a.count;
};

export const labelledMean: ReferenceKernel<'labelledMean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  let total = 0;
  let counted = 0;
  for (let block = 0; block < a.count; block += blockSize) {
    let sum = 0;
    for (let i = block; i < Math.min(block + blockSize, a.count); i++) {
      if (m.i[a.target + i] === a.ignored) continue;
      sum = r(sum + f[a.x + i]);
      counted++;
    }
    total = r(total + sum);
  }
  f[a.y] = counted > 0 ? total / counted : 0;
  f[a.counted] = counted;
};

export const labelledMeanGradient: ReferenceKernel<'labelledMeanGradient'> = ({ f, i }, a, begin, end) => {
  for (let at = begin; at < end; at++) {
    f[a.dx + at] = i[a.target + at] === a.ignored ? 0 : f[a.dy] / f[a.counted];
  }
};
