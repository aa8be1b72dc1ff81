import { elementCount } from '../declaration/tensor-type.ts';
import { type ActivationName, activationKinds, fromOutput } from '../kernels/declared/activation.ts';
import type { Attributes, OnnxNode, OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, sameAsEachOther, transcendental } from './shape-rules.ts';

interface Activation {
  readonly name: string;
  /** Which of the kernel's activations it is. */
  readonly kind: (attributes: Attributes) => ActivationName;
  readonly parameter?: (attributes: Attributes) => number;
  /** Multiply-adds per element. */
  readonly cost: number;
  readonly toOnnx: (x: string, y: string, attributes: Attributes) => readonly OnnxNode[];
}

/** y = f(x), elementwise. dx = dy · f′, computed from x or from y, as kernels/declared/activation.ts says per kind. */
function activationOp({ name, kind, parameter, cost, toOnnx }: Activation): OpDefinition<'x', 'y'> {
  return {
    name,
    inputs: ['x'],
    outputs: ['y'],
    inPlace: ['x'],

    shape: (inputs) => ({ y: numbers(name, inputs, 'x') }),

    cost: (inputs, outputs) => costOf(cost * elementCount(outputs.y.shape), inputs, outputs),

    gradient(g, { inputs: { x }, outputs: { y }, attributes }, { y: dy }) {
      if (dy === undefined) return {};
      const chosen = kind(attributes);
      const known = fromOutput.has(chosen) ? y : x;
      return {
        x: g.emit(activationGradient, { given: known, dy }, codeOf(chosen, parameter?.(attributes))).dx,
      };
    },

    lower({ inputs: { x }, outputs, attributes }) {
      const y = given(name, outputs, 'y');
      const count = elementCount(y.shape);
      const code = codeOf(kind(attributes), parameter?.(attributes));
      return { kernel: 'activation', arguments: { x, y, count, ...code }, split: count };
    },

    toOnnx: ({ inputs, outputs, attributes }) =>
      toOnnx(given(name, inputs, 'x').name, given(name, outputs, 'y').name, attributes),
  };
}

const codeOf = (kind: ActivationName, parameter = 0) => ({ kind: activationKinds[kind], parameter });

const node = (opType: string, x: string, y: string, attributes?: OnnxNode['attributes']): OnnxNode => ({
  opType,
  inputs: [x],
  outputs: [y],
  ...(attributes && { attributes }),
});

/** y = x · σ(factor · x) */
const swishNodes = (x: string, y: string, factor: number): OnnxNode[] => [
  { opType: 'Constant', inputs: [], outputs: [`${y}.factor`], attributes: { value_float: factor } },
  { opType: 'Mul', inputs: [x, `${y}.factor`], outputs: [`${y}.scaled`] },
  node('Sigmoid', `${y}.scaled`, `${y}.gate`),
  { opType: 'Mul', inputs: [x, `${y}.gate`], outputs: [y] },
];

/** y = max(x, 0)        dx = y > 0 ? dy : 0 */
export const relu = activationOp({
  name: 'relu',
  kind: () => 'relu',
  cost: 1,
  toOnnx: (x, y) => [node('Relu', x, y)],
});

/** y = x > 0 ? x : slope · x        dx = x > 0 ? dy : slope · dy */
export const leakyRelu = activationOp({
  name: 'leakyRelu',
  kind: () => 'leakyRelu',
  parameter: (attributes) => attribute('leakyRelu', attributes, 'slope'),
  cost: 1,
  toOnnx: (x, y, attributes) => [
    node('LeakyRelu', x, y, { alpha: attribute('leakyRelu', attributes, 'slope') }),
  ],
});

/** y = 1 / (1 + e^−x)        dx = dy · y · (1 − y) */
export const sigmoid = activationOp({
  name: 'sigmoid',
  kind: () => 'sigmoid',
  cost: transcendental,
  toOnnx: (x, y) => [node('Sigmoid', x, y)],
});

/** y = tanh x        dx = dy · (1 − y²) */
export const tanh = activationOp({
  name: 'tanh',
  kind: () => 'tanh',
  cost: transcendental,
  toOnnx: (x, y) => [node('Tanh', x, y)],
});

