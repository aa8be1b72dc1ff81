import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { Attributes } from '../../../engine/ops/contract.ts';
import type { OpName } from '../../../engine/ops/index.ts';
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
}

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const labels = (count: number, classes: number): TensorType => ({ shape: [count], dtype: 'int32', classes });
const step: TensorType = { shape: [1], dtype: 'int32' };

const unary: OpCase[] = [f(5, 3), f(1, 1), f(17), f(2, 3, 4)].map((x) => ({ inputs: { x } }));
const gradientOf = (kept: string): OpCase[] =>
  [f(5, 3), f(1, 1)].map((type) => ({ inputs: { [kept]: type, dy: type } }));
const withAttributes = (cases: readonly OpCase[], attributes: Attributes): OpCase[] =>
  cases.map((one) => ({ ...one, attributes }));

/** How every op is tried; an op without cases does not compile. */
export const opCases: Readonly<Record<OpName, readonly OpCase[]>> = {
  linear: [
    { inputs: { x: f(5, 3), w: f(3, 4), b: f(4) } },
    { inputs: { x: f(5, 3), w: f(3, 4) } },
    { inputs: { x: f(1, 1), w: f(1, 1), b: f(1) } },
    { inputs: { x: f(5, 3), w: f(3, 4), b: f(4) }, attributes: { epilogue: 1 } },
    { inputs: { x: f(2, 3, 4), w: f(4, 5), b: f(5) } },
    { inputs: { x: f(2, 3, 4), w: f(4, 5) }, attributes: { epilogue: 1 } },
    { inputs: { x: f(2, 1, 3, 2), w: f(2, 3), b: f(3) }, attributes: { epilogue: 1 } },
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
  add: [{ inputs: { a: f(5, 3), b: f(5, 3) } }],
  scale: withAttributes(unary, { factor: -1.75 }),
  relu: unary,
  reluGradient: gradientOf('y'),
  leakyRelu: withAttributes(unary, { slope: 0.2 }),
  leakyReluGradient: withAttributes(gradientOf('x'), { slope: 0.2 }),
  sigmoid: unary,
  sigmoidGradient: gradientOf('y'),
  tanh: unary,
  tanhGradient: gradientOf('y'),
  softmax: [{ inputs: { x: f(5, 3) } }, { inputs: { x: f(2, 1) } }, { inputs: { x: f(2, 3, 1, 4) } }],
  softmaxGradient: gradientOf('y'),
  dropout: [0, 0.25, 0.5].map((rate) => ({
    inputs: { x: f(7, 5), step },
    attributes: { rate, seed: 3, stream: 16 },
  })),
  softmaxCrossEntropy: [
    { inputs: { logits: f(5, 3), target: labels(5, 3) }, flows: ['losses'] },
    { inputs: { logits: f(1, 2), target: labels(1, 2) }, flows: ['losses'] },
  ],
  softmaxCrossEntropyGradient: [{ inputs: { p: f(5, 3), target: labels(5, 3), dlosses: f(5) } }],
  bceWithLogits: [
    { inputs: { logits: f(5, 1), target: labels(5, 2) } },
    { inputs: { logits: f(5), target: labels(5, 2) } },
  ],
  bceWithLogitsGradient: [{ inputs: { logits: f(5, 1), target: labels(5, 2), dlosses: f(5) } }],
  squaredError: [{ inputs: { prediction: f(5, 2), target: f(5, 2) } }],
  squaredErrorGradient: [{ inputs: { prediction: f(5, 2), target: f(5, 2), dlosses: f(5, 2) } }],
  mean: [{ inputs: { x: f(5) } }, { inputs: { x: f(300, 2) } }],
  meanGradient: [{ inputs: { dy: f(1), x: f(5, 2) } }],
  countArgmaxHits: [{ inputs: { x: f(5, 3), target: labels(5, 3) } }],
  countSignHits: [{ inputs: { x: f(5, 1), target: labels(5, 2) } }],
  sgdUpdate: [{ inputs: { w: f(3, 4), dw: f(3, 4), rate: f(1) } }],
  momentumUpdate: [
    { inputs: { w: f(3, 4), dw: f(3, 4), v: f(3, 4), rate: f(1) }, attributes: { beta: 0.9, gain: 0.1 } },
  ],
  adamUpdate: [
    {
      inputs: { w: f(3, 4), dw: f(3, 4), m: f(3, 4), s: f(3, 4), rate: f(1), corrections: f(2) },
      attributes: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    },
  ],
  histogram: [
    { inputs: { x: f(5, 3) }, attributes: { stride: 1, columns: 3 } },
    { inputs: { x: f(17) }, attributes: { stride: 4, columns: 0 } },
  ],

  ...sequenceCases,
};
