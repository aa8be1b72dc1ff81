import { torchFunction } from '../../layers/elementwise-function.ts';
import type { OpName } from '../../ops/index.ts';
import {
  isSet,
  listOf,
  numberOf,
  operand,
  type PythonCall,
  shapeOf,
  sourceOf,
  termsOf,
  tuple,
  vector,
  withEpilogue,
} from './python-call.ts';
import { batchNormInference, rowNormInference } from './python-norms.ts';
import {
  adaptiveAveragePool,
  averagePool,
  convolution,
  maxPool,
  resizeLinear,
  transposedConvolution,
  upsampleLinear,
  upsampleNearest,
  zeroPad,
} from './python-windows.ts';

type Writer = (call: PythonCall) => string;

/** `name(x)`, with attributes behind. */
const ofX =
  (name: string, ...attributes: readonly string[]): Writer =>
  (call) =>
    `${name}(${[operand(call), ...attributes.map((attribute) => sourceOf(call, attribute))].join(', ')})`;

const binary =
  (sign: string): Writer =>
  (call) =>
    withEpilogue(call, `${operand(call, 'a')} ${sign} ${operand(call, 'b')}`);

const turned = (call: PythonCall, name: 'a' | 'b', flag: string): string =>
  `${operand(call, name)}${isSet(call, flag) ? '.mT' : ''}`;

const product = (call: PythonCall): string =>
  `${turned(call, 'a', 'transposeA')} @ ${turned(call, 'b', 'transposeB')}`;

/** Ones that follow a number of each channel, so that it meets the second dimension. */
function ofChannels(call: PythonCall, name: string): string {
  const behind = shapeOf(call).length - 2;
  const channels = vector(call, name);
  return behind === 0 ? `${channels}` : `${channels}[:${', None'.repeat(behind)}]`;
}

/** The axis of a softmax is the last one where none is named. */
const softmaxOver =
  (name: string): Writer =>
  (call) =>
    `${name}(${operand(call)}, dim=${call.source('axis') ?? '-1'})`;

/** Sizes of 0 are those of x at the same place. */
function reshape(call: PythonCall): string {
  const x = operand(call);
  const sizes = termsOf(call, 'shape').map((size, axis) => (size === '0' ? `${x}.shape[${axis}]` : size));
  return `${x}.reshape${sizes.length === 0 ? '(())' : `(${sizes.join(', ')})`}`;
}

/** PyTorch has no steps back: what is taken so is turned round first. */
function slice(call: PythonCall): string {
  const axis = numberOf(call, 'axis');
  const before = ':, '.repeat(axis);
  const start = sourceOf(call, 'start');
  const range = `${start === '0' ? '' : start}:${sourceOf(call, 'end')}`;
  const step = call.value('step') === undefined ? 1 : numberOf(call, 'step');
  const apart = Math.abs(step) === 1 ? '' : `:${Math.abs(step)}`;
  if (step > 0) return `${operand(call)}[${before}${range}${apart}]`;
  const back = `${operand(call)}[${before}${range}].flip(${axis})`;
  return apart === '' ? back : `${back}[${before}:${apart}]`;
}

function padAxis(call: PythonCall): string {
  const behind = shapeOf(call).length - 1 - numberOf(call, 'axis');
  const sides = [sourceOf(call, 'before'), sourceOf(call, 'after')];
  return `F.pad(${operand(call)}, ${tuple([...new Array<number>(2 * behind).fill(0), ...sides])})`;
}

function shift(call: PythonCall): string {
  const offset = sourceOf(call, 'offset');
  return offset.startsWith('-') ? `${operand(call)} - ${offset.slice(1)}` : `${operand(call)} + ${offset}`;
}

const geluForms: Readonly<Record<string, Writer>> = {
  exact: ofX('F.gelu'),
  tanh: (call) => `F.gelu(${operand(call)}, approximate="tanh")`,
  sigmoid: (call) => `${operand(call)} * torch.sigmoid(1.702 * ${operand(call)})`,
};

function choose(call: PythonCall): string {
  const condition = operand(call, 'condition');
  const [a, b] = [call.input('a'), call.input('b')];
  const value = call.source('value') ?? '0';
  if (b === undefined) return `${operand(call, 'a')}.masked_fill(${condition} == 0, ${value})`;
  if (a === undefined) return `${b}.masked_fill(${condition} != 0, ${value})`;
  return `torch.where(${condition} != 0, ${a}, ${b})`;
}

function maskScores(call: PythonCall): string {
  const x = operand(call);
  const fill = sourceOf(call, 'fill');
  const mask = call.input('mask');
  const marks = `[:${', None'.repeat(shapeOf(call).length - 2)}] == 0`;
  const later = isSet(call, 'causal') ? `.masked_fill(torch.ones_like(${x}).triu(1) == 1, ${fill})` : '';
  return `${x}${later}${mask === undefined ? '' : `.masked_fill(${mask}${marks}, ${fill})`}`;
}

