import type { Params } from '../../../declaration/fields.ts';
import { elementCount } from '../../../declaration/tensor-type.ts';
import { windowOf } from '../../../layers/pooling-window.ts';
import type { Named, OpCall, Tensor } from '../../../ops/contract.ts';
import type { OpName } from '../../../ops/index.ts';

/** An op as a layer of the canvas. */
export interface LayerOf {
  readonly type: string;
  readonly params: Params;
  /** What is wired to its ports. */
  readonly wires: Readonly<Record<string, Tensor>>;
  /** Tensors of numbers that it keeps, by the names that the layer gives its weights. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
  /** Zeros that must be put around an image before: top, left, bottom, right. */
  readonly padded?: readonly number[];
}

/** What a rule may ask: the numbers of a tensor that is known; undefined for what is computed. */
export type KnownValues = (tensor: Tensor | undefined) => Float32Array | undefined;

/** Undefined where no layer computes this. */
type Rule = (call: OpCall, known: KnownValues) => LayerOf | undefined;

const list = ({ attributes }: OpCall, name: string): readonly number[] =>
  attributes[name] as readonly number[];
const number = ({ attributes }: OpCall, name: string): number => Number(attributes[name]);
const x = ({ inputs }: OpCall): Tensor => inputs['x'] as Tensor;
const y = ({ outputs }: OpCall): Tensor => outputs['y'] as Tensor;

const alone =
  (type: string, params: (call: OpCall) => Params = () => ({})): Rule =>
  (call) => ({ type, params: params(call), wires: { x: x(call) } });

/** Two operands, both computed. */
const pair =
  (type: string): Rule =>
  ({ inputs: { a, b } }, known) =>
    a === undefined || b === undefined || known(a) || known(b)
      ? undefined
      : { type, params: {}, wires: { a, b } };

/** Weights that are all known, by name; undefined where one is computed. */
function weightsOf(known: KnownValues, tensors: Named<Tensor>): Record<string, Float32Array> | undefined {
  const given = Object.entries(tensors).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  const found = given.map(([name, tensor]): [string, Float32Array | undefined] => [name, known(tensor)]);
  return found.every((entry): entry is [string, Float32Array] => entry[1] !== undefined)
    ? Object.fromEntries(found)
    : undefined;
}

const linear: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const params = { outFeatures: y(call).shape.at(-1) as number, bias: b !== undefined };
  return weights && { type: 'linear', params, wires: { x: x(call) }, weights };
};

const all = (values: readonly number[]): number | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** Zeros that are not the same all round stand in front of it. */
const convolution: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const [stride, strideWidth = stride] = list(call, 'strides') as [number, number?];
  const [dilation, dilationWidth = dilation] = list(call, 'dilations') as [number, number?];
  const [outChannels, , ...kernel] = (w as Tensor).shape;
  const isImage = kernel.length === 2;
  if (weights === undefined) return undefined;
  const rectangular = stride !== strideWidth || dilation !== dilationWidth;
  const pads = list(call, 'pads');
  const pad = all(pads);
  const groups = number(call, 'groups');
  const isDepthwise = groups > 1 && groups === x(call).shape[1];
  if (pad === undefined && !isImage) return undefined;
  return {
    type: isImage ? 'conv2d' : 'conv1d',
    params: {
      outChannels: outChannels as number,
      ...(isImage
        ? { kernelHeight: kernel[0] as number, kernelWidth: kernel[1] as number }
        : { kernelSize: kernel[0] as number }),
      stride,
      dilation,
      ...(rectangular && { rectangular, strideWidth, dilationWidth }),
      ...(pad === undefined || pad === 0 ? { padding: 'valid' } : { padding: 'number', pad }),
      connections: groups === 1 ? 'all' : isDepthwise ? 'depthwise' : 'groups',
      ...(groups > 1 && !isDepthwise && { groups }),
      bias: b !== undefined,
    },
    wires: { x: x(call) },
    weights,
    ...(pad === undefined && { padded: pads }),
  };
};

