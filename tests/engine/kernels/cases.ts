import type { KernelName } from '../../../engine/kernels/contract.ts';
import { histogramWords } from '../../../engine/kernels/telemetry.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import type { Case } from './arena.ts';
import { convolutionCases } from './cases-convolution.ts';
import { sequenceCases } from './cases-sequences.ts';

/** Sizes that are no multiples of a vector's four lanes, their neighbours, none, and one. */
export const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 33, 130];

const random = new RandomStream(7, 99);
const normals = (count: number, spread = 1): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * spread);
const labels = (count: number, classes: number): Int32Array =>
  Int32Array.from({ length: count }, () => random.below(classes));
const blank = (count: number): Float32Array => new Float32Array(count);
const cell = (value: number): Float32Array => Float32Array.of(value);

/** One to one over `count` elements: inputs, the output's name, further numbers. */
function elementwise(
  kernel: KernelName,
  inputs: readonly string[],
  output: string,
  { numbers = {}, ulps = 0 }: { numbers?: Record<string, number>; ulps?: number } = {},
): (n: number) => Case[] {
  return (n) => {
    const tensors = Object.fromEntries(inputs.map((name) => [name, normals(n, 3)]));
    const shared = { kernel, numbers: { count: n, ...numbers }, split: n, ulps };
    return [
      { ...shared, tensors: { ...tensors, [output]: blank(n) } },
      { ...shared, tensors, aliases: { [output]: inputs[0] } },
    ];
  };
}

function gemm(M: number, N: number, K: number): Case[] {
  const all: Case[] = [];
  for (let variant = 0; variant < 32; variant++) {
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
      },
      split: M,
    });
  }
  return all;
}

/** Cases over [rows, n] and [n, columns]. */
const matrices = (n: number, make: (rows: number, columns: number) => Case): Case[] => [
  make(n, 2),
  make(5, n),
  make(n, 10),
];

