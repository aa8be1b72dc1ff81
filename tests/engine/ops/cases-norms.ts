import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { Attributes } from '../../../engine/ops/contract.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** Features, signals and images, with and without scale and shift, the ReLU behind joined in or not. */
const channelCases = (more: (x: TensorType, C: number) => Readonly<Record<string, TensorType>>): OpCase[] =>
  [f(5, 3), f(3, 2, 5), f(2, 3, 2, 2)].flatMap((x) => {
    const C = x.shape[1] as number;
    const inputs = { x, ...more(x, C) };
    const affine = { gamma: f(C), beta: f(C) };
    return [
      { inputs: { ...inputs, ...affine }, attributes: { epsilon: 1e-5 } },
      { inputs: { ...inputs, ...affine }, attributes: { epsilon: 1e-3, epilogue: 1 } },
      { inputs, attributes: { epsilon: 1e-5 } },
    ];
  });

interface RowCase {
  readonly x: TensorType;
  readonly weights: Readonly<Record<string, TensorType>>;
  readonly attributes: Attributes;
}

const rowCases: readonly RowCase[] = [
  // Over features, over the last dimension, over all of a sample.
  { x: f(5, 6), weights: { gamma: f(6), beta: f(6) }, attributes: { size: 6, inner: 1 } },
  { x: f(2, 3, 5), weights: { gamma: f(5), beta: f(5) }, attributes: { size: 5, inner: 1 } },
  { x: f(2, 3, 2, 2), weights: { gamma: f(3, 2, 2), beta: f(3, 2, 2) }, attributes: { size: 12, inner: 1 } },
  { x: f(2, 3, 4), weights: {}, attributes: { size: 12, inner: 1 } },
  { x: f(2, 3, 4), weights: { gamma: f(4) }, attributes: { size: 4, inner: 1 } },
  // Groups of channels, on features, within the last dimension and on images; one channel each.
  { x: f(3, 6), weights: { gamma: f(6), beta: f(6) }, attributes: { size: 3, inner: 1 } },
  { x: f(2, 3, 6), weights: { gamma: f(6), beta: f(6) }, attributes: { size: 3, inner: 1 } },
  { x: f(2, 4, 3, 3), weights: { gamma: f(4), beta: f(4) }, attributes: { size: 18, inner: 9 } },
  { x: f(2, 4, 5), weights: { beta: f(4) }, attributes: { size: 5, inner: 5 } },
  { x: f(2, 4, 1, 1), weights: { gamma: f(4), beta: f(4) }, attributes: { size: 2, inner: 1 } },
  { x: f(2, 2, 3), weights: {}, attributes: { size: 3, inner: 3 } },
  // Root mean squares.
  { x: f(4, 7), weights: { gamma: f(7) }, attributes: { size: 7, inner: 1, centred: 0 } },
  { x: f(2, 3, 7), weights: { gamma: f(7) }, attributes: { size: 7, inner: 1, centred: 0 } },
  { x: f(2, 3, 5), weights: {}, attributes: { size: 15, inner: 1, centred: 0 } },
  { x: f(2, 3, 6), weights: { gamma: f(6) }, attributes: { size: 3, inner: 1, centred: 0 } },
  { x: f(2, 4, 5), weights: { gamma: f(4) }, attributes: { size: 10, inner: 5, centred: 0 } },
];

const rowsOf = ({ x, attributes }: RowCase): TensorType =>
  f(x.shape.reduce((product, n) => product * n, 1) / (attributes['size'] as number));

const forward: OpCase[] = rowCases.map(({ x, weights, attributes }) => ({
  inputs: { x, ...weights },
  attributes: { ...attributes, epsilon: 1e-5 },
}));

export const normOpCases = {
  batchNorm: [...channelCases(() => ({})), ...channelCases((x) => ({ residual: x }))].map((one) => ({
    ...one,
    flows: ['y'],
  })),
  batchNormGradient: channelCases((x, C) => ({ dy: x, mean: f(C), variance: f(C) })),
  batchNormInference: [
    ...channelCases((_, C) => ({ mean: f(C), variance: f(C) })),
    ...channelCases((x, C) => ({ mean: f(C), variance: f(C), residual: x })),
  ],
  updateRunningStatistics: [
    {
      inputs: { mean: f(5), variance: f(5), runningMean: f(5), runningVariance: f(5) },
      attributes: { momentum: 0.9, correction: 8 / 7 },
    },
  ],
  rowNorm: forward.map((one) => ({ ...one, flows: ['y'] })),
  rowNormInference: forward,
  rowNormGradient: rowCases.map(({ x, weights, attributes }) => ({
    inputs: {
      x,
      dy: x,
      mean: rowsOf({ x, weights, attributes }),
      rstd: rowsOf({ x, weights, attributes }),
      ...(weights['gamma'] && { gamma: weights['gamma'] }),
    },
    attributes,
  })),
  rowNormWeightGradients: rowCases.flatMap(({ x, weights, attributes }) => {
    const weight = weights['gamma'] ?? weights['beta'];
    const rows = rowsOf({ x, weights, attributes });
    return weight === undefined
      ? []
      : [
          {
            inputs: { x, dy: x, mean: rows, rstd: rows },
            attributes: { ...attributes, shape: weight.shape },
          },
        ];
  }),
} satisfies Readonly<Record<string, readonly OpCase[]>>;