/** y = x > 0 ? x : alpha · (e^x − 1)        dx = y > 0 ? dy : dy · (y + alpha) */
export const elu = activationOp({
  name: 'elu',
  kind: () => 'elu',
  parameter: (attributes) => attribute('elu', attributes, 'alpha'),
  cost: transcendental,
  toOnnx: (x, y, attributes) => [node('Elu', x, y, { alpha: attribute('elu', attributes, 'alpha') })],
});

/** y = λ · elu(x, α)        dx = dy · (y > 0 ? λ : y + λ α) */
export const selu = activationOp({
  name: 'selu',
  kind: () => 'selu',
  cost: transcendental,
  toOnnx: (x, y) => [node('Selu', x, y)],
});

/** y = ln(1 + e^x)        dx = dy · σ(x) */
export const softplus = activationOp({
  name: 'softplus',
  kind: () => 'softplus',
  cost: 2 * transcendental,
  toOnnx: (x, y) => [node('Softplus', x, y)],
});

/** y = x · σ(x)        dx = dy · σ(x) · (1 + x · (1 − σ(x))) */
export const silu = activationOp({
  name: 'silu',
  kind: () => 'swish',
  parameter: () => 1,
  cost: transcendental,
  toOnnx: (x, y) => [
    node('Sigmoid', x, `${y}.gate`),
    { opType: 'Mul', inputs: [x, `${y}.gate`], outputs: [y] },
  ],
});

const sigmoidFactor = 1.702;

/**
 * Attribute form:
 *   exact     y = x · Φ(x)                dx = dy · (Φ(x) + x · φ(x))
 *   tanh      y = x · (1 + tanh u) / 2    u = √(2/π) · (x + 0.044715 x³)
 *                                         dx = dy · ((1 + tanh u) + x · (1 − tanh² u) · u′) / 2
 *   sigmoid   y = x · σ(1.702 x)          dx = dy · σ · (1 + 1.702 x · (1 − σ))
 */
export const gelu = activationOp({
  name: 'gelu',
  kind: ({ form }) => (form === 'tanh' ? 'geluTanh' : form === 'sigmoid' ? 'swish' : 'gelu'),
  parameter: ({ form }) => (form === 'sigmoid' ? sigmoidFactor : 0),
  cost: transcendental,
  toOnnx: (x, y, { form }) =>
    form === 'sigmoid'
      ? swishNodes(x, y, sigmoidFactor)
      : [node('Gelu', x, y, { approximate: form === 'tanh' ? 'tanh' : 'none' })],
});

/** y = x · min(max(x + 3, 0), 6) / 6        dx = x ≤ −3 ? 0 : x ≥ 3 ? dy : dy · (2x + 3) / 6 */
export const hardswish = activationOp({
  name: 'hardswish',
  kind: () => 'hardswish',
  cost: 3,
  toOnnx: (x, y) => [node('HardSwish', x, y)],
});

/** y = min(max(x, 0), ceiling)        dx = 0 < y < ceiling ? dy : 0 */
export const clippedRelu = activationOp({
  name: 'clippedRelu',
  kind: () => 'clippedRelu',
  parameter: (attributes) => attribute('clippedRelu', attributes, 'ceiling'),
  cost: 1,
  toOnnx: (x, y, attributes) => clipNodes(x, y, 0, attribute('clippedRelu', attributes, 'ceiling')),
});

/** y = min(max(x, −bound), bound)        dx = |y| < bound ? dy : 0 */
export const hardTanh = activationOp({
  name: 'hardTanh',
  kind: () => 'hardTanh',
  parameter: (attributes) => attribute('hardTanh', attributes, 'bound'),
  cost: 1,
  toOnnx: (x, y, attributes) => {
    const bound = attribute('hardTanh', attributes, 'bound');
    return clipNodes(x, y, -bound, bound);
  },
});

/** y = max(x, bound)        dx = x > bound ? dy : 0 */
export const atLeast = activationOp({
  name: 'atLeast',
  kind: () => 'atLeast',
  parameter: (attributes) => attribute('atLeast', attributes, 'bound'),
  cost: 1,
  toOnnx: (x, y, attributes) => limitNodes('Max', x, y, attribute('atLeast', attributes, 'bound')),
});

