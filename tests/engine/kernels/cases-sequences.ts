import type { KernelName } from '../../../engine/kernels/contract.ts';
import type { attentionKernels } from '../../../engine/kernels/declared/attention.ts';
import type { embeddingKernels } from '../../../engine/kernels/declared/embedding.ts';
import type { shapeKernels } from '../../../engine/kernels/declared/shape.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

type Sequences = keyof typeof shapeKernels | keyof typeof embeddingKernels | keyof typeof attentionKernels;

const normals = (count: number, spread = 1): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * spread);
const below = (count: number, end: number): Int32Array =>
  Int32Array.from({ length: count }, () => random.below(end));
const blank = (count: number): Float32Array => new Float32Array(count);

const six = ['0', '1', '2', '3', '4', '5'] as const;

/** A copy out of a dense x of the given sizes, read in the given order of its axes, from one element on. */
function copied(sizes: readonly number[], order: readonly number[], taken = sizes, from = 0): Case {
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, n) => product * n, 1));
  const n = order.map((axis) => taken[axis]);
  const s = order.map((axis) => strides[axis]);
  const count = (of: readonly number[]): number => of.reduce((product, size) => product * size, 1);
  return {
    kernel: 'copy',
    tensors: { x: normals(count(sizes)), y: blank(count(n)) },
    numbers: {
      from,
      ...Object.fromEntries(
        six.flatMap((at, i) => [
          [`n${at}`, n[i]],
          [`s${at}`, s[i]],
        ]),
      ),
    },
    split: count(n.slice(0, 4)),
  };
}

const runs = ['runA', 'runB', 'runC', 'runD', 'runE', 'runF'] as const;

function concatenated(rows: number, widths: readonly number[], absent: readonly number[] = []): Case {
  const parts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i): [string, number] => [name, widths[i] ?? 0]);
  const isThere = (i: number): boolean => i < widths.length && !absent.includes(i);
  return {
    kernel: 'concat',
    tensors: {
      ...Object.fromEntries(
        parts.filter((_, i) => isThere(i)).map(([name, run]) => [name, normals(rows * run)]),
      ),
      y: normals(rows * widths.reduce((sum, run) => sum + run, 0)),
    },
    numbers: {
      rows,
      ...Object.fromEntries(runs.map((name, i) => [name, parts[i]?.[1] ?? 0])),
      ...Object.fromEntries(parts.filter((_, i) => !isThere(i)).map(([name]) => [name, 0])),
    },
    split: rows,
  };
}

function embedded(
  kernel: 'gather' | 'scatterAdd',
  rows: number,
  V: number,
  D: number,
  padding: number,
): Case {
  // A few tokens beyond both ends of the table.
  const tokens = below(rows, V + 2).map((token, i) => (i % 5 === 4 ? token - 2 : token));
  const tensors =
    kernel === 'gather'
      ? { tokens, table: normals(V * D), y: blank(rows * D) }
      : { tokens, dy: normals(rows * D), dtable: normals(V * D) };
  return { kernel, tensors, numbers: { rows, V, D, padding }, split: kernel === 'gather' ? rows : D };
}

function products(batches: number, M: number, N: number, K: number): Case[] {
  return [0, 1, 2, 3].map((variant) => ({
    kernel: 'batchedGemm',
    tensors: { a: normals(batches * M * K), b: normals(batches * K * N), y: normals(batches * M * N) },
    numbers: { batches, M, N, K, transposeA: variant & 1, transposeB: variant >> 1, alpha: 0.3 },
    split: batches,
  }));
}

interface Sizes {
  readonly N: number;
  readonly heads: number;
  readonly T: number;
  readonly S: number;
  readonly width: number;
}

/** What a query may see: everything, what a mask of either type leaves, what came before, or both. */
const views = [
  { causal: 0, mask: undefined },
  { causal: 1, mask: undefined },
  { causal: 0, mask: 'whole' },
  { causal: 1, mask: 'float' },
] as const;

const marks = (count: number, kind: 'whole' | 'float'): Int32Array | Float32Array =>
  kind === 'whole'
    ? below(count, 3)
    : Float32Array.from(below(count, 3), (mark) => [-0, 0.5, -1][mark] as number);

/** As softmax leaves them: what no query sees is 0. */
const weights = (count: number, T: number, S: number, causal: boolean): Float32Array =>
  normals(count).map((weight, i) => (causal && i % S > Math.floor(i / S) % T ? 0 : weight));