/** Ends of an axis may differ where they are what a last window reaches: then sizes are rounded up. */
function windowParams(call: OpCall): Params | undefined {
  const [kernel, strides, pads] = [list(call, 'kernel'), list(call, 'strides'), list(call, 'pads')];
  const [kernelSize, kernelWidth = kernelSize] = kernel as [number, number?];
  const [stride, strideWidth = stride] = strides as [number, number?];
  const [padding, paddingWidth = padding] = pads.slice(0, kernel.length) as [number, number?];
  const rectangular = kernelSize !== kernelWidth || stride !== strideWidth || padding !== paddingWidth;
  const window = { kernelSize, stride, padding, rectangular, kernelWidth, strideWidth, paddingWidth };
  const ceil = [false, true].find(
    (up) => windowOf({ ...window, ceil: up }, x(call)).pads.join() === pads.join(),
  );
  if (ceil === undefined) return undefined;
  return { ...(rectangular ? window : { kernelSize, stride, padding }), ...(ceil && { ceil }) };
}

const pool =
  (type: string, further: (call: OpCall) => Params = () => ({})): Rule =>
  (call) => {
    const params = windowParams(call);
    return params && { type, params: { ...params, ...further(call) }, wires: { x: x(call) } };
  };

const batchNorm: Rule = (call, known) => {
  const { gamma, beta, mean, variance } = call.inputs;
  const weights = weightsOf(known, { gamma, beta, runningMean: mean, runningVar: variance });
  const params = { epsilon: number(call, 'epsilon'), affine: true };
  return weights && { type: 'batch-norm', params, wires: { x: x(call) }, weights };
};

/** Norms of a sample by itself; which one it is, size and weights tell. A missing β is 0. */
const rowNorm: Rule = (call, known) => {
  const { gamma, beta } = call.inputs;
  const { shape } = x(call);
  const [size, inner, epsilon] = [number(call, 'size'), number(call, 'inner'), number(call, 'epsilon')];
  const given = weightsOf(known, { gamma, beta });
  if (given === undefined) return undefined;
  const count = elementCount((gamma ?? beta)?.shape ?? []);
  const affine = gamma !== undefined || beta !== undefined;
  const weights = {
    gamma: given['gamma'] ?? new Float32Array(count).fill(1),
    beta: given['beta'] ?? new Float32Array(count),
  };
  const layer = (type: string, params: Params): LayerOf => ({
    type,
    params: { ...params, epsilon, affine },
    wires: { x: x(call) },
    ...(affine && { weights }),
  });
  const isLast = size === shape.at(-1) && (!affine || (inner === 1 && count === size));
  if (call.attributes['centred'] === 0) {
    if (!isLast || beta !== undefined) return undefined;
    const scaled = gamma !== undefined;
    const own = scaled ? { weights: { gamma: weights.gamma } } : {};
    return { type: 'rms-norm', params: { epsilon, scale: scaled }, wires: { x: x(call) }, ...own };
  }
  if (isLast) return layer('layer-norm', { over: 'last' });
  const sample = elementCount(shape.slice(1));
  if (inner === 1 && size === sample) return layer('layer-norm', { over: 'all' });
  const C = shape[1] as number;
  const plane = sample / C;
  if (shape.length < 3 || size % plane !== 0 || (affine && (inner !== plane || count !== C)))
    return undefined;
  return size === plane ? layer('instance-norm', {}) : layer('group-norm', { groups: sample / size });
};

const prelu: Rule = (call, known) => {
  const slope = known(call.inputs['slope']);
  const params = { slopes: slope?.length === 1 ? 'one' : 'channel' };
  return slope && { type: 'prelu', params, wires: { x: x(call) }, weights: { slope } };
};

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

