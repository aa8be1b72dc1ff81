import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { sixteenSums } from './sixteen-sums.ts';

const blockSize = 256;

export const mean: ReferenceKernel<'mean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  let total = 0;
  for (let block = 0; block < a.count; block += blockSize) {
    const count = Math.min(blockSize, a.count - block);
    total = r(total + sixteenSums(r, count, (i) => f[a.x + block + i]));
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
    const count = Math.min(blockSize, a.count - block);
    const counts = (i: number): boolean => m.i[a.target + block + i] !== a.ignored;
    total = r(total + sixteenSums(r, count, (i) => (counts(i) ? f[a.x + block + i] : 0)));
    for (let i = 0; i < count; i++) if (counts(i)) counted++;
  }
  f[a.y] = counted > 0 ? total / counted : 0;
  f[a.counted] = counted;
};

export const labelledMeanGradient: ReferenceKernel<'labelledMeanGradient'> = ({ f, i }, a, begin, end) => {
  for (let at = begin; at < end; at++) {
    f[a.dx + at] = i[a.target + at] === a.ignored ? 0 : f[a.dy] / f[a.counted];
  }
};
