import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import type { Named, OpCall, Tensor } from '../../../ops/contract.ts';
import type { KnownValues } from './rule.ts';

/**
 * Constants that are added or multiplied behind an op and belong to its layer: the bias of a product that was written as a
 * MatMul and an Add, the γ and β of a norm that was taken apart, what is added to numbers that were multiplied, the second of
 * two bounds. Calls stay in order.
 */
export function absorbConstants(
  calls: readonly OpCall[],
  known: KnownValues,
  wanted: ReadonlySet<Tensor>,
): Absorbed {
  const readers = new Map<Tensor, number>();
  for (const { inputs } of calls) {
    for (const tensor of Object.values(inputs)) {
      if (tensor !== undefined) readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
    }
  }
  const kept: OpCall[] = [];
  const places = new Map<Tensor, number>();
  const parts = new Map<OpCall, readonly OpCall[]>();
  for (const call of calls) {
    const joined = joinedWith(call, known, (tensor) => {
      const at = places.get(tensor);
      const isOnly = readers.get(tensor) === 1 && !wanted.has(tensor);
      return at === undefined || !isOnly ? undefined : { at, call: kept[at] as OpCall };
    });
    if (joined === undefined) kept.push(call);
    else {
      const before = kept[joined.at] as OpCall;
      parts.set(joined.call, [...(parts.get(before) ?? [before]), call]);
      kept[joined.at] = joined.call;
    }
    const at = joined?.at ?? kept.length - 1;
    for (const output of Object.values(call.outputs)) places.set(output, at);
  }
  return { calls: kept, parts };
}

export interface Absorbed {
  readonly calls: readonly OpCall[];
  /** The calls that a joined one stands for. */
  readonly parts: ReadonlyMap<OpCall, readonly OpCall[]>;
}

interface Place {
  readonly at: number;
  readonly call: OpCall;
}

function joinedWith(
  call: OpCall,
  known: KnownValues,
  maker: (tensor: Tensor) => Place | undefined,
): Place | undefined {
  const { op, inputs, outputs } = call;
  const { a, b } = inputs;
  if (op.name in otherBound) return joinedBounds(call, maker);
  if (op.name !== 'add' && op.name !== 'multiply') return undefined;
  if (a === undefined || b === undefined) return undefined;
  const [value, constant] = known(a) === undefined ? [a, b] : [b, a];
  const place = known(constant) === undefined ? undefined : maker(value);
  if (place === undefined) return undefined;
  const weight = weightFor(place.call, op.name, value, constant, known);
  if (weight === undefined) return undefined;
  const taken: Named<Tensor> = { ...place.call.inputs, [weight]: constant };
  const attributes = isChannelNorm(place.call)
    ? { ...place.call.attributes, inner: planeOf(place.call) }
    : place.call.attributes;
  const made = { ...place.call, inputs: taken, attributes, outputs: { ...place.call.outputs, ...outputs } };
  return { at: place.at, call: made };
}

const otherBound: Readonly<Record<string, string>> = { atLeast: 'atMost', atMost: 'atLeast' };

/** The second of two bounds between which numbers are kept. */
function joinedBounds(
  { op, inputs, outputs, attributes }: OpCall,
  maker: (tensor: Tensor) => Place | undefined,
): Place | undefined {
  const place = inputs['x'] && maker(inputs['x']);
  if (place === undefined || place.call.op.name !== otherBound[op.name]) return undefined;
  const [first, second] = [Number(place.call.attributes['bound']), Number(attributes['bound'])];
  const [low, high] = op.name === 'atMost' ? [first, second] : [second, first];
  const isJoined = 'low' in place.call.attributes;
  return isJoined || low >= high
    ? undefined
    : { at: place.at, call: { ...place.call, attributes: { low, high }, outputs } };
}

/** The name under which the op takes the constant; undefined where it does not. */
function weightFor(
  maker: OpCall,
  operation: string,
  value: Tensor,
  constant: Tensor,
  known: KnownValues,
): string | undefined {
  const { inputs, op } = maker;
  const size = elementCount(constant.shape);
  const last = value.shape.length - 1;
  const isAlong = (axis: number): boolean => {
    const from = value.shape.length - constant.shape.length;
    return size === value.shape[axis] && (constant.shape[axis - from] ?? 1) === size;
  };
  const isForNorm = (isRowNorm(maker) && isAlong(last)) || (isChannelNorm(maker) && isAlong(1));
  if (operation === 'add') {
    if (op.name === 'linear') return inputs['b'] === undefined && isAlong(last) ? 'b' : undefined;
    if (op.name === 'convolution' || op.name === 'transposedConvolution')
      return inputs['b'] === undefined && isAlong(1) ? 'b' : undefined;
    if (op.name === 'multiply') return isFactorLike(maker, constant, known) ? 'beta' : undefined;
    return isForNorm && inputs['beta'] === undefined ? 'beta' : undefined;
  }
  const isFree = inputs['gamma'] === undefined && inputs['beta'] === undefined;
  return isForNorm && isFree ? 'gamma' : undefined;
}

/** A norm over the last axis, each number of which may have weights of its own. */
const isRowNorm = ({ op, inputs, attributes }: OpCall): boolean =>
  op.name === 'rowNormInference' &&
  attributes['inner'] === 1 &&
  attributes['size'] === inputs['x']?.shape.at(-1);

/** A norm of whole channels of images or signals, or of some together, each of which may have weights of its own. */
function isChannelNorm(call: OpCall): boolean {
  const { op, inputs, attributes } = call;
  const size = Number(attributes['size']);
  const isWhole = (inputs['x']?.shape.length ?? 0) >= 3 && size % planeOf(call) === 0;
  const weight = inputs['gamma'] ?? inputs['beta'];
  const isOurs = weight === undefined || attributes['inner'] === planeOf(call);
  const isCentred = op.name === 'rowNormInference' && attributes['centred'] === 1;
  return isCentred && !isRowNorm(call) && isWhole && isOurs;
}

/** Whether numbers that are multiplied with known ones take known ones of the same shape after it. */
function isFactorLike({ inputs: { a, b, beta } }: OpCall, constant: Tensor, known: KnownValues): boolean {
  const factor = known(a) === undefined ? b : a;
  return (
    beta === undefined &&
    known(factor) !== undefined &&
    factor !== undefined &&
    sameShape(factor.shape, constant.shape)
  );
}

/** Numbers of one channel in one sample. */
const planeOf = ({ inputs }: OpCall): number => elementCount(inputs['x']?.shape.slice(2) ?? []);
