import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const gemm: ReferenceKernel<'gemm'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const { M, N, K } = a;
  const [aRow, aColumn] = a.transposeA ? [1, M] : [K, 1];
  const [bRow, bColumn] = a.transposeB ? [1, K] : [N, 1];
  const [rowBegin, rowEnd] = a.splitColumns ? [0, M] : [begin, end];
  const [columnBegin, columnEnd] = a.splitColumns ? [begin, end] : [0, N];
  for (let row = rowBegin; row < rowEnd; row++) {
    for (let n = columnBegin; n < columnEnd; n++) {
      const y = a.y + row * N + n;
      let sum = a.accumulate ? f[y] : 0;
      for (let k = 0; k < K; k++) {
        sum = r(sum + r(f[a.a + row * aRow + k * aColumn] * f[a.b + k * bRow + n * bColumn]));
      }
      if (a.bias) sum = r(sum + f[a.bias + n]);
      const isCut = a.epilogue === 1 ? sum < 0 : a.epilogue === 2 && !(f[a.given + row * N + n] > 0);
      f[y] = isCut ? 0 : sum;
    }
  }
  if (a.sums && rowBegin === 0) sumColumns(m, { x: a.b, y: a.sums, M: K, N }, columnBegin, columnEnd);
};

export const sumRows: ReferenceKernel<'sumRows'> = (m, a, begin, end) => sumColumns(m, a, begin, end);

const sumColumns: ReferenceKernel<'sumRows'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let n = begin; n < end; n++) {
    let sum = 0;
    for (let row = 0; row < a.M; row++) sum = r(sum + f[a.x + row * a.N + n]);
    f[a.y + n] = sum;
  }
};