/** y = min(x, bound)        dx = x < bound ? dy : 0 */
export const atMost = activationOp({
  name: 'atMost',
  kind: () => 'atMost',
  parameter: (attributes) => attribute('atMost', attributes, 'bound'),
  cost: 1,
  toOnnx: (x, y, attributes) => limitNodes('Min', x, y, attribute('atMost', attributes, 'bound')),
});

const limitNodes = (opType: 'Max' | 'Min', x: string, y: string, bound: number): OnnxNode[] => [
  { opType: 'Constant', inputs: [], outputs: [`${y}.bound`], attributes: { value_float: bound } },
  { opType, inputs: [x, `${y}.bound`], outputs: [y] },
];

/** y = x + offset        dx = dy */
export const shift = activationOp({
  name: 'shift',
  kind: () => 'shifted',
  parameter: (attributes) => attribute('shift', attributes, 'offset'),
  cost: 1,
  toOnnx: (x, y, attributes) => [
    {
      opType: 'Constant',
      inputs: [],
      outputs: [`${y}.offset`],
      attributes: { value_float: attribute('shift', attributes, 'offset') },
    },
    { opType: 'Add', inputs: [x, `${y}.offset`], outputs: [y] },
  ],
});

function clipNodes(x: string, y: string, low: number, high: number): OnnxNode[] {
  const bound = (name: string, value: number): OnnxNode => ({
    opType: 'Constant',
    inputs: [],
    outputs: [`${y}.${name}`],
    attributes: { value_float: value },
  });
  return [
    bound('low', low),
    bound('high', high),
    { opType: 'Clip', inputs: [x, `${y}.low`, `${y}.high`], outputs: [y] },
  ];
}

/** What ONNX calls a function that has no parameters, and which of the kernel's it is. */
const functionKinds = {
  // The side below 0 times −1.
  Abs: 'leakyRelu',
  Exp: 'exponential',
  Log: 'logarithm',
  Sqrt: 'root',
  Reciprocal: 'reciprocal',
  Floor: 'floor',
  Ceil: 'ceiling',
  Round: 'rounded',
  Sign: 'sign',
  Sin: 'sine',
  Cos: 'cosine',
  Erf: 'error',
} as const satisfies Record<string, ActivationName>;

export type FunctionName = keyof typeof functionKinds;
export const functionNames = Object.keys(functionKinds) as FunctionName[];

const functionOf = (attributes: Attributes): FunctionName =>
  functionNames.find((name) => name === attributes['of']) ?? 'Exp';

/**
 * y = f(x), attribute `of` says which by its name in ONNX:
 *   Abs |x|: dx = x > 0 ? dy : −dy    Exp e^x: dx = dy · y    Log ln x: dx = dy / x    Sqrt √x: dx = dy / 2y    Reciprocal 1/x: dx = −dy · y²
 *   Sin: dx = dy · cos x    Cos: dx = −dy · sin x    Erf: dx = dy · 2/√π · e^−x²
 *   Floor, Ceil, Round, Sign: dx = 0
 */
export const elementwiseFunction = activationOp({
  name: 'elementwiseFunction',
  kind: (attributes) => functionKinds[functionOf(attributes)],
  parameter: () => -1,
  cost: transcendental,
  toOnnx: (x, y, attributes) => [node(functionOf(attributes), x, y)],
});

/** dx = dy · f′, from `given`: x or y. Attributes kind and parameter, as the kernel has them. */
export const activationGradient: OpDefinition<'given' | 'dy', 'dx'> = {
  name: 'activationGradient',
  inputs: ['given', 'dy'],
  outputs: ['dx'],
  inPlace: ['dy'],

  shape: (inputs) => ({ dx: sameAsEachOther('activationGradient', inputs, 'given', 'dy') }),

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { given: known, dy }, outputs, attributes }) {
    const dx = given('activationGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    const kind = attribute('activationGradient', attributes, 'kind');
    const parameter = attribute('activationGradient', attributes, 'parameter');
    return {
      kernel: 'activationGradient',
      arguments: { given: known, dy, dx, count, kind, parameter },
      split: count,
    };
  },
};

/** dx = y > 0 ? dy : 0, for ops that end with a ReLU. */
export const reluGradientAttributes = codeOf('relu');
