import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { sixteenSums } from './sixteen-sums.ts';

const blockSize = 256;

/** Sum of `count` terms in blocks, each in sixteen sums, then the blocks' sums in order. */
export function sumInBlocks(r: (x: number) => number, count: number, term: (i: number) => number): number {
  let total = 0;
  for (let block = 0; block < count; block += blockSize) {
    const size = Math.min(blockSize, count - block);
    total = r(total + sixteenSums(r, size, (i) => term(block + i)));
  }
  return total;
}

export const mean: ReferenceKernel<'mean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  f[a.y] = sumInBlocks(rounding(m), a.count, (i) => f[a.x + i]) / a.count;
};

export const meanGradient: ReferenceKernel<'meanGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.dx + i] = f[a.dy] / a.count;
};

export const labelledMean: ReferenceKernel<'labelledMean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const counts = (i: number): boolean => m.i[a.target + i] !== a.ignored;
  const total = sumInBlocks(rounding(m), a.count, (i) => (counts(i) ? f[a.x + i] : 0));
  let counted = 0;
  for (let i = 0; i < a.count; i++) if (counts(i)) counted++;
  f[a.y] = counted > 0 ? total / counted : 0;
  f[a.counted] = counted;
};

export const labelledMeanGradient: ReferenceKernel<'labelledMeanGradient'> = ({ f, i }, a, begin, end) => {
  for (let at = begin; at < end; at++) {
    f[a.dx + at] = i[a.target + at] === a.ignored ? 0 : f[a.dy] / f[a.counted];
  }
};
