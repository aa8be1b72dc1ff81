import { philox } from '../../random/philox.ts';
import type { ArgumentsOf } from '../contract.ts';
import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { softmaxOfRow } from './softmax-of-row.ts';

export const batchedGemm: ReferenceKernel<'batchedGemm'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const { M, N, K } = a;
  const [aRow, aColumn] = a.transposeA ? [1, M] : [K, 1];
  const [bRow, bColumn] = a.transposeB ? [1, K] : [N, 1];
  for (let batch = begin; batch < end; batch++) {
    const left = a.a + batch * M * K;
    const right = a.b + batch * K * N;
    for (let row = 0; row < M; row++) {
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) {
          sum = r(sum + r(f[left + row * aRow + k * aColumn] * f[right + k * bRow + n * bColumn]));
        }
        f[a.y + (batch * M + row) * N + n] = sum * a.alpha;
      }
    }
  }
};

type Mask = {
  readonly mask: number;
  readonly S: number;
  readonly causal: number;
  readonly maskIsWhole: number;
};

/** Whether query t of sample n sees key s. */
function sees(m: Memory, a: Mask, n: number, t: number, s: number): boolean {
  if (a.causal && s > t) return false;
  return !a.mask || (a.maskIsWhole ? m.i : m.f)[a.mask + n * a.S + s] !== 0;
}

export const maskScores: ReferenceKernel<'maskScores'> = (m, a, begin, end) => {
  for (let row = begin; row < end; row++) {
    const n = Math.floor(row / a.rowsPerSample);
    for (let s = 0; s < a.S; s++) {
      const at = row * a.S + s;
      m.f[a.y + at] = sees(m, a, n, row % a.T, s) ? m.f[a.x + at] : a.fill;
    }
  }
};

const lowest = -3.4028234663852886e38;

type Heads = ArgumentsOf<'attention'> | ArgumentsOf<'attentionGradient'>;

/** Draws what is kept of p: hands back value / (1 − rate), or 0 for a dropped one. */
function dropper(m: Memory, a: Heads): (element: number, value: number) => number {
  if (!a.step) return (_element, value) => value;
  const words = new Uint32Array(4);
  const r = rounding(m);
  const keptShare = r(1 - a.rate);
  return (element, value) => {
    philox(words, element >>> 2, m.i[a.step], 0, 0, a.seed, a.stream);
    return words[element & 3] >= a.rate * 2 ** 32 ? r(value / keptShare) : 0;
  };
}

/** Where the columns of head `index` of N · heads begin: in rows of queries, in rows of keys. */
function placesOf({ T, S, D, heads }: Heads, index: number) {
  const width = D / heads;
  const n = Math.floor(index / heads);
  const column = (index % heads) * width;
  return { n, width, query: n * T * D + column, key: n * S * D + column };
}

export const attention: ReferenceKernel<'attention'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const drop = dropper(m, a);
  const { T, S, D } = a;
  for (let head = begin; head < end; head++) {
    const { n, width, query, key } = placesOf(a, head);
    for (let t = 0; t < T; t++) {
      const q = a.q + query + t * D;
      const p = (head * T + t) * S;
      for (let s = 0; s < S; s++) {
        let sum = 0;
        for (let d = 0; d < width; d++) sum = r(sum + r(f[q + d] * f[a.k + key + s * D + d]));
        f[a.p + p + s] = sees(m, a, n, t, s) ? sum * a.scale : lowest;
      }
      softmaxOfRow(m, a.p + p, a.p + p, S);
      for (let d = 0; d < width; d++) {
        let sum = 0;
        for (let s = 0; s < S; s++) {
          sum = r(sum + r(drop(p + s, f[a.p + p + s]) * f[a.v + key + s * D + d]));
        }
        f[a.y + query + t * D + d] = sum;
      }
    }
  }
};

export const attentionGradient: ReferenceKernel<'attentionGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const drop = dropper(m, a);
  const { T, S, D } = a;
  const addTo = (at: number, value: number): void => {
    f[at] = r(f[at] + r(value));
  };
  for (let head = begin; head < end; head++) {
    const { n, width, query, key } = placesOf(a, head);
    for (let s = 0; s < S; s++) {
      f.fill(0, a.dk + key + s * D, a.dk + key + s * D + width);
      f.fill(0, a.dv + key + s * D, a.dv + key + s * D + width);
    }
    for (let t = 0; t < T; t++) {
      const row = query + t * D;
      const p = (head * T + t) * S;
      const dp: number[] = [];
      const sums = [0, 0, 0, 0];
      for (let s = 0; s < S; s++) {
        let sum = 0;
        for (let d = 0; d < width; d++) sum = r(sum + r(f[a.dy + row + d] * f[a.v + key + s * D + d]));
        dp[s] = drop(p + s, sum);
        sums[s % 4] = r(sums[s % 4] + r(dp[s] * f[a.p + p + s]));
      }
      const total = r(r(sums[0] + sums[1]) + r(sums[2] + sums[3]));
      f.fill(0, a.dq + row, a.dq + row + width);
      for (let s = 0; s < S; s++) {
        const weight = f[a.p + p + s];
        const ds = sees(m, a, n, t, s) ? r(r(weight * r(dp[s] - total)) * a.scale) : 0;
        const kept = drop(p + s, weight);
        for (let d = 0; d < width; d++) {
          addTo(a.dq + row + d, ds * f[a.k + key + s * D + d]);
          addTo(a.dk + key + s * D + d, ds * f[a.q + row + d]);
          addTo(a.dv + key + s * D + d, kept * f[a.dy + row + d]);
        }
      }
    }
  }
};
