import type { KernelName } from '../../../engine/kernels/contract.ts';
import type { normKernels } from '../../../engine/kernels/declared/norms.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

const normals = (count: number, spread = 1, mean = 0): Float32Array =>
  Float32Array.from({ length: count }, () => mean + random.normal() * spread);
const positive = (count: number): Float32Array => normals(count).map((v) => v * v + 0.1);
const blank = (count: number): Float32Array => new Float32Array(count);

/**
 * [N, C, inner] around size n; blocks of 1024 end inside a plane, at its end, and after several planes.
 */
const planes = (n: number): (readonly [number, number, number])[] =>
  allPlanes(n).filter(([, , inner]) => inner > 0);
const allPlanes = (n: number): (readonly [number, number, number])[] => [
  [n, 3, 1],
  [4, n, 1],
  [3, 2, n],
  [n, 3, 7],
  [2, n, 16],
  ...(n === 130
    ? ([
        [n, 2, 33],
        [2, 1, 1024],
        [2, 2, 1100],
        [1030, 5, 1],
      ] as const)
    : []),
];

/** What varies: no scale or shift, a relu behind. */
const variants = [
  { affine: true, epilogue: 0 },
  { affine: true, epilogue: 1 },
  { affine: false, epilogue: 0 },
  { affine: false, epilogue: 1 },
];

function channelNorm(
  kernel: KernelName,
  n: number,
  tensors: (C: number, count: number) => Record<string, Float32Array>,
): Case[] {
  return planes(n).flatMap(([N, C, inner]) =>
    variants.map(({ affine, epilogue }) => ({
      kernel,
      tensors: {
        // A mean far from 0: subtracting it must not cost the digits that the variance needs.
        x: normals(N * C * inner, 1.5, 40),
        ...tensors(C, N * C * inner),
        ...(affine && { gamma: normals(C), beta: normals(C) }),
      },
      numbers: { N, C, inner, epsilon: 1e-5, epilogue },
      split: C,
    })),
  );
}

interface RowShape {
  readonly rows: number;
  readonly size: number;
  readonly inner: number;
  readonly channels: number;
}

const rowShapes = (n: number): RowShape[] => [
  { rows: n, size: 5, inner: 1, channels: 5 },
  { rows: 3, size: n, inner: 1, channels: n },
  // Two and three groups of channels in each sample.
  { rows: 2 * n, size: 6, inner: 1, channels: 12 },
  { rows: 6, size: n, inner: 1, channels: 3 * n },
  { rows: 2 * n, size: 6, inner: 3, channels: 4 },
  { rows: 4, size: 2 * n, inner: n, channels: 4 },
  // Every plane for itself.
  { rows: 6, size: n, inner: n, channels: 3 },
  ...(n === 130
    ? [
        { rows: 2, size: 2100, inner: 1, channels: 2100 },
        { rows: 2, size: 2100, inner: 1050, channels: 2 },
      ]
    : []),
];

const rowVariants = [
  { gamma: true, beta: true, centred: 1 },
  { gamma: true, beta: false, centred: 0 },
  { gamma: false, beta: true, centred: 1 },
  { gamma: false, beta: false, centred: 1 },
];

const filledRows = (n: number): RowShape[] => rowShapes(n).filter(({ size }) => size > 0);

/** The same with the result in the words of one of its operands. */
const inPlace = (cases: readonly Case[], output: string, operands: readonly string[]): Case[] =>
  operands.flatMap((operand) =>
    cases.map((given) => {
      const { [output]: _, ...tensors } = given.tensors;
      return { ...given, tensors, aliases: { [output]: operand } };
    }),
  );

