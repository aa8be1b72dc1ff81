import type { lossKernels } from '../../../engine/kernels/declared/losses.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

const normals = (count: number, spread = 1): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * spread);
/** Numbers from 0 to 1, both of which occur. */
const shares = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => Math.min(Math.max(random.uniform() * 1.2 - 0.1, 0), 1));
const labels = (count: number, classes: number): Int32Array =>
  Int32Array.from({ length: count }, () => random.below(classes));
const blank = (count: number): Float32Array => new Float32Array(count);

/** Labels that are ignored nowhere, and in many rows; without label smoothing, and with it. */
const rowNumbers = [
  { ignored: -100, smoothing: 0 },
  { ignored: 1, smoothing: 0.1 },
];

/** [M, C] around size n. */
const rowSizes = (n: number): (readonly [M: number, C: number])[] => [
  [n, 2],
  [n, 10],
  [5, Math.max(n, 1)],
];

/** Targets of n elements in both of their forms, with what tells them apart. */
const binaryTargets = (n: number): { target: Int32Array | Float32Array; soft: number }[] => [
  { target: labels(n, 2), soft: 0 },
  { target: shares(n), soft: 1 },
];

/** A distance or its gradient; some targets are met exactly. */
const distance = (
  kernel: 'squaredError' | 'absoluteError' | 'huber',
  n: number,
  numbers: Record<string, number> = {},
): Case[] => {
  const prediction = normals(n, 2);
  const target = prediction.map((v, i) => (i % 3 === 1 ? v : v + random.normal()));
  const given = { numbers: { count: n, ...numbers }, split: n };
  return [
    { kernel, tensors: { prediction, target, losses: blank(n) }, ...given },
    { kernel, tensors: { prediction, target }, aliases: { losses: 'prediction' }, ...given },
  ];
};
const distanceGradient = (
  kernel: 'squaredErrorGradient' | 'absoluteErrorGradient' | 'huberGradient',
  n: number,
  numbers: Record<string, number> = {},
): Case[] => {
  const prediction = normals(n, 2);
  const target = prediction.map((v, i) => (i % 3 === 1 ? v : v + random.normal()));
  return [
    {
      kernel,
      tensors: { prediction, target, dlosses: normals(n), dprediction: blank(n) },
      numbers: { count: n, ...numbers },
      split: n,
    },
  ];
};

