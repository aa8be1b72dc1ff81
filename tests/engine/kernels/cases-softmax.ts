import type { softmaxKernels } from '../../../engine/kernels/declared/softmax.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

type Softmax = keyof typeof softmaxKernels;

const normals = (count: number, spread = 1): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * spread);
/** Some of them far below the others, as masked scores are. */
const scores = (count: number): Float32Array => normals(count, 3).map((x, i) => (i % 7 === 5 ? -3e38 : x));
const blank = (count: number): Float32Array => new Float32Array(count);

interface Sizes {
  readonly M: number;
  readonly N: number;
  readonly inner: number;
}

/** Rows and columns around size n. */
const sizesOf = (n: number): Sizes[] =>
  [
    [n, 2, 1],
    [5, n, 1],
    [n, 10, 1],
    [2, n, 3],
    [n, 3, 5],
    [2, 4, n],
  ].map(([M, N, inner]) => ({ M, N, inner }));

const cases =
  (kernel: Softmax, make: (count: number) => Pick<Case, 'tensors' | 'aliases' | 'ulps' | 'scale'>[]) =>
  (n: number): Case[] =>
    sizesOf(n).flatMap((sizes) => {
      const { M, N, inner } = sizes;
      return make(M * N * inner).map((one) => ({
        kernel,
        numbers: { ...sizes },
        split: N > 0 ? M * inner : 0,
        ...one,
      }));
    });

const forward = (count: number) => [
  { tensors: { x: scores(count), y: blank(count) }, ulps: 4, scale: 1 },
  { tensors: { x: scores(count) }, aliases: { y: 'x' }, ulps: 4, scale: 1 },
];
const backward =
  (make: (count: number) => Float32Array, exactness: { ulps?: number; scale?: number } = {}) =>
  (count: number) => [
    { tensors: { y: make(count), dy: normals(count), dx: blank(count) }, ...exactness },
    { tensors: { y: make(count), dy: normals(count) }, aliases: { dx: 'dy' }, ...exactness },
    { tensors: { y: make(count), dy: normals(count) }, aliases: { dx: 'y' }, ...exactness },
  ];
const logarithms = (count: number): Float32Array => scores(count).map((x) => -Math.abs(x));

export const softmaxCases: Readonly<Record<Softmax, (n: number) => Case[]>> = {
  softmax: cases('softmax', forward),
  softmaxGradient: cases('softmaxGradient', backward(normals)),
  logSoftmax: cases('logSoftmax', forward),
  logSoftmaxGradient: cases('logSoftmaxGradient', backward(logarithms, { ulps: 4, scale: 30 })),
};