const plain: Readonly<Record<keyof typeof normKernels, (n: number) => Case[]>> = {
  batchNorm: (n) =>
    channelNorm('batchNorm', n, (C, count) => ({
      y: blank(count),
      mean: blank(C),
      variance: blank(C),
    })),
  batchNormInference: (n) =>
    channelNorm('batchNormInference', n, (C, count) => ({
      mean: normals(C, 1, 40),
      variance: positive(C),
      y: blank(count),
    })),
  batchNormGradient: (n) =>
    channelNorm('batchNormGradient', n, (C, count) => ({
      dy: normals(count),
      mean: normals(C, 0.1, 40),
      variance: positive(C),
      dx: blank(count),
      dgamma: blank(C),
      dbeta: blank(C),
    })),
  updateRunningStatistics: (n) => [
    {
      kernel: 'updateRunningStatistics',
      tensors: {
        mean: normals(n),
        variance: positive(n),
        runningMean: normals(n),
        runningVariance: positive(n),
      },
      numbers: { C: n, momentum: 0.9, correction: 128 / 127 },
      split: n,
    },
  ],
  rowNorm: (n) =>
    filledRows(n).flatMap((shape) =>
      rowVariants.flatMap(({ gamma, beta, centred }) =>
        [true, false].map((kept) => ({
          kernel: 'rowNorm' as const,
          tensors: {
            x: normals(shape.rows * shape.size, 1.5, 40),
            y: blank(shape.rows * shape.size),
            ...(kept && { mean: blank(shape.rows), rstd: blank(shape.rows) }),
            ...(gamma && { gamma: normals(shape.channels) }),
            ...(beta && { beta: normals(shape.channels) }),
          },
          numbers: { ...shape, epsilon: 1e-5, centred },
          split: shape.rows,
        })),
      ),
    ),
  rowNormGradient: (n) =>
    filledRows(n).flatMap((shape) =>
      rowVariants.map(({ gamma, centred }) => ({
        kernel: 'rowNormGradient',
        tensors: {
          x: normals(shape.rows * shape.size, 1.5, 40),
          dy: normals(shape.rows * shape.size),
          mean: normals(shape.rows, 0.1, 40),
          rstd: positive(shape.rows),
          dx: blank(shape.rows * shape.size),
          ...(gamma && { gamma: normals(shape.channels) }),
        },
        numbers: { ...shape, centred },
        split: shape.rows,
      })),
    ),
  rowNormWeightGradients: (n) =>
    filledRows(n).map((shape) => ({
      kernel: 'rowNormWeightGradients',
      tensors: {
        x: normals(shape.rows * shape.size, 1.5, 40),
        dy: normals(shape.rows * shape.size),
        mean: normals(shape.rows, 0.1, 40),
        rstd: positive(shape.rows),
        dgamma: blank(shape.channels),
        dbeta: blank(shape.channels),
      },
      numbers: { ...shape },
      split: shape.channels,
    })),
};

/**
 * Rows of few numbers may lie close together: what the rounding of their mean does to x − mean is divided by a deviation that
 * is as small.
 */
function measuredBeforeCentring(given: Case): Case {
  const x = given.tensors['x'] as Float32Array;
  const size = given.numbers['size'] as number;
  let scale = 0;
  for (let from = 0; from < x.length; from += size) {
    const row = x.subarray(from, from + size);
    const mean = row.reduce((sum, v) => sum + v, 0) / size;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
    if (size > 1) scale = Math.max(scale, Math.abs(mean) / Math.sqrt(variance + 1e-5));
  }
  return { ...given, scale };
}

/** The same with a residual, too. */
const withResidual = (cases: readonly Case[]): Case[] =>
  cases.map((given) => ({
    ...given,
    tensors: {
      ...given.tensors,
      residual: (given.tensors['x'] as Float32Array).map(() => random.normal()),
    },
  }));

export const normCases: typeof plain = {
  ...plain,
  batchNorm: (n) => {
    const alone = plain.batchNorm(n);
    const beside = withResidual(alone);
    return [...alone, ...beside, ...inPlace(beside, 'y', ['residual'])];
  },
  batchNormInference: (n) => {
    const [alone, again] = [plain.batchNormInference(n), plain.batchNormInference(n)];
    const beside = withResidual(alone);
    return [...alone, ...inPlace(again, 'y', ['x']), ...beside, ...inPlace(beside, 'y', ['x', 'residual'])];
  },
  batchNormGradient: (n) => [
    ...plain.batchNormGradient(n),
    ...inPlace(plain.batchNormGradient(n), 'dx', ['x', 'dy']),
  ],
  rowNorm: (n) => [...plain.rowNorm(n), ...inPlace(plain.rowNorm(n), 'y', ['x'])].map(measuredBeforeCentring),
  rowNormGradient: (n) => [
    ...plain.rowNormGradient(n),
    ...inPlace(plain.rowNormGradient(n), 'dx', ['x', 'dy']),
  ],
};