export const lossCases = {
  softmaxCrossEntropy: (n) =>
    rowSizes(n).flatMap(([M, C]) =>
      rowNumbers.map((numbers) => ({
        kernel: 'softmaxCrossEntropy',
        tensors: { logits: normals(M * C, 3), target: labels(M, C), losses: blank(M), p: blank(M * C) },
        numbers: { M, C, ...numbers },
        split: M,
        ulps: 4,
        scale: 4,
      })),
    ),
  softmaxCrossEntropyGradient: (n) =>
    rowSizes(n).flatMap(([M, C]) =>
      rowNumbers.map((numbers) => ({
        kernel: 'softmaxCrossEntropyGradient',
        tensors: { p: normals(M * C), target: labels(M, C), dlosses: normals(M), dlogits: blank(M * C) },
        numbers: { M, C, ...numbers },
        split: M,
      })),
    ),
  crossEntropyWithGradient: (n) =>
    rowSizes(n).flatMap(([M, C]) =>
      rowNumbers.flatMap((numbers) => {
        const tensors = {
          logits: normals(M * C, 3),
          target: labels(M, C),
          dy: Float32Array.of(0.7),
          y: blank(1),
          hits: blank(2),
        };
        const given = {
          kernel: 'crossEntropyWithGradient' as const,
          numbers: { M, C, ...numbers },
          split: 1,
          ulps: 4,
          scale: 4,
        };
        return [
          { ...given, tensors: { ...tensors, dlogits: blank(M * C) } },
          { ...given, tensors, aliases: { dlogits: 'logits' } },
        ];
      }),
    ),
  softCrossEntropy: (n) =>
    rowSizes(n).flatMap(([M, C]) =>
      [0, 0.1].map((smoothing) => ({
        kernel: 'softCrossEntropy',
        // As a distribution over the classes has them: of 130 numbers up to 1 the sum would be far from any loss.
        tensors: {
          logits: normals(M * C, 3),
          target: shares(M * C).map((v) => v / C),
          losses: blank(M),
          p: blank(M * C),
        },
        numbers: { M, C, smoothing },
        split: M,
        ulps: 6,
        scale: 4,
      })),
    ),
  softCrossEntropyGradient: (n) =>
    rowSizes(n).flatMap(([M, C]) =>
      [0, 0.1].map((smoothing) => ({
        kernel: 'softCrossEntropyGradient',
        tensors: { p: normals(M * C), target: shares(M * C), dlosses: normals(M), dlogits: blank(M * C) },
        numbers: { M, C, smoothing },
        split: M,
      })),
    ),
  nll: (n) =>
    rowSizes(n).map(([M, C]) => ({
      kernel: 'nll',
      tensors: { logp: normals(M * C), target: labels(M, C), losses: blank(M) },
      numbers: { M, C, ignored: 1 },
      split: M,
    })),
  nllGradient: (n) =>
    rowSizes(n).map(([M, C]) => ({
      kernel: 'nllGradient',
      tensors: { target: labels(M, C + 1), dlosses: normals(M), dlogp: normals(M * C) },
      numbers: { M, C, ignored: 1 },
      split: M,
    })),

  bceWithLogits: (n) =>
    binaryTargets(n).flatMap(({ target, soft }) =>
      [1, 3.5].map((positiveWeight) => ({
        kernel: 'bceWithLogits',
        tensors: { logits: normals(n, 3), target, losses: blank(n) },
        numbers: { count: n, soft, positiveWeight },
        split: n,
        ulps: 6,
        scale: 1,
      })),
    ),
  bceWithLogitsGradient: (n) =>
    binaryTargets(n).flatMap(({ target, soft }) =>
      [1, 3.5].map((positiveWeight) => ({
        kernel: 'bceWithLogitsGradient',
        tensors: { logits: normals(n, 3), target, dlosses: normals(n), dlogits: blank(n) },
        numbers: { count: n, soft, positiveWeight },
        split: n,
        ulps: 6,
        scale: 1,
      })),
    ),
  bce: (n) =>
    binaryTargets(n).map(({ target, soft }) => ({
      kernel: 'bce',
      tensors: { p: shares(n), target, losses: blank(n) },
      numbers: { count: n, soft },
      split: n,
      ulps: 4,
      scale: 1,
    })),
  bceGradient: (n) =>
    binaryTargets(n).map(({ target, soft }) => ({
      kernel: 'bceGradient',
      tensors: { p: shares(n), target, dlosses: normals(n), dp: blank(n) },
      numbers: { count: n, soft },
      split: n,
    })),

  squaredError: (n) => distance('squaredError', n),
  squaredErrorGradient: (n) => distanceGradient('squaredErrorGradient', n),
  absoluteError: (n) => distance('absoluteError', n),
  absoluteErrorGradient: (n) => distanceGradient('absoluteErrorGradient', n),
  huber: (n) => distance('huber', n, { delta: 0.7 }),
  huberGradient: (n) => distanceGradient('huberGradient', n, { delta: 0.7 }),

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
      tensors: { dy: Float32Array.of(0.7), dx: blank(n) },
      numbers: { count: n },
      split: n,
    },
  ],
  labelledMean: (n) =>
    [n, n * 20].flatMap((count) =>
      // Ignored are some, none, and all of the labels.
      [3, 1].map((classes) => ({
        kernel: 'labelledMean',
        tensors: { x: normals(count), target: labels(count, classes), y: blank(1), counted: blank(1) },
        numbers: { count, ignored: 0 },
        split: 1,
      })),
    ),
  labelledMeanGradient: (n) => [
    {
      kernel: 'labelledMeanGradient',
      tensors: {
        dy: Float32Array.of(0.7),
        target: labels(n, 3),
        counted: Float32Array.of(2),
        dx: normals(n),
      },
      numbers: { count: n, ignored: 1 },
      split: n,
    },
  ],

  // Few different values, so that the greatest often stands twice.
  countArgmaxHits: (n) =>
    rowSizes(n).flatMap(([M, N]) => {
      const x = Float32Array.from(labels(M * N, 3));
      const given = { kernel: 'countArgmaxHits' as const, split: 1 };
      return [
        {
          ...given,
          tensors: { x, target: labels(M, Math.min(N, 3)), y: blank(2) },
          numbers: { M, N, ignored: 2, soft: 0 },
        },
        {
          ...given,
          tensors: { x, target: Float32Array.from(labels(M * N, 3)), y: blank(2) },
          numbers: { M, N, ignored: 2, soft: 1 },
        },
      ];
    }),
  countBinaryHits: (n) =>
    binaryTargets(n).map(({ target, soft }) => ({
      kernel: 'countBinaryHits',
      tensors: { x: normals(n), target, y: blank(2) },
      numbers: { count: n, soft, threshold: 0.25 },
      split: 1,
    })),
} satisfies Record<keyof typeof lossKernels, (n: number) => Case[]>;
