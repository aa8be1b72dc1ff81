import type { Params } from '../../../declaration/fields.ts';
import { elementCount } from '../../../declaration/tensor-type.ts';
import type { Tensor } from '../../../ops/contract.ts';
import { type Constant, constantOf } from '../reading/constant.ts';
import { expanded } from '../reading/move.ts';
import { x, y } from './network.ts';
import { type KnownValues, type LayerOf, number, type Rule, weightsOf } from './rule.ts';

/** Layers that keep numbers of their own, but for those that move a window. */

export const linear: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const params = { outFeatures: y(call).shape.at(-1) as number, bias: b !== undefined };
  return weights && { type: 'linear', params, wires: { x: x(call) }, weights };
};

export const batchNorm: Rule = (call, known) => {
  const { gamma, beta, mean, variance } = call.inputs;
  const weights = weightsOf(known, { gamma, beta, runningMean: mean, runningVar: variance });
  const params = { epsilon: number(call, 'epsilon'), affine: true };
  return weights && { type: 'batch-norm', params, wires: { x: x(call) }, weights };
};

/** Norms of a sample by itself; which one it is, size and weights tell. A missing β is 0. */
export const rowNorm: Rule = (call, known) => {
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

export const prelu: Rule = (call, known) => {
  const slope = known(call.inputs['slope']);
  const params = { slopes: slope?.length === 1 ? 'one' : 'channel' };
  return slope && { type: 'prelu', params, wires: { x: x(call) }, weights: { slope } };
};

/** Rows of a table at tokens that come when the model runs. */
export const embedding: Rule = ({ inputs: { tokens, table }, attributes }, known) => {
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

/** Numbers that are the same for all samples, and for more than one of each sample's. */
const isOfAll = (x: Tensor, { shape }: Tensor): boolean =>
  x.shape.length >= 2 &&
  shape.length <= x.shape.length &&
  (shape.length < x.shape.length || shape[0] === 1) &&
  shape.every((size, at) => size === 1 || size === x.shape[x.shape.length - shape.length + at]);

const spread = (shape: readonly number[], values: Float32Array, to: readonly number[]): Constant['values'] =>
  expanded(to)(constantOf('float32', shape, values)).values;

/** Known numbers that are added to, taken from or multiplied with what is computed. */
export const affine =
  (weight: 'gamma' | 'beta', sign: 1 | -1 = 1): Rule =>
  ({ inputs: { a, b, beta } }, known) => {
    const isTurned = sign === 1 && known(a) !== undefined;
    const [x, constant] = isTurned ? [b, a] : [a, b];
    const values = known(constant);
    if (x === undefined || constant === undefined || values === undefined || known(x)) return undefined;
    const found = spreadOver(x, constant) ?? (isOfAll(x, constant) ? 'all' : undefined);
    if (found === undefined) return undefined;
    const over = found === 'all' ? 'element' : found;
    const wide = (of: Float32Array): Float32Array =>
      found === 'all' ? Float32Array.from(spread(constant.shape, of, [1, ...x.shape.slice(1)])) : of;
    const added = beta && known(beta);
    if (beta !== undefined && added === undefined) return undefined;
    const weights = {
      ...(added && { beta: wide(added) }),
      [weight]: wide(sign === 1 ? values : values.map((value) => -value)),
    };
    const params = { over, scale: 'gamma' in weights, shift: 'beta' in weights };
    return { type: 'affine', params, wires: { x }, weights };
  };

/** A table of known rows that is added to the positions of each sequence. */
export const learnedPosition: Rule = ({ inputs: { a, b } }, known) => {
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
export function classToken(
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
