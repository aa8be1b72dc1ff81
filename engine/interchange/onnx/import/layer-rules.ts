import type { Params } from '../../../declaration/fields.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { OpName } from '../../../ops/index.ts';
import { x, y } from './network.ts';
import { alone, list, number, type Rule } from './rule.ts';
import {
  affine,
  batchNorm,
  classToken,
  embedding,
  learnedPosition,
  linear,
  prelu,
  rowNorm,
} from './weight-rules.ts';
import {
  convolution,
  pool,
  resized,
  transposedConvolution,
  upsample,
  zeroPadParams,
} from './window-rules.ts';

/** Two operands, both computed. */
const pair =
  (type: string): Rule =>
  ({ inputs: { a, b } }, known) =>
    a === undefined || b === undefined || known(a) || known(b)
      ? undefined
      : { type, params: {}, wires: { a, b } };

/** Samples stay samples: the first axis is theirs. */
const reshape: Rule = (call) => {
  const [from, to] = [x(call).shape, y(call).shape];
  if (from[0] !== to[0] || to.length < 2) return undefined;
  const isFlat = to.length === 2;
  return isFlat
    ? { type: 'flatten', params: {}, wires: { x: x(call) } }
    : { type: 'reshape', params: { shape: to.slice(1).join(', ') }, wires: { x: x(call) } };
};

const permute: Rule = (call) => {
  const [first, ...axes] = list(call, 'axes');
  return first === 0
    ? { type: 'permute', params: { axes: axes.join(', ') }, wires: { x: x(call) } }
    : undefined;
};

/** The first of some rules that has a layer. */
const either =
  (...rules: readonly Rule[]): Rule =>
  (call, known) => {
    for (const rule of rules) {
      const layer = rule(call, known);
      if (layer !== undefined) return layer;
    }
    return undefined;
  };

/** Next to this nothing is left of a score behind a softmax, as next to the lowest number that the layer sets. */
const hidden = -1e30;

/** Numbers that hide what comes later from each of as many queries as there are keys. */
const causalMask: Rule = ({ inputs: { a, b } }, known) => {
  const [x, constant] = known(a) === undefined ? [a, b] : [b, a];
  const values = known(constant);
  const T = x?.shape.at(-1) ?? 0;
  if (x === undefined || x.shape.length < 3 || x.shape.at(-2) !== T || values?.length !== T * T)
    return undefined;
  if (constant?.shape.at(-1) !== T || T < 2) return undefined;
  const isCausal = values.every((value, at) => (at % T > Math.floor(at / T) ? value <= hidden : value === 0));
  return isCausal ? { type: 'causal-mask', params: {}, wires: { x } } : undefined;
};

/** One known number that is added to all. */
const addedNumber: Rule = ({ inputs: { a, b } }, known) => {
  const [x, constant] = known(a) === undefined ? [a, b] : [b, a];
  const values = known(constant);
  return x === undefined || values?.length !== 1 || (constant?.shape.length ?? 0) > x.shape.length
    ? undefined
    : { type: 'shift', params: { offset: values[0] as number }, wires: { x } };
};

const concat: Rule = (call, known) => {
  const parts = Object.entries(call.inputs).filter(
    (entry): entry is [string, Tensor] => entry[1] !== undefined,
  );
  const axis = number(call, 'axis');
  if (axis === 0) return undefined;
  const constants = parts.filter(([, part]) => known(part) !== undefined);
  if (constants.length > 0) return classToken(axis, parts, known);
  return { type: 'concat', params: { axis }, wires: Object.fromEntries(parts) };
};

const matmul: Rule = (call, known) => {
  const { a, b } = call.inputs;
  if (a === undefined || b === undefined || known(a) || known(b) || call.attributes['transposeA'] === 1) {
    return undefined;
  }
  const { transposeB, alpha = 1 } = call.attributes;
  return { type: 'matmul', params: { transposeB: transposeB === 1, scale: Number(alpha) }, wires: { a, b } };
};

/** Scores that are hidden where marks are 0. */
const paddingMask: Rule = (call) => {
  const { x: scores, mask } = call.inputs;
  const isHidden = number(call, 'fill') <= hidden && call.attributes['causal'] !== 1;
  return scores === undefined || mask === undefined || !isHidden
    ? undefined
    : { type: 'padding-mask', params: {}, wires: { x: scores, mask } };
};

