import type { KernelName } from '../../../engine/kernels/contract.ts';
import { histogramWords } from '../../../engine/kernels/telemetry.ts';
import type { Case } from './arena.ts';
import { broadcastCases } from './cases-broadcast.ts';
import { convolutionCases } from './cases-convolution.ts';
import { lossCases } from './cases-losses.ts';
import { normCases } from './cases-norms.ts';
import { poolingCases } from './cases-pooling.ts';
import { sequenceCases } from './cases-sequences.ts';
import { softmaxCases } from './cases-softmax.ts';
import { drawAnew, random } from './drawn.ts';

/** Sizes that are no multiples of a vector's four lanes, their neighbours, none, and one. */
export const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 33, 130];

const normals = (count: number, spread = 1): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * spread);
const blank = (count: number): Float32Array => new Float32Array(count);
const cell = (value: number): Float32Array => Float32Array.of(value);
const squares = (count: number): Float32Array => normals(count).map((v) => v * v);
/** Without weight decay, and with it. */
const decays = [0, 0.3];

/** One to one over `count` elements: inputs, the output's name, further numbers. */
function elementwise(
  kernel: KernelName,
  inputs: readonly string[],
  output: string,
  {
    numbers = {},
    ulps = 0,
    scale = 0,
    values = (count: number) => normals(count, 3),
  }: {
    numbers?: Record<string, number>;
    ulps?: number;
    scale?: number;
    values?: (count: number) => Float32Array;
  } = {},
): (n: number) => Case[] {
  return (n) => {
    const tensors = Object.fromEntries(inputs.map((name) => [name, values(n)]));
    const shared = { kernel, numbers: { count: n, ...numbers }, split: n, ulps, scale };
    return [
      { ...shared, tensors: { ...tensors, [output]: blank(n) } },
      { ...shared, tensors, aliases: { [output]: inputs[0] } },
    ];
  };
}

/** Of each activation by its number; 0 = the reference's float32 bits. */
const activationUlps = {
  1: 0,
  2: 0,
  3: 3,
  4: 2,
  5: 3,
  6: 4,
  7: 2,
  8: 4,
  9: 8,
  10: 8,
  11: 3,
  12: 0,
  13: 0,
  14: 2,
  15: 2,
  16: 0,
  17: 0,
  18: 0,
  19: 0,
  20: 0,
  21: 0,
  22: 2,
  23: 2,
  24: 4,
  25: 0,
  26: 0,
  27: 0,
};

/** Functions draw from a stream of their own, above 0 where a logarithm has no value below. */
const valuesFor =
  (kind: string): ((count: number) => Float32Array) =>
  (count) => {
    if (Number(kind) < 12) return normals(count, 3);
    const drawn = Float32Array.from({ length: count }, () => random.normal() * 3);
    return kind === '15' ? drawn.map((v) => v * v) : drawn;
  };

/** The first 8 variants neither accumulate, nor have an epilogue, nor split columns; the last two end otherwise. */
function gemm(M: number, N: number, K: number, variants = 64): Case[] {
  const all: Case[] = [];
  for (let variant = 0; variant < variants; variant++) {
    const flag = (bit: number): number => (variant >> bit) & 1;
    const tensors = { a: normals(M * K), b: normals(K * N), y: normals(M * N) };
    all.push({
      kernel: 'gemm',
      tensors: flag(0) ? { ...tensors, bias: normals(N) } : tensors,
      numbers: {
        M,
        N,
        K,
        transposeA: flag(1),
        transposeB: flag(2),
        accumulate: flag(3),
        epilogue: flag(4),
        splitColumns: flag(5),
      },
      split: flag(5) ? N : M,
    });
  }
  return [...all, ...joinedGemm(M, N, K)];
}

/** What the reverse pass of a linear layer joins: a product with the ReLU's gradient, another with the bias's. */
function joinedGemm(M: number, N: number, K: number): Case[] {
  if (M === 0) return [];
  return [0, 1].flatMap((splitColumns) => {
    const tensors = () => ({ a: normals(M * K), b: normals(K * N), y: blank(M * N) });
    const numbers = { M, N, K, accumulate: 0, splitColumns };
    const split = splitColumns ? N : M;
    return [
      {
        kernel: 'gemm',
        tensors: { ...tensors(), given: normals(M * N) },
        numbers: { ...numbers, transposeA: 0, transposeB: 1, epilogue: 2 },
        split,
      },
      {
        kernel: 'gemm',
        tensors: { ...tensors(), sums: blank(N) },
        numbers: { ...numbers, transposeA: 1, transposeB: 0, epilogue: 0 },
        split,
      },
    ] satisfies Case[];
  });
}