function attended(kernel: 'attention' | 'attentionGradient', sizes: Sizes): Case[] {
  const { N, heads, T, S, width } = sizes;
  const D = heads * width;
  return views.flatMap(({ causal, mask }) =>
    [false, true].map((drops): Case => {
      const tensors = {
        q: normals(N * T * D),
        k: normals(N * S * D),
        v: normals(N * S * D),
        ...(mask !== undefined && { mask: marks(N * S, mask) }),
        ...(drops && { step: Int32Array.of(12) }),
      };
      const numbers = {
        T,
        S,
        D,
        heads,
        causal,
        maskIsWhole: mask === 'whole' ? 1 : 0,
        scale: 0.6,
        rate: drops ? 0.3 : 0,
        seed: -5,
        stream: 16,
        ...(mask === undefined && { mask: 0 }),
        ...(!drops && { step: 0 }),
      };
      const p = N * heads * T * S;
      return kernel === 'attention'
        ? {
            kernel,
            tensors: { ...tensors, y: blank(N * T * D), p: blank(p) },
            numbers,
            split: N * heads,
            // The rounding of a long score moves its power.
            ulps: width > 100 ? 12 : 6,
            scale: 4,
          }
        : {
            kernel,
            tensors: {
              ...tensors,
              p: weights(p, T, S, causal === 1 && mask === undefined),
              dy: normals(N * T * D),
              dq: normals(N * T * D),
              dk: normals(N * S * D),
              dv: normals(N * S * D),
            },
            numbers,
            split: N * heads,
            // With weights p that are no shares, ds and the sums over it are made of numbers about as large as this.
            scale: 128,
          };
    }),
  );
}

const attendedAt = (kernel: 'attention' | 'attentionGradient', n: number): Case[] => [
  ...attended(kernel, { N: 2, heads: 2, T: n, S: n, width: 3 }),
  ...attended(kernel, { N: 1, heads: 3, T: 5, S: n, width: 4 }),
  ...attended(kernel, { N: n % 5, heads: 1, T: 7, S: 3, width: 8 }),
  ...attended(kernel, { N: 1, heads: 1, T: 3, S: 4, width: n }),
];

function masked(n: number): Case[] {
  return views.flatMap(({ causal, mask }) => {
    const [N, heads, T] = [2, 3, 5];
    const rows = N * heads * T;
    const shared = {
      kernel: 'maskScores' as const,
      numbers: {
        rows,
        S: n,
        T,
        rowsPerSample: heads * T,
        causal,
        maskIsWhole: mask === 'whole' ? 1 : 0,
        fill: -2.5,
        ...(mask === undefined && { mask: 0 }),
      },
      split: rows,
    };
    const tensors = { x: normals(rows * n), ...(mask !== undefined && { mask: marks(N * n, mask) }) };
    return [
      { ...shared, tensors: { ...tensors, y: blank(rows * n) } },
      { ...shared, tensors, aliases: { y: 'x' } },
    ];
  });
}

