import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const whole = (classes: number, ...shape: number[]): TensorType => ({ shape, dtype: 'int32', classes });
const step: TensorType = { shape: [1], dtype: 'int32' };

/** Self and cross attention, causal or not, with a mask of either type, with and without dropout. */
const attentions: OpCase[] = [
  { inputs: { q: f(2, 3, 4), k: f(2, 3, 4), v: f(2, 3, 4) }, attributes: { heads: 2 } },
  { inputs: { q: f(1, 1, 3), k: f(1, 1, 3), v: f(1, 1, 3) }, attributes: { heads: 3 } },
  { inputs: { q: f(2, 3, 2), k: f(2, 5, 2), v: f(2, 5, 2) }, attributes: { heads: 1 } },
  { inputs: { q: f(2, 4, 4), k: f(2, 4, 4), v: f(2, 4, 4) }, attributes: { heads: 2, causal: 1 } },
  { inputs: { q: f(1, 4, 2), k: f(1, 3, 2), v: f(1, 3, 2) }, attributes: { heads: 1, causal: 1 } },
  {
    inputs: { q: f(3, 2, 4), k: f(3, 3, 4), v: f(3, 3, 4), mask: whole(2, 3, 3) },
    attributes: { heads: 4 },
  },
  {
    inputs: { q: f(3, 3, 4), k: f(3, 3, 4), v: f(3, 3, 4), mask: whole(2, 3, 3) },
    attributes: { heads: 2, causal: 1 },
  },
  {
    inputs: { q: f(2, 3, 4), k: f(2, 3, 4), v: f(2, 3, 4), mask: f(2, 3) },
    attributes: { heads: 2 },
  },
];
const dropping: OpCase[] = [
  {
    inputs: { q: f(2, 3, 4), k: f(2, 5, 4), v: f(2, 5, 4), step },
    attributes: { heads: 2, rate: 0.3, seed: 3, stream: 16 },
    trainingOnly: true,
  },
  {
    inputs: { q: f(2, 4, 4), k: f(2, 4, 4), v: f(2, 4, 4), mask: whole(2, 2, 4), step },
    attributes: { heads: 1, causal: 1, rate: 0.5, seed: 3, stream: 16 },
    trainingOnly: true,
  },
];