/** Rows of a table at tokens that come when the model runs. */
const embedding: Rule = ({ inputs: { tokens, table }, attributes }, known) => {
  const weight = known(table);
  if (tokens === undefined || tokens.role === 'weight' || table === undefined || weight === undefined)
    return undefined;
  const [vocabulary, width] = table.shape as readonly [number, number];
  const padding = Number(attributes['padding'] ?? -1);
  return {
    type: 'embedding',
    params: { vocabulary, width, padding },
    wires: { x: tokens },
    weights: { weight },
  };
};

/** What an image is spread over: cut off alike all round, it may be longer at the bottom and on the right. */
const transposedConvolution: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const [stride, pad] = [all(list(call, 'strides')), all(list(call, 'pads').slice(0, 2))];
  const [, outChannels, ...kernel] = (w as Tensor).shape;
  const isPlain = number(call, 'groups') === 1 && all(list(call, 'dilations')) === 1;
  if (weights === undefined || stride === undefined || pad === undefined) return undefined;
  if (kernel.length !== 2 || !isPlain) return undefined;
  const [kernelHeight, kernelWidth] = kernel as [number, number];
  const longer = kernel.map(
    (size, axis) =>
      (y(call).shape[axis + 2] as number) -
      (((x(call).shape[axis + 2] as number) - 1) * stride + size - 2 * pad),
  );
  const outputPadding = all(longer);
  if (outputPadding === undefined || outputPadding < 0 || outputPadding >= stride) return undefined;
  return {
    type: 'conv-transpose2d',
    params: {
      outChannels: outChannels as number,
      kernelHeight,
      kernelWidth,
      stride,
      pad,
      outputPadding,
      bias: b !== undefined,
    },
    wires: { x: x(call) },
    weights,
  };
};

/** Which of a sample's numbers have a known number of their own, the same for all samples. */
function spreadOver({ shape }: Tensor, constant: Tensor): 'channel' | 'feature' | 'element' | undefined {
  if (shape.length < 2 || constant.shape.length > shape.length) return undefined;
  const sizes = [...new Array<number>(shape.length - constant.shape.length).fill(1), ...constant.shape];
  const isAlong = (axis: number): boolean =>
    sizes.every((size, at) => size === (at === axis ? shape[axis] : 1));
  if (isAlong(1)) return 'channel';
  if (isAlong(shape.length - 1)) return 'feature';
  return sizes.every((size, at) => size === (at === 0 ? 1 : shape[at])) ? 'element' : undefined;
}