/** What each kernel is tried with at size n; the kinds of numbers in each argument are the contract's. */
export const cases: Readonly<Record<KernelName, (n: number) => Case[]>> = {
  gemm: (n) => [...gemm(n, 4, 3), ...gemm(6, n, 5), ...gemm(4, 7, n), ...gemm(n, 1, n), ...gemm(3, n, 2)],
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
  scale: elementwise('scale', ['x'], 'y', { numbers: { factor: -0.37 } }),
  relu: elementwise('relu', ['x'], 'y'),
  reluGradient: elementwise('reluGradient', ['y', 'dy'], 'dx'),
  leakyRelu: elementwise('leakyRelu', ['x'], 'y', { numbers: { slope: 0.01 } }),
  leakyReluGradient: elementwise('leakyReluGradient', ['x', 'dy'], 'dx', { numbers: { slope: 0.01 } }),
  sigmoid: elementwise('sigmoid', ['x'], 'y', { ulps: 3 }),
  sigmoidGradient: elementwise('sigmoidGradient', ['y', 'dy'], 'dx'),
  tanh: elementwise('tanh', ['x'], 'y', { ulps: 2 }),
  tanhGradient: elementwise('tanhGradient', ['y', 'dy'], 'dx'),
  softmax: (n) =>
    matrices(n, (M, N) => ({
      kernel: 'softmax',
      tensors: { x: normals(M * N, 3), y: blank(M * N) },
      numbers: { M, N },
      split: M,
      ulps: 4,
      scale: 1,
    })),
  softmaxGradient: (n) =>
    matrices(n, (M, N) => ({
      kernel: 'softmaxGradient',
      tensors: { y: normals(M * N), dy: normals(M * N), dx: blank(M * N) },
      numbers: { M, N },
      split: M,
    })),
  dropout: (n) =>
    [0, 0.1, 0.5, 0.875, 1].map((rate) => ({
      kernel: 'dropout',
      tensors: { x: normals(n), y: blank(n), step: Int32Array.of(12) },
      numbers: { count: n, rate, seed: -5, stream: 16 },
      split: n,
    })),
  softmaxCrossEntropy: (n) =>
    [[n, 2] as const, [n, 10] as const, [5, Math.max(n, 1)] as const].map(([M, C]) => ({
      kernel: 'softmaxCrossEntropy',
      tensors: {
        logits: normals(M * C, 3),
        target: labels(M, C),
        losses: blank(M),
        p: blank(M * C),
      },
      numbers: { M, C },
      split: M,
      ulps: 4,
      scale: 4,
    })),
  softmaxCrossEntropyGradient: (n) =>
    [[n, 2] as const, [n, 10] as const, [5, Math.max(n, 1)] as const].map(([M, C]) => ({
      kernel: 'softmaxCrossEntropyGradient',
      tensors: {
        p: normals(M * C),
        target: labels(M, C),
        dlosses: normals(M),
        dlogits: blank(M * C),
      },
      numbers: { M, C },
      split: M,
    })),
  bceWithLogits: (n) => [
    {
      kernel: 'bceWithLogits',
      tensors: { logits: normals(n, 3), target: labels(n, 2), losses: blank(n) },
      numbers: { count: n },
      split: n,
      ulps: 4,
      scale: 1,
    },
  ],
  bceWithLogitsGradient: (n) => [
    {
      kernel: 'bceWithLogitsGradient',
      tensors: { logits: normals(n, 3), target: labels(n, 2), dlosses: normals(n), dlogits: blank(n) },
      numbers: { count: n },
      split: n,
      ulps: 4,
      scale: 1,
    },
  ],
  squaredError: elementwise('squaredError', ['prediction', 'target'], 'losses'),
  squaredErrorGradient: elementwise(
    'squaredErrorGradient',
    ['prediction', 'target', 'dlosses'],
    'dprediction',
  ),
  mean: (n) =>
    [n, n * 20].map((count) => ({
      kernel: 'mean',
      tensors: { x: normals(count), y: blank(1) },
      numbers: { count },
      split: 1,
    })),
  meanGradient: (n) => [
    {
      kernel: 'meanGradient',
      tensors: { dy: cell(0.7), dx: blank(n) },
      numbers: { count: n },
      split: n,
    },
  ],
  fill: (n) => [{ kernel: 'fill', tensors: { y: normals(n) }, numbers: { count: n, value: 0.3 }, split: n }],
  countArgmaxHits: (n) =>
    [[n, 2] as const, [n, 10] as const, [5, Math.max(n, 1)] as const].map(([M, N]) => ({
      kernel: 'countArgmaxHits',
      // Few different values, so that the greatest often stands twice.
      tensors: {
        x: Float32Array.from(labels(M * N, 3)),
        target: labels(M, Math.min(N, 2)),
        y: blank(1),
      },
      numbers: { M, N },
      split: 1,
    })),
  countSignHits: (n) => [
    {
      kernel: 'countSignHits',
      tensors: { x: normals(n), target: labels(n, 2), y: blank(1) },
      numbers: { count: n },
      split: 1,
    },
  ],
  sgdUpdate: (n) => [
    {
      kernel: 'sgdUpdate',
      tensors: { w: normals(n), dw: normals(n), rate: cell(0.1) },
      numbers: { count: n },
      split: n,
    },
  ],
  momentumUpdate: (n) => [
    {
      kernel: 'momentumUpdate',
      tensors: { w: normals(n), dw: normals(n), v: normals(n), rate: cell(0.1) },
      numbers: { count: n, beta: 0.9, gain: 0.1 },
      split: n,
    },
  ],
  adamUpdate: (n) => [
    {
      kernel: 'adamUpdate',
      tensors: {
        w: normals(n),
        dw: normals(n),
        m: normals(n),
        s: normals(n).map((v) => v * v),
        rate: cell(0.001),
        corrections: Float32Array.of(0.19, 0.001999),
      },
      numbers: { count: n, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      split: n,
    },
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
      [n, 1, 0],
      [n * 7, 3, 7],
      [n * 6, 1, n],
    ].map(([count, stride, columns]) => ({
      kernel: 'histogram',
      tensors: {
        x: normals(count, 1e-3).map((v, i) =>
          i % 7 === 3 || i % 11 === 1 ? 0 : v * 10 ** (random.below(20) - 10),
        ),
        y: blank(histogramWords),
      },
      numbers: { count, stride, columns },
      split: 1,
    })),
  shuffle: (n) =>
    [n, n * 100].map((count) => ({
      kernel: 'shuffle',
      tensors: { y: Int32Array.from({ length: count }, (_, i) => i * 3) },
      numbers: { count, seed: 5, stream: 2, index: 7 },
      split: 1,
    })),

  ...sequenceCases,
  ...convolutionCases,
};
