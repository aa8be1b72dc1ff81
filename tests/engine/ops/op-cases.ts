import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { activationKinds } from '../../../engine/kernels/declared/activation.ts';
import { functionNames } from '../../../engine/ops/activations.ts';
import type { Attributes } from '../../../engine/ops/contract.ts';
import type { OpName } from '../../../engine/ops/index.ts';
import { broadcastCases } from './cases-broadcast.ts';
import { convolutionCases } from './cases-convolution.ts';
import { lossCases } from './cases-losses.ts';
import { normOpCases } from './cases-norms.ts';
import { poolingCases } from './cases-pooling.ts';
import { sequenceCases } from './cases-sequences.ts';

/** One way to call an op: types of its inputs, and its attributes. */
export interface OpCase {
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly attributes?: Attributes;
  /** Outputs that a gradient may come back through; all without it. */
  readonly flows?: readonly string[];
  /** Its inputs' sizes need not meet. */
  readonly unrelated?: boolean;
  /** Called so, it stands in training only and has no form in ONNX. */
  readonly trainingOnly?: boolean;
  /** Inputs of which several sizes would do: a refusal names the bound that was passed, not the size in this case. */
  readonly bounded?: readonly string[];
  /** Least and greatest of the values of an input that cannot have any. */
  readonly within?: Readonly<Record<string, readonly [number, number]>>;
}

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const step: TensorType = { shape: [1], dtype: 'int32' };

const unary: OpCase[] = [f(5, 3), f(1, 1), f(17), f(2, 3, 4)].map((x) => ({ inputs: { x } }));
const gradientOf = (kept: string): OpCase[] =>
  [f(5, 3), f(1, 1)].map((type) => ({ inputs: { [kept]: type, dy: type } }));
const withAttributes = (cases: readonly OpCase[], attributes: Attributes): OpCase[] =>
  cases.map((one) => ({ ...one, attributes }));

const softmaxes: readonly OpCase[] = [
  { inputs: { x: f(5, 3) } },
  { inputs: { x: f(2, 1) } },
  { inputs: { x: f(2, 3, 1, 17) }, attributes: { axis: -1 } },
  { inputs: { x: f(2, 3, 5) }, attributes: { axis: 1 } },
  { inputs: { x: f(2, 3, 2, 3) }, attributes: { axis: 2 } },
  { inputs: { x: f(2, 4, 1, 1) }, attributes: { axis: 1 } },
];
const softmaxGradients = softmaxes.map(
  ({ inputs: { x }, ...rest }): OpCase => ({ inputs: { y: x, dy: x }, ...rest }),
);

/** Where functions have values, and steps none of their places. */
const domains: Readonly<Record<string, readonly [number, number]>> = {
  Abs: [0.1, 2],
  Log: [0.2, 2],
  Sqrt: [0.2, 2],
  Reciprocal: [0.2, 2],
  ...Object.fromEntries(['Floor', 'Ceil', 'Round', 'Sign'].map((name) => [name, [0.1, 0.4]])),
};