/** Known numbers that are added to, taken from or multiplied with what is computed. */
const affine =
  (weight: 'gamma' | 'beta', sign: 1 | -1 = 1): Rule =>
  ({ inputs: { a, b, beta } }, known) => {
    const isTurned = sign === 1 && known(a) !== undefined;
    const [x, constant] = isTurned ? [b, a] : [a, b];
    const values = known(constant);
    const over = x && constant && spreadOver(x, constant);
    if (x === undefined || values === undefined || over === undefined || known(x)) return undefined;
    const added = weightsOf(known, { beta });
    const weights = { ...added, [weight]: sign === 1 ? values : values.map((value) => -value) };
    const params = { over, scale: 'gamma' in weights, shift: 'beta' in weights };
    return { type: 'affine', params, wires: { x }, weights };
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

/** One known number that is added to all. */
const addedNumber: Rule = ({ inputs: { a, b } }, known) => {
  const [x, constant] = known(a) === undefined ? [a, b] : [b, a];
  const values = known(constant);
  return x === undefined || values?.length !== 1 || (constant?.shape.length ?? 0) > x.shape.length
    ? undefined
    : { type: 'shift', params: { offset: values[0] as number }, wires: { x } };
};

/** A table of known rows that is added to the positions of each sequence. */
const learnedPosition: Rule = ({ inputs: { a, b } }, known) => {
  const [x, table] = known(a) === undefined ? [a, b] : [b, a];
  const weight = known(table);
  const [, positions, width, ...more] = x?.shape ?? [];
  if (x === undefined || weight === undefined || positions === undefined || width === undefined)
    return undefined;
  const isTable = weight.length === positions * width && table?.shape.at(-1) === width && positions > 1;
  if (!isTable || more.length > 0) return undefined;
  return { type: 'learned-position', params: { positions }, wires: { x }, weights: { weight } };
};

/** One known position, the same for all samples, before those of a sequence. */
function classToken(
  axis: number,
  [token, sequence, ...more]: readonly [string, Tensor][],
  known: KnownValues,
): LayerOf | undefined {
  const values = known(token?.[1]);
  const [rows = 0, positions, width = 0] = token?.[1].shape ?? [];
  const x = sequence?.[1];
  if (x === undefined || values === undefined || more.length > 0 || axis !== 1 || positions !== 1)
    return undefined;
  const weight = values.slice(0, width);
  const isSame = values.length === rows * width && values.every((value, at) => value === weight[at % width]);
  return isSame && x.shape.length === 3 && known(x) === undefined
    ? { type: 'class-token', params: {}, wires: { x }, weights: { weight } }
    : undefined;
}

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

/** Next to this nothing is left of a score behind a softmax, as next to the lowest number that the layer sets. */
const hidden = -1e30;

/** Scores that are hidden where marks are 0. */
const paddingMask: Rule = (call) => {
  const { x: scores, mask } = call.inputs;
  const isHidden = number(call, 'fill') <= hidden && call.attributes['causal'] !== 1;
  return scores === undefined || mask === undefined || !isHidden
    ? undefined
    : { type: 'padding-mask', params: {}, wires: { x: scores, mask } };
};

const upsample =
  (mode: string): Rule =>
  (call) => {
    const [scale, scaleWidth = scale] = list(call, 'scales') as [number, number?];
    const own = scale === scaleWidth ? {} : { rectangular: true, scaleWidth };
    return { type: 'upsample', params: { scale, ...own, mode }, wires: { x: x(call) } };
  };

/** Factors where they are whole, else the size that comes out. */
const resized: Rule = (call) => {
  const size = list(call, 'size');
  const [scale, scaleWidth = scale] = size.map((n, axis) => n / (x(call).shape[axis + 2] as number)) as [
    number,
    number?,
  ];
  const [height, width] = size as [number, number?];
  const isWhole = Number.isInteger(scale) && Number.isInteger(scaleWidth);
  const factors = { scale, ...(scale !== scaleWidth && { rectangular: true, scaleWidth }) };
  const to = isWhole ? factors : { bySize: true, height, ...(width !== undefined && { width }) };
  const corners = number(call, 'corners') === 1;
  return {
    type: 'upsample',
    params: { ...to, mode: 'linear', ...(corners && { corners }) },
    wires: { x: x(call) },
  };
};

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
  zeroPad: alone('zero-pad', (call) => zeroPadParams(list(call, 'pads'))),
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
  elementwiseFunction: alone('elementwise-function', (call) => ({ of: String(call.attributes['of']) })),
  softmax: behindBatch('softmax', (call) => ({ axis: number(call, 'axis') })),
  logSoftmax: behindBatch('log-softmax', (call) => ({ axis: number(call, 'axis') })),
  embedding,
  shift: alone('shift', (call) => ({ offset: number(call, 'offset') })),
  add: either(addedNumber, learnedPosition, affine('beta'), pair('add')),
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
  })),
  meanOver: behindBatch('mean', (call) => ({ axis: number(call, 'axis') })),
};

/** Zeros before and behind each axis, as ONNX lists them, as the layer's sides. */
export function zeroPadParams(pads: readonly number[]): Params {
  const [top, left, bottom, right] = pads.length === 2 ? [0, pads[0], 0, pads[1]] : pads;
  return { left: left as number, right: right as number, top: top as number, bottom: bottom as number };
}