/** Cases over [rows, n] and [n, columns]. */
const matrices = (n: number, make: (rows: number, columns: number) => Case): Case[] => [
  make(n, 2),
  make(5, n),
  make(n, 10),
];

/** What each kernel is tried with at size n; the kinds of numbers in each argument are the contract's. */
const table: Readonly<Record<KernelName, (n: number) => Case[]>> = {
  gemm: (n) => [
    ...gemm(n, 4, 3),
    ...gemm(6, n, 5),
    ...gemm(4, 7, n),
    ...gemm(n, 1, n),
    ...gemm(3, n, 2),
    ...[2, 4].flatMap((N) => [...gemm(2, N, n, 8), ...gemm(4, N, n, 8)]),
    ...[2, 4].flatMap((N) => [1, 2, 4].flatMap((K) => gemm(n, N, K, 32))),
  ],
  sumRows: (n) =>
    matrices(n, (M, N) => ({
      kernel: 'sumRows',
      tensors: { x: normals(M * N), y: blank(N) },
      numbers: { M, N },
      split: N,
    })),
  add: (n) => [
    ...elementwise('add', ['a', 'b'], 'y')(n),
    {
      kernel: 'add',
      tensors: { a: normals(n), b: normals(n) },
      numbers: { count: n },
      split: n,
      aliases: { y: 'b' },
    },
  ],
  ...broadcastCases,
  scale: elementwise('scale', ['x'], 'y', { numbers: { factor: -0.37 } }),
  activation: (n) =>
    Object.entries(activationUlps).flatMap(([kind, ulps]) =>
      elementwise('activation', ['x'], 'y', {
        numbers: { kind: Number(kind), parameter: 0.7 },
        ulps,
        scale: Number(kind) >= 7 ? 1 : 0,
        values: valuesFor(kind),
      })(n),
    ),
  activationGradient: (n) =>
    Object.entries(activationUlps).flatMap(([kind, ulps]) =>
      elementwise('activationGradient', ['given', 'dy'], 'dx', {
        numbers: { kind: Number(kind), parameter: 0.7 },
        ulps: ulps === 0 || ['3', '4', '5'].includes(kind) ? 0 : Math.max(4, ulps),
        scale: 8,
        values: valuesFor(kind),
      })(n),
    ),
  ...softmaxCases,
  dropout: (n) =>
    [0, 0.1, 0.5, 0.875, 1].map((rate) => ({
      kernel: 'dropout',
      tensors: { x: normals(n), y: blank(n), step: Int32Array.of(12) },
      numbers: { count: n, rate, seed: -5, stream: 16 },
      split: n,
    })),
  dropoutChannels: (n) =>
    [0, 0.1, 0.5, 1].flatMap((rate) =>
      [
        [n, 5],
        [37, n],
      ].flatMap(([channels, inner]): Case[] => {
        const tensors = { x: normals(channels * inner), step: Int32Array.of(12) };
        const numbers = { channels, inner, rate, seed: -5, stream: 16 };
        const shared = { kernel: 'dropoutChannels', numbers, split: channels } as const;
        return [
          { ...shared, tensors: { ...tensors, y: blank(channels * inner) } },
          { ...shared, tensors, aliases: { y: 'x' } },
        ];
      }),
    ),
  ...lossCases,
  ...poolingCases,
  fill: (n) => [{ kernel: 'fill', tensors: { y: normals(n) }, numbers: { count: n, value: 0.3 }, split: n }],
  sgdUpdate: (n) =>
    decays.map((decay) => ({
      kernel: 'sgdUpdate',
      tensors: { w: normals(n), dw: normals(n), rate: cell(0.1) },
      numbers: { count: n, decay },
      split: n,
    })),
  momentumUpdate: (n) =>
    decays.flatMap((decay) =>
      [0.1, 1].map((gain) => ({
        kernel: 'momentumUpdate',
        tensors: { w: normals(n), dw: normals(n), v: normals(n), rate: cell(0.1) },
        numbers: { count: n, beta: 0.9, gain, decay },
        split: n,
      })),
    ),
  nesterovUpdate: (n) =>
    decays.map((decay) => ({
      kernel: 'nesterovUpdate',
      tensors: { w: normals(n), dw: normals(n), v: normals(n), rate: cell(0.1) },
      numbers: { count: n, beta: 0.9, decay },
      split: n,
    })),
  rmspropUpdate: (n) =>
    decays.flatMap((decay) =>
      [
        { beta: 0.99, gain: 0.01, inner: 0, outer: 1e-8, momentum: 0 },
        { beta: 1, gain: 1, inner: 1e-6, outer: 0, momentum: 0.9 },
      ].map((numbers) => ({
        kernel: 'rmspropUpdate',
        tensors: {
          w: normals(n),
          dw: normals(n),
          s: squares(n),
          ...(numbers.momentum > 0 && { v: normals(n) }),
          rate: cell(0.01),
        },
        numbers: { count: n, ...numbers, decay },
        split: n,
      })),
    ),
  adamUpdate: (n) =>
    decays.map((decay) => ({
      kernel: 'adamUpdate',
      tensors: {
        w: normals(n),
        dw: normals(n),
        m: normals(n),
        s: squares(n),
        rate: cell(0.001),
        corrections: Float32Array.of(0.19, 0.001999),
      },
      numbers: { count: n, beta1: 0.9, beta2: 0.999, gain1: 0.1, gain2: 0.001, epsilon: 1e-8, decay },
      split: n,
    })),
  addSquares: (n) =>
    [n, n + 16, n * 33, n + 4096].flatMap((count) =>
      [{}, { sum: cell(0.7) }].map((sum) => ({
        kernel: 'addSquares',
        tensors: { ...sum, x: normals(count), y: blank(1) },
        numbers: { count, factor: 0.01 },
        split: 1,
      })),
    ),
  addSquaresGradient: (n) => [
    {
      kernel: 'addSquaresGradient',
      tensors: { x: normals(n), dy: cell(0.7), dx: blank(n) },
      numbers: { count: n, factor: 0.02 },
      split: n,
    },
  ],
  clipFactor: (n) => [
    {
      kernel: 'clipFactor',
      tensors: { squares: cell(n), norm: blank(1), factor: blank(1) },
      numbers: { limit: 3 },
      split: 1,
    },
  ],
  clipByNorm: (n) => [
    { kernel: 'clipByNorm', tensors: { dw: normals(n), factor: cell(0.3) }, numbers: { count: n }, split: n },
  ],
  clipByValue: (n) => [
    { kernel: 'clipByValue', tensors: { dw: normals(n) }, numbers: { count: n, limit: 0.5 }, split: n },
  ],
  countNonFinite: (n) => [
    {
      kernel: 'countNonFinite',
      tensors: {
        x: normals(n).map((v, i) => [v, NaN, Infinity, -Infinity, 3e38, 1e-40][i % 6]),
        y: cell(3),
      },
      numbers: { count: n },
      split: 1,
    },
  ],
  histogram: (n) =>
    [
      [n, 1, 0, 1],
      [n * 7, 3, 7, 1],
      [n * 6, 1, n, 1],
      [n * 10, 3, 5, n],
      [n * 12, 1, n, 6],
    ].map(([count, stride, columns, inner]) => ({
      kernel: 'histogram',
      tensors: {
        x: normals(count, 1e-3).map((v, i) => {
          const isDead = inner > 1 && (Math.floor(i / inner) % columns) % 3 === 1;
          return isDead || i % 7 === 3 || i % 11 === 1 ? 0 : v * 10 ** (random.below(20) - 10);
        }),
        y: blank(histogramWords),
      },
      numbers: { count, stride, columns, inner: Math.max(inner, 1) },
      split: 1,
    })),
  shuffle: (n) =>
    [n, n * 100].map((count) => ({
      kernel: 'shuffle',
      tensors: { y: Int32Array.from({ length: count }, (_, i) => i * 3) },
      numbers: { count, seed: 5, stream: 2, index: 7 },
      split: 1,
    })),
  ...normCases,
  ...sequenceCases,
  ...convolutionCases,
};

/** The same cases whenever they are asked for. */
export const cases = Object.fromEntries(
  Object.entries(table).map(([kernel, make], place) => [
    kernel,
    (n: number): Case[] => {
      drawAnew(1000 * place + n);
      return make(n);
    },
  ]),
) as typeof table;
