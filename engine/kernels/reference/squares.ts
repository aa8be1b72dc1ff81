import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

const blockSize = 4096;
const partialSums = 16;

export const addSquares: ReferenceKernel<'addSquares'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  const sums = new Float64Array(partialSums);
  let total = 0;
  for (let block = 0; block < a.count; block += blockSize) {
    sums.fill(0);
    for (let i = block; i < Math.min(block + blockSize, a.count); i++) {
      const x = f[a.x + i];
      const j = (i - block) % partialSums;
      sums[j] = r(sums[j] + r(x * x));
    }
    for (let half = partialSums / 2; half >= 1; half /= 2) {
      for (let j = 0; j < half; j++) sums[j] = r(sums[j] + sums[j + half]);
    }
    total += sums[0];
  }
  f[a.y] = (a.sum === 0 ? 0 : f[a.sum]) + a.factor * total;
};

export const addSquaresGradient: ReferenceKernel<'addSquaresGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const factor = rounding(m)(a.factor * f[a.dy]);
  for (let i = begin; i < end; i++) f[a.dx + i] = factor * f[a.x + i];
};