/** Numbers of one tensor or another, all computed; or one number in place of what is hidden. */
const choose: Rule = ({ inputs: { condition, a, b }, attributes }, known) => {
  if (condition === undefined || a === undefined || known(condition) || known(a) || (b && known(b)))
    return undefined;
  const params = b === undefined ? { value: Number(attributes['value'] ?? 0) } : {};
  return { type: 'choose', params, wires: { condition, a, ...(b && { b }) } };
};

/** Of one bound, or of two that were brought together. */
const clip = (one: (bound: number) => Params): Rule =>
  alone('clip', (call) =>
    'low' in call.attributes
      ? { low: number(call, 'low'), high: number(call, 'high') }
      : one(number(call, 'bound')),
  );

const behindBatch =
  (type: string, params: (call: OpCall) => Params): Rule =>
  (call) =>
    number(call, 'axis') >= 1 ? { type, params: params(call), wires: { x: x(call) } } : undefined;

/** Which layer of the canvas an op is; an op that is not here has none. */
export const layerRules: Partial<Record<OpName, Rule>> = {
  linear,
  convolution,
  transposedConvolution,
  maxPool: pool('max-pool'),
  averagePool: pool('average-pool', (call) => ({ countPadding: number(call, 'countPadding') === 1 })),
  adaptiveAveragePool: alone('adaptive-average-pool', (call) => {
    const [outputSize, outputWidth = outputSize] = list(call, 'size') as [number, number?];
    return { outputSize, outputWidth };
  }),
  upsampleNearest: upsample('nearest'),
  upsampleLinear: upsample('linear'),
  resizeLinear: resized,
  zeroPad: alone('zero-pad', (call) =>
    zeroPadParams(list(call, 'pads'), Number(call.attributes['value'] ?? 0)),
  ),
  batchNormInference: batchNorm,
  rowNormInference: rowNorm,
  relu: alone('relu'),
  leakyRelu: alone('leaky-relu', (call) => ({ slope: number(call, 'slope') })),
  prelu,
  elu: alone('elu', (call) => ({ alpha: number(call, 'alpha') })),
  selu: alone('selu'),
  sigmoid: alone('sigmoid'),
  tanh: alone('tanh'),
  softplus: alone('softplus'),
  silu: alone('silu'),
  gelu: alone('gelu', (call) => ({ form: String(call.attributes['form']) })),
  hardswish: alone('hardswish'),
  clippedRelu: alone('relu6', (call) => ({ ceiling: number(call, 'ceiling') })),
  hardTanh: alone('hard-tanh', (call) => ({ bound: number(call, 'bound') })),
  atLeast: clip((bound) => ({ low: bound, hasHigh: false })),
  atMost: clip((bound) => ({ hasLow: false, high: bound })),
  elementwiseFunction: alone('elementwise-function', (call) => ({ of: String(call.attributes['of']) })),
  softmax: behindBatch('softmax', (call) => ({ axis: number(call, 'axis') })),
  logSoftmax: behindBatch('log-softmax', (call) => ({ axis: number(call, 'axis') })),
  embedding,
  shift: alone('shift', (call) => ({ offset: number(call, 'offset') })),
  add: either(addedNumber, causalMask, learnedPosition, affine('beta'), pair('add')),
  subtract: either(affine('beta', -1), pair('subtract')),
  multiply: either(affine('gamma'), pair('multiply')),
  scale: alone('scale', (call) => ({ factor: number(call, 'factor') })),
  batchedMatmul: matmul,
  maskScores: paddingMask,
  reshape,
  permute,
  concat,
  slice: behindBatch('slice', (call) => ({
    axis: number(call, 'axis'),
    start: number(call, 'start'),
    end: number(call, 'end'),
    ...('step' in call.attributes && { step: number(call, 'step') }),
  })),
  padAxis: behindBatch('pad-axis', (call) => ({
    axis: number(call, 'axis'),
    before: number(call, 'before'),
    after: number(call, 'after'),
  })),
  cumulativeSum: behindBatch('cumulative-sum', (call) => ({
    axis: number(call, 'axis'),
    exclusive: call.attributes['exclusive'] === 1,
    reverse: call.attributes['reverse'] === 1,
  })),
  choose,
  numbersOf: alone('numbers-of-tokens'),
  wholeNumbersOf: alone('tokens-of-numbers'),
  meanOver: behindBatch('mean', (call) => ({ axis: number(call, 'axis') })),
};