export const sequenceCases = {
  permute: [
    { inputs: { x: f(2, 3, 4) }, attributes: { axes: [0, 2, 1] } },
    { inputs: { x: f(5, 3) }, attributes: { axes: [1, 0] } },
    { inputs: { x: f(2, 3, 4, 5) }, attributes: { axes: [0, 2, 1, 3] } },
    { inputs: { x: f(2, 3, 1, 2, 3, 2) }, attributes: { axes: [0, 5, 3, 1, 4, 2] } },
    { inputs: { x: f(7) }, attributes: { axes: [0] } },
  ],
  slice: [
    { inputs: { x: f(3, 5) }, attributes: { axis: 1, start: 1, end: 4 } },
    { inputs: { x: f(2, 4, 3) }, attributes: { axis: 1, start: 3, end: 4 } },
    { inputs: { x: f(2, 3, 4, 5) }, attributes: { axis: 3, start: 0, end: 2 } },
    { inputs: { x: f(2, 3) }, attributes: { axis: 1, start: 0, end: 3 } },
    { inputs: { x: f(5, 2) }, attributes: { axis: 0, start: 2, end: 5 } },
    { inputs: { x: f(2, 7, 3) }, attributes: { axis: 1, start: 1, end: 7, step: 2 } },
    { inputs: { x: f(3, 8) }, attributes: { axis: 1, start: 0, end: 8, step: 3 } },
    { inputs: { x: f(2, 3, 4, 5) }, attributes: { axis: 2, start: 0, end: 4, step: -1 } },
    { inputs: { x: f(2, 9) }, attributes: { axis: 1, start: 1, end: 8, step: -3 } },
  ],
  padAxis: [
    { inputs: { x: f(3, 2) }, attributes: { axis: 1, before: 1, after: 2 } },
    { inputs: { x: f(2, 3, 4) }, attributes: { axis: 1, before: 0, after: 3 } },
    { inputs: { x: f(2, 3) }, attributes: { axis: 0, before: 4, after: 0 } },
  ],
  choose: [
    { inputs: { condition: f(5, 3), a: f(5, 3), b: f(5, 3) } },
    { inputs: { condition: f(2, 3, 4), a: f(2, 3, 4) }, attributes: { value: 0.5 } },
    { inputs: { condition: f(7), b: f(7) }, attributes: { value: -1 } },
  ],
  numbersOf: [{ inputs: { x: whole(9, 2, 5) } }],
  wholeNumbersOf: [{ inputs: { x: f(3, 4) } }],
  cumulativeSum: [
    { inputs: { x: f(2, 5) }, attributes: { axis: 1 } },
    { inputs: { x: f(2, 3, 4) }, attributes: { axis: 1, exclusive: 1 } },
    { inputs: { x: f(2, 3, 4) }, attributes: { axis: 2, reverse: 1 } },
    { inputs: { x: f(4, 2) }, attributes: { axis: 0, exclusive: 1, reverse: 1 } },
  ],
  concat: [
    { inputs: { a: f(3, 2), b: f(3, 4) }, attributes: { axis: 1 } },
    { inputs: { a: f(2, 3, 4), b: f(2, 1, 4), c: f(2, 2, 4) }, attributes: { axis: 1 } },
    {
      inputs: { a: f(2, 1, 2), b: f(2, 1, 3), c: f(2, 1, 1), d: f(2, 1, 5), e: f(2, 1, 2), f: f(2, 1, 4) },
      attributes: { axis: 2 },
    },
  ],
  topK: [
    { inputs: { x: f(5, 3) }, attributes: { axis: 1, k: 2 } },
    { inputs: { x: f(2, 7, 3) }, attributes: { axis: 1, k: 7, smallest: 1 } },
    { inputs: { x: f(17) }, attributes: { axis: 0, k: 1, last: 1 } },
  ],
  topKGradient: [
    { inputs: { dvalues: f(5, 2), places: whole(3, 5, 2) }, attributes: { axis: 1, count: 3 } },
    { inputs: { dvalues: f(2, 4, 3), places: whole(4, 2, 4, 3) }, attributes: { axis: 1, count: 4 } },
  ],
  meanOver: [
    { inputs: { x: f(2, 5, 3) }, attributes: { axis: 1 } },
    { inputs: { x: f(2, 5, 3) }, attributes: { axis: 2 } },
    { inputs: { x: f(2, 3, 1, 2) }, attributes: { axis: 1 } },
  ],
  meanOverGradient: [
    { inputs: { dy: f(2, 3) }, attributes: { axis: 1, count: 5 } },
    { inputs: { dy: f(2, 3) }, attributes: { axis: 2, count: 4 } },
  ],
  embedding: [
    { inputs: { tokens: whole(5, 2, 3), table: f(5, 4) } },
    { inputs: { tokens: whole(3, 4), table: f(6, 1) } },
    { inputs: { tokens: whole(3, 2, 4), table: f(3, 2) }, attributes: { padding: 1 } },
  ].map((one) => ({ ...one, unrelated: true })),
  embeddingGradient: [
    { inputs: { tokens: whole(5, 2, 3), dy: f(2, 3, 4) }, attributes: { vocabulary: 5 } },
    { inputs: { tokens: whole(3, 7), dy: f(7, 2) }, attributes: { vocabulary: 3, padding: 0 } },
  ],
  sinusoid: [
    { inputs: {}, attributes: { positions: 5, width: 4 } },
    { inputs: {}, attributes: { positions: 300, width: 7 } },
    { inputs: {}, attributes: { positions: 1, width: 1 } },
  ],
  batchedMatmul: [
    { inputs: { a: f(2, 3, 4), b: f(2, 4, 5) } },
    { inputs: { a: f(2, 2, 3, 4), b: f(2, 2, 5, 4) }, attributes: { transposeB: 1, alpha: 0.5 } },
    { inputs: { a: f(2, 4, 3), b: f(2, 4, 5) }, attributes: { transposeA: 1 } },
    { inputs: { a: f(1, 4, 3), b: f(1, 5, 4) }, attributes: { transposeA: 1, transposeB: 1, alpha: -2 } },
  ],
  maskScores: [
    { inputs: { x: f(2, 4, 4) }, attributes: { causal: 1, fill: -2.5 } },
    { inputs: { x: f(2, 2, 3, 5), mask: whole(2, 2, 5) }, attributes: { fill: -2.5 } },
    { inputs: { x: f(2, 2, 3, 2), mask: whole(2, 2, 2) }, attributes: { causal: 1, fill: 0 } },
    { inputs: { x: f(2, 3, 4), mask: f(2, 4) }, attributes: { fill: -2.5 } },
  ],
  attention: [...attentions, ...dropping].map((one) => ({ ...one, flows: ['y'] })),
  attentionGradient: [...attentions, ...dropping].map(({ inputs, attributes }) => {
    const [N = 1, T = 1, D = 1] = inputs.q?.shape ?? [];
    const [, S = 1] = inputs.k?.shape ?? [];
    return {
      inputs: { ...inputs, p: f(N, attributes?.heads as number, T, S), dy: f(N, T, D) },
      attributes: attributes ?? {},
    };
  }),
} satisfies Record<string, readonly OpCase[]>;
