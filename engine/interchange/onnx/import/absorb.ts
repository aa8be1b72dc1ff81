import { elementCount } from '../../../declaration/tensor-type.ts';
import type { Named, OpCall, Tensor } from '../../../ops/contract.ts';
import type { KnownValues } from './layer-rules.ts';

/**
 * Constants that are added or multiplied behind an op and belong to its layer: the bias of a product that was written as a
 * MatMul and an Add, the γ and β of a norm that was taken apart. Calls stay in order.
 */
export function absorbConstants(
  calls: readonly OpCall[],
  known: KnownValues,
  wanted: ReadonlySet<Tensor>,
): OpCall[] {
  const readers = new Map<Tensor, number>();
  for (const { inputs } of calls) {
    for (const tensor of Object.values(inputs)) {
      if (tensor !== undefined) readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
    }
  }
  const kept: OpCall[] = [];
  const places = new Map<Tensor, number>();
  for (const call of calls) {
    const joined = joinedWith(call, known, (tensor) => {
      const at = places.get(tensor);
      const isOnly = readers.get(tensor) === 1 && !wanted.has(tensor);
      return at === undefined || !isOnly ? undefined : { at, call: kept[at] as OpCall };
    });
    if (joined === undefined) kept.push(call);
    else kept[joined.at] = joined.call;
    const at = joined?.at ?? kept.length - 1;
    for (const output of Object.values(call.outputs)) places.set(output, at);
  }
  return kept;
}

interface Place {
  readonly at: number;
  readonly call: OpCall;
}

function joinedWith(
  { op, inputs: { a, b }, outputs }: OpCall,
  known: KnownValues,
  maker: (tensor: Tensor) => Place | undefined,
): Place | undefined {
  if (op.name !== 'add' && op.name !== 'multiply') return undefined;
  if (a === undefined || b === undefined) return undefined;
  const [value, constant] = known(a) === undefined ? [a, b] : [b, a];
  const place = known(constant) === undefined ? undefined : maker(value);
  if (place === undefined) return undefined;
  const weight = weightFor(place.call, op.name, value, constant);
  if (weight === undefined) return undefined;
  const inputs: Named<Tensor> = { ...place.call.inputs, [weight]: constant };
  return { at: place.at, call: { ...place.call, inputs, outputs: { ...place.call.outputs, ...outputs } } };
}

/** The name under which the op takes the constant; undefined where it does not. */
function weightFor(maker: OpCall, operation: string, value: Tensor, constant: Tensor): string | undefined {
  const { inputs, op } = maker;
  const size = elementCount(constant.shape);
  const last = value.shape.length - 1;
  const isAlong = (axis: number): boolean => {
    const from = value.shape.length - constant.shape.length;
    return size === value.shape[axis] && (constant.shape[axis - from] ?? 1) === size;
  };
  if (operation === 'add') {
    if (op.name === 'linear') return inputs['b'] === undefined && isAlong(last) ? 'b' : undefined;
    if (op.name === 'convolution') return inputs['b'] === undefined && isAlong(1) ? 'b' : undefined;
    return isRowNorm(maker) && inputs['beta'] === undefined && isAlong(last) ? 'beta' : undefined;
  }
  const isFree = inputs['gamma'] === undefined && inputs['beta'] === undefined;
  return isRowNorm(maker) && isFree && isAlong(last) ? 'gamma' : undefined;
}

/** A norm over the last axis, each number of which may have weights of its own. */
const isRowNorm = ({ op, inputs, attributes }: OpCall): boolean =>
  op.name === 'rowNormInference' &&
  attributes['inner'] === 1 &&
  attributes['size'] === inputs['x']?.shape.at(-1);