/** How every op is tried; an op without cases does not compile. */
export const opCases: Readonly<Record<OpName, readonly OpCase[]>> = {
  linear: [
    { inputs: { x: f(5, 3), w: f(3, 4), b: f(4) } },
    { inputs: { x: f(5, 3), w: f(3, 4) } },
    { inputs: { x: f(1, 1), w: f(1, 1), b: f(1) } },
    { inputs: { x: f(5, 3), w: f(3, 4), b: f(4) }, attributes: { epilogue: 1 } },
  ],
  matmul: [
    { inputs: { a: f(5, 3), b: f(3, 4) } },
    { inputs: { a: f(5, 3), b: f(4, 3) }, attributes: { transposeB: 1 } },
    { inputs: { a: f(3, 5), b: f(3, 4) }, attributes: { transposeA: 1 } },
    { inputs: { a: f(3, 5), b: f(4, 3) }, attributes: { transposeA: 1, transposeB: 1 } },
  ],
  sumRows: [{ inputs: { x: f(5, 3) } }, { inputs: { x: f(1, 7) } }],
  reshape: [
    { inputs: { x: f(2, 3, 4) }, attributes: { shape: [0, -1] } },
    { inputs: { x: f(6, 4) }, attributes: { shape: [2, 3, 4] } },
    { inputs: { x: f(2, 12) }, attributes: { shape: [-1, 3, 1] } },
  ],
  scale: withAttributes(unary, { factor: -1.75 }),
  relu: unary,
  leakyRelu: withAttributes(unary, { slope: 0.2 }),
  sigmoid: unary,
  tanh: unary,
  ...sequenceCases,
  elu: withAttributes(unary, { alpha: 0.7 }),
  selu: unary,
  softplus: unary,
  silu: unary,
  gelu: ['exact', 'tanh', 'sigmoid'].flatMap((form) => withAttributes(unary, { form })),
  hardswish: unary,
  shift: withAttributes(unary, { offset: -0.75 }),
  clippedRelu: [3, 0.05].flatMap((ceiling) => withAttributes(unary, { ceiling })),
  hardTanh: [3, 0.05].flatMap((bound) => withAttributes(unary, { bound })),
  atLeast: withAttributes(unary, { bound: 0.05 }),
  atMost: withAttributes(unary, { bound: -0.05 }),
  elementwiseFunction: functionNames.flatMap((of) =>
    withAttributes(unary, { of }).map((one) => ({ ...one, within: { x: domains[of] ?? [-2, 2] } })),
  ),
  activationGradient: Object.values(activationKinds).flatMap((kind) =>
    withAttributes(gradientOf('given'), { kind, parameter: 0.7 }),
  ),
  softmax: softmaxes,
  softmaxGradient: softmaxGradients,
  logSoftmax: softmaxes,
  logSoftmaxGradient: softmaxGradients,
  dropout: [0, 0.25, 0.5].map((rate) => ({
    inputs: { x: f(7, 5), step },
    attributes: { rate, seed: 3, stream: 16 },
  })),
  dropoutChannels: [f(3, 7, 2, 3), f(5, 4), f(1, 33, 3)].map((x) => ({
    inputs: { x, step },
    attributes: { rate: 0.5, seed: 3, stream: 16 },
  })),
  ...lossCases,
  ...poolingCases,
  ...broadcastCases,
  sgdUpdate: [{ inputs: { w: f(3, 4), dw: f(3, 4), rate: f(1) }, attributes: { decay: 0.5 } }],
  momentumUpdate: [
    {
      inputs: { w: f(3, 4), dw: f(3, 4), v: f(3, 4), rate: f(1) },
      attributes: { beta: 0.9, gain: 0.1, decay: 0.5 },
    },
  ],
  nesterovUpdate: [
    { inputs: { w: f(3, 4), dw: f(3, 4), v: f(3, 4), rate: f(1) }, attributes: { beta: 0.9, decay: 0.5 } },
  ],
  rmspropUpdate: [
    {
      inputs: { w: f(3, 4), dw: f(3, 4), s: f(3, 4), rate: f(1) },
      attributes: { beta: 1, gain: 1, inner: 1e-8, outer: 0, momentum: 0, decay: 0.5 },
    },
    {
      inputs: { w: f(3, 4), dw: f(3, 4), s: f(3, 4), v: f(3, 4), rate: f(1) },
      attributes: { beta: 0.9, gain: 0.1, inner: 0, outer: 1e-8, momentum: 0.5, decay: 0.5 },
    },
  ],
  adamUpdate: [
    {
      inputs: { w: f(3, 4), dw: f(3, 4), m: f(3, 4), s: f(3, 4), rate: f(1), corrections: f(2) },
      attributes: { beta1: 0.9, beta2: 0.999, gain1: 0.1, gain2: 0.001, epsilon: 1e-8, decay: 0.5 },
    },
  ],
  addSquares: [
    { inputs: { sum: f(1), x: f(5, 3) }, attributes: { factor: 0.25 } },
    { inputs: { x: f(17) }, attributes: { factor: 1 } },
  ],
  addSquaresGradient: [{ inputs: { x: f(5, 3), dy: f(1) }, attributes: { factor: 0.5 } }],
  clipFactor: [
    { inputs: { squares: f(1), norm: f(1) }, attributes: { limit: 0.1 } },
    { inputs: { squares: f(1), norm: f(1) }, attributes: { limit: 100 } },
  ],
  clipByNorm: [{ inputs: { dw: f(3, 4), factor: f(1) } }],
  clipByValue: [{ inputs: { dw: f(3, 4) }, attributes: { limit: 0.5 } }],
  histogram: [
    { inputs: { x: f(5, 3) }, attributes: { stride: 1, columns: 3, inner: 1 } },
    { inputs: { x: f(5, 3, 2, 2) }, attributes: { stride: 3, columns: 3, inner: 4 } },
    { inputs: { x: f(17) }, attributes: { stride: 4, columns: 0, inner: 1 } },
  ],
  ...convolutionCases,
  ...normOpCases,
};