export const sequenceCases: Readonly<Record<Sequences & KernelName, (n: number) => Case[]>> = {
  copy: (n) => [
    copied([2, 1, 3, 2, 3, n], [0, 1, 2, 3, 4, 5]),
    copied([1, 1, 2, 3, 5, n], [0, 1, 2, 3, 5, 4]),
    copied([1, 1, 2, 3, n, 4], [0, 1, 2, 3, 5, 4]),
    copied([2, 3, 1, 2, n, 3], [5, 0, 3, 1, 2, 4]),
    copied([1, 1, 1, n + 2, 5, n + 3], [0, 1, 2, 3, 4, 5], [1, 1, 1, n, 3, n], 2 * (n + 3) + 1),
    copied([1, 1, 1, 3, n + 1, n + 2], [0, 1, 2, 3, 5, 4], [1, 1, 1, 3, n, n], 1),
    copied([1, 1, 1, 1, n, n], [0, 1, 2, 3, 5, 4]),
  ],
  concat: (n) => [
    concatenated(n, [3, 4]),
    concatenated(5, [n, 1, n]),
    concatenated(3, [1, n, 2, 5, 7, n]),
    concatenated(4, [n, 6, 2], [0, 2]),
  ],
  topK: (n) =>
    [
      [n, 4, 3, 2],
      [2, n, 3, Math.min(3, n)],
      [3, 5, n, 5],
    ].flatMap(([outer, count, inner, k]): Case[] => {
      if (count === 0) return [];
      // Few different numbers, so that the first and the last of equal ones are told apart.
      const x = Float32Array.from(below(outer * count * inner, 4), (value) => value - 1.5);
      return [
        { sign: 1, last: 0 },
        { sign: -1, last: 1 },
      ].map((order) => ({
        kernel: 'topK',
        tensors: { x, values: blank(outer * k * inner), places: new Int32Array(outer * k * inner) },
        numbers: { outer, count, inner, k, ...order },
        split: outer,
      }));
    }),
  addAtPlaces: (n) =>
    [
      [n, 4, 3, 2],
      [2, n, 3, 5],
      [3, 5, n, 5],
    ].flatMap(([outer, count, inner, k]): Case[] =>
      count === 0
        ? []
        : [
            {
              kernel: 'addAtPlaces',
              // Some places several times.
              tensors: {
                dvalues: normals(outer * k * inner),
                places: below(outer * k * inner, count),
                dx: blank(outer * count * inner),
              },
              numbers: { outer, count, inner, k },
              split: outer,
            },
          ],
    ),
  choose: (n) =>
    [['a', 'b'] as const, ['a'] as const, ['b'] as const].map((given) => ({
      kernel: 'choose',
      tensors: {
        condition: Float32Array.from(below(n, 2)),
        ...Object.fromEntries(given.map((name) => [name, normals(n)])),
        y: blank(n),
      },
      numbers: {
        count: n,
        value: -2.5,
        ...Object.fromEntries(
          ['a', 'b'].filter((name) => !given.some((one) => one === name)).map((name) => [name, 0]),
        ),
      },
      split: n,
    })),
  convert: (n) => [
    {
      kernel: 'convert',
      tensors: { x: normals(n, 9), y: new Int32Array(n) },
      numbers: { count: n, whole: 1 },
      split: n,
    },
    {
      kernel: 'convert',
      tensors: { x: below(n, 2 ** 26), y: blank(n) },
      numbers: { count: n, whole: 0 },
      split: n,
    },
  ],
  cumulativeSum: (n) =>
    [[n, 3, 5] as const, [3, n, 6] as const, [4, 5, n] as const].flatMap(([outer, count, inner]) =>
      [
        { exclusive: 0, reverse: 0 },
        { exclusive: 1, reverse: 0 },
        { exclusive: 0, reverse: 1 },
        { exclusive: 1, reverse: 1 },
      ].map(
        (order): Case => ({
          kernel: 'cumulativeSum',
          tensors: { x: normals(outer * count * inner), y: blank(outer * count * inner) },
          numbers: { outer, count, inner, ...order },
          split: outer,
        }),
      ),
    ),
  meanOver: (n) =>
    [[n, 3, 5] as const, [3, n, 6] as const, [4, 5, n] as const, [2, Math.max(n, 1), 1] as const].map(
      ([outer, count, inner]) => ({
        kernel: 'meanOver',
        tensors: { x: normals(outer * count * inner), y: blank(outer * inner) },
        numbers: { outer, count, inner },
        split: outer,
      }),
    ),
  meanOverGradient: (n) =>
    [[n, 3, 5] as const, [3, n, 6] as const, [4, 5, n] as const].map(([outer, count, inner]) => ({
      kernel: 'meanOverGradient',
      tensors: { dy: normals(outer * inner), dx: blank(outer * count * inner) },
      numbers: { outer, count, inner },
      split: outer,
    })),
  gather: (n) => [
    embedded('gather', n, 5, 3, -1),
    embedded('gather', 12, 4, n, 1),
    embedded('gather', 7, n, 4, 0),
  ],
  scatterAdd: (n) => [
    embedded('scatterAdd', n, 5, 3, -1),
    embedded('scatterAdd', 12, 4, n, 1),
    embedded('scatterAdd', 7, n, 4, 0),
  ],
  sinusoid: (n) =>
    [[n, 7] as const, [5, n] as const, [Math.min(n * 40, 1000), 8] as const].map(([T, D]) => ({
      kernel: 'sinusoid',
      tensors: { y: blank(T * D) },
      numbers: { T, D },
      split: T,
      ulps: 1,
    })),
  batchedGemm: (n) => [
    ...products(n, 3, 5, 4),
    ...products(2, n, 9, 3),
    ...products(3, 4, n, 5),
    ...products(2, 9, 6, n),
  ],
  maskScores: masked,
  attention: (n) => attendedAt('attention', n),
  attentionGradient: (n) => attendedAt('attentionGradient', n),
};