function attention(call: PythonCall): string {
  const taken = ['q', 'k', 'v'].map((name) => operand(call, name)).join(', ');
  const mask = call.input('mask');
  const masked = `${mask === undefined ? '' : `, mask=${mask}`}${isSet(call, 'causal') ? ', causal=True' : ''}`;
  return `attention(${taken}, ${sourceOf(call, 'heads')}${masked})`;
}

function embedding(call: PythonCall): string {
  const tokens = operand(call, 'tokens');
  const found = `F.embedding(${tokens}, ${operand(call, 'table')})`;
  const padding = call.value('padding');
  return typeof padding === 'number' && padding >= 0
    ? `${found}.masked_fill((${tokens} == ${padding}).unsqueeze(-1), 0)`
    : found;
}

function cumulativeSum(call: PythonCall): string {
  const ways = ['exclusive', 'reverse'].filter((name) => isSet(call, name)).map((name) => `, ${name}=True`);
  const axis = sourceOf(call, 'axis');
  return ways.length === 0
    ? `${operand(call)}.cumsum(${axis})`
    : `cumulative_sum(${operand(call)}, ${axis}${ways.join('')})`;
}

function topK(call: PythonCall): string {
  const order = `${isSet(call, 'smallest') ? ', largest=False' : ''}${isSet(call, 'last') ? ', last=True' : ''}`;
  return `top_k(${operand(call)}, ${sourceOf(call, 'k')}, dim=${sourceOf(call, 'axis')}${order})`;
}

/**
 * What an op gives as an expression of PyTorch 1.13 and newer, with `torch`, `torch.nn.functional` as `F`, and the functions of
 * python-helpers.ts; a tuple where it has several outputs, in their order. Whole numbers are int64. Every op is here that a
 * network is made of when it is used.
 */
export const pythonOf: Readonly<Partial<Record<OpName, Writer>>> = {
  linear(call) {
    const b = call.input('b');
    const sum = `${operand(call)} @ ${operand(call, 'w')}${b === undefined ? '' : ` + ${b}`}`;
    return withEpilogue(call, sum);
  },
  matmul: product,
  batchedMatmul(call) {
    const alpha = call.source('alpha') ?? '1';
    return alpha === '1' ? product(call) : `${alpha} * (${product(call)})`;
  },
  add: binary('+'),
  subtract: binary('-'),
  multiply: binary('*'),
  addChannels: (call) => `${operand(call)} + ${ofChannels(call, 'b')}`,
  scale: (call) => `${sourceOf(call, 'factor')} * ${operand(call)}`,
  shift,

  relu: ofX('torch.relu'),
  clippedRelu: (call) => `${operand(call)}.clamp(0, ${sourceOf(call, 'ceiling')})`,
  hardTanh: (call) => `F.hardtanh(${operand(call)}, -${sourceOf(call, 'bound')}, ${sourceOf(call, 'bound')})`,
  atLeast: (call) => `${operand(call)}.clamp(min=${sourceOf(call, 'bound')})`,
  atMost: (call) => `${operand(call)}.clamp(max=${sourceOf(call, 'bound')})`,
  leakyRelu: ofX('F.leaky_relu', 'slope'),
  sigmoid: ofX('torch.sigmoid'),
  tanh: ofX('torch.tanh'),
  elu: ofX('F.elu', 'alpha'),
  selu: ofX('F.selu'),
  softplus: ofX('F.softplus'),
  silu: ofX('F.silu'),
  gelu: (call) => (geluForms[String(call.value('form'))] ?? ofX('F.gelu'))(call),
  hardswish: ofX('F.hardswish'),
  elementwiseFunction: (call) => `${torchFunction(String(call.value('of')))}(${operand(call)})`,
  prelu: (call) => `F.prelu(${operand(call)}, ${vector(call, 'slope')})`,
  softmax: softmaxOver('torch.softmax'),
  logSoftmax: softmaxOver('torch.log_softmax'),

  reshape,
  permute: (call) => `${operand(call)}.permute${tuple(listOf(call, 'axes'))}`,
  slice,
  padAxis,
  concat(call) {
    const parts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => call.input(name));
    const present = parts.filter((part) => part !== undefined);
    return `torch.cat(${tuple(present)}, dim=${sourceOf(call, 'axis')})`;
  },
  choose,
  numbersOf: (call) => `${operand(call)}.float()`,
  wholeNumbersOf: (call) => `${operand(call)}.long()`,
  meanOver: (call) => `${operand(call)}.mean(${sourceOf(call, 'axis')})`,
  cumulativeSum,
  topK,
  embedding,
  sinusoid: (call) => `sinusoid(${sourceOf(call, 'positions')}, ${sourceOf(call, 'width')})`,
  maskScores,
  attention,

  convolution,
  transposedConvolution,
  maxPool,
  averagePool,
  adaptiveAveragePool,
  upsampleNearest,
  upsampleLinear,
  resizeLinear,
  zeroPad,

  batchNormInference,
  rowNormInference,
};
