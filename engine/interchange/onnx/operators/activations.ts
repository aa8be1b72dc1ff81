import { elementCount } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import {
  elu,
  gelu,
  hardswish,
  leakyRelu,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../../../ops/activations.ts';
import type { Attributes, OpDefinition } from '../../../ops/contract.ts';
import { logSoftmax } from '../../../ops/log-softmax.ts';
import { prelu } from '../../../ops/prelu.ts';
import { softmax } from '../../../ops/softmax.ts';
import { constantOf } from '../reading/constant.ts';
import type { Value } from '../reading/known-tensors.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { clip } from './elementwise.ts';

const activation =
  (op: OpDefinition<'x', 'y'>, attributes: (node: NodeReader) => Attributes = () => ({})): Operator =>
  (node, build) =>
    build.emit(op, { x: node.floats(0) }, attributes(node)).y;

const seluAlpha = 1.6732632423543772;
const seluGamma = 1.0507009873554805;

/** y = gamma · elu(x, alpha): the constants that Selu has by itself are the op's own. */
function seluNode(node: NodeReader, build: ValueBuilder): Value {
  const alpha = node.float('alpha', seluAlpha);
  const gamma = node.float('gamma', seluGamma);
  const x = node.floats(0);
  const isUsual = Math.abs(alpha - seluAlpha) < 1e-6 && Math.abs(gamma - seluGamma) < 1e-6;
  return isUsual ? build.emit(selu, { x }).y : build.scale(build.emit(elu, { x }, { alpha }).y, gamma);
}

/** y = x > 0 ? x : slope · x; a slope for each channel is the op's own, any other shape is put together. */
function preluNode(node: NodeReader, build: ValueBuilder): Value {
  const [x, slope] = [node.floats(0), node.floats(1)];
  const behind = x.shape.length - 2;
  const C = x.shape[1];
  const perChannel =
    behind >= 0 &&
    elementCount(slope.shape) === C &&
    slope.shape.length === behind + 1 &&
    slope.shape.slice(1).every((n) => n === 1);
  if (perChannel) return build.emit(prelu, { x, slope: build.reshape(slope, [C]) }).y;
  return build.subtract(build.relu(x), build.multiply(build.relu(build.negate(x)), slope));
}

/** y = min(max(alpha · x + beta, 0), 1). */
function hardSigmoid(node: NodeReader, build: ValueBuilder): Value {
  const sloped = build.scale(node.floats(0), node.float('alpha', 0.2));
  return clip(build, build.add(sloped, constantOf('float32', [1], [node.float('beta', 0.5)])), 0, 1);
}

/** Along one axis; before operator set 13 along all axes from that one on. */
const overAxis =
  (op: OpDefinition<'x', 'y'>): Operator =>
  (node, build) => {
    const x = node.floats(0);
    const axis = node.axis(x, node.opset < 13 ? 1 : -1);
    const end = node.opset < 13 ? x.shape.length : axis + 1;
    if (axis >= 1 && end === axis + 1) return build.emit(op, { x }, { axis }).y;
    const sizes = [x.shape.slice(0, axis), x.shape.slice(axis, end), x.shape.slice(end)].map(elementCount);
    return build.reshape(build.emit(op, { x: build.reshape(x, sizes) }, { axis: 1 }).y, x.shape);
  };

function geluForm(node: NodeReader): Attributes {
  const approximate = node.string('approximate', 'none');
  if (approximate === 'none') return { form: 'exact' };
  if (approximate === 'tanh') return { form: 'tanh' };
  throw unsupportedForm(text(`a Gelu by way of "${approximate}"`, `以“${approximate}”近似的 Gelu`));
}

export const activations: Readonly<Record<string, Operator>> = {
  Relu: activation(relu),
  LeakyRelu: activation(leakyRelu, (node) => ({ slope: node.float('alpha', 0.01) })),
  Sigmoid: activation(sigmoid),
  Tanh: activation(tanh),
  Elu: activation(elu, (node) => ({ alpha: node.float('alpha', 1) })),
  Selu: seluNode,
  Celu: (node, build) => {
    const alpha = node.float('alpha', 1);
    return build.scale(build.emit(elu, { x: build.scale(node.floats(0), 1 / alpha) }, { alpha: 1 }).y, alpha);
  },
  Softplus: activation(softplus),
  Gelu: activation(gelu, geluForm),
  HardSwish: activation(hardswish),
  HardSigmoid: hardSigmoid,
  Swish: (node, build) => {
    const alpha = node.float('alpha', 1);
    const x = node.floats(0);
    if (alpha === 1) return build.emit(silu, { x }).y;
    return build.multiply(x, build.emit(sigmoid, { x: build.scale(x, alpha) }).y);
  },
  Mish: (node, build) => {
    const x = node.floats(0);
    return build.multiply(x, build.emit(tanh, { x: build.emit(softplus, { x }).y }).y);
  },
  PRelu: preluNode,
  Softmax: overAxis(softmax),
  LogSoftmax: overAxis(logSoftmax),
};
