import { elementCount } from '../../../declaration/tensor-type.ts';
import { gelu } from '../../../ops/activations.ts';
import type { Tensor } from '../../../ops/contract.ts';
import { embedding } from '../../../ops/embedding.ts';
import { rowNormInference } from '../../../ops/row-norm-inference.ts';
import {
  halfOnePlusErf,
  isHeldWhole,
  onePlusErf as onePlusErfOf,
  type Value,
} from '../reading/known-tensors.ts';
import { uniform, type ValueBuilder } from '../reading/value-builder.ts';

/**
 * What exporters write in several nodes though it is one op: norms of rows by way of a root, and GELU by way of the error
 * function. Each is known by what its last node is given; the nodes before it are left without a reader and go.
 */

const numberOf = (value: Value | undefined): number | undefined =>
  value?.kind === 'constant' ? uniform(value) : undefined;

/** The value and the number of which an operator's two inputs consist. */
function withNumber(inputs: readonly (Value | undefined)[]): { of: Value; number: number } | undefined {
  const [a, b] = inputs;
  const [numberA, numberB] = [numberOf(a), numberOf(b)];
  if (a !== undefined && numberB !== undefined) return { of: a, number: numberB };
  if (b !== undefined && numberA !== undefined) return { of: b, number: numberA };
  return undefined;
}

/** The axis from which on a mean with keepdims was taken. */
function rowAxis(mean: Value, of: Value): number | undefined {
  if (mean.shape.length !== of.shape.length) return undefined;
  const axis = mean.shape.findIndex((size, at) => size !== of.shape[at]);
  return axis >= 0 && mean.shape.slice(axis).every((size) => size === 1) ? axis : undefined;
}

function meanOf(build: ValueBuilder, value: Value | undefined): { of: Value; axis: number } | undefined {
  const origin = value && build.known.originOf(value);
  const of = origin?.opType === 'ReduceMean' ? origin.inputs[0] : undefined;
  if (value === undefined || of === undefined) return undefined;
  const axis = rowAxis(value, of);
  return axis === undefined ? undefined : { of, axis };
}

/** What was multiplied by itself. */
function squareOf(build: ValueBuilder, value: Value): Value | undefined {
  const origin = build.known.originOf(value);
  const [a, b] = origin?.inputs ?? [];
  if (origin?.opType === 'Mul') return a === b ? a : undefined;
  return origin?.opType === 'Pow' && numberOf(b) === 2 ? a : undefined;
}

/** a / √under where under = mean of a² + ε: rows brought to length, and to mean 0 as well where a = x − mean of x. */
export function normalised(build: ValueBuilder, a: Value, under: Value): Value | undefined {
  const sum = build.known.originOf(under);
  const shifted = sum?.opType === 'Add' ? withNumber(sum.inputs) : undefined;
  const mean = meanOf(build, shifted?.of);
  if (shifted === undefined || mean === undefined) return undefined;
  // The deviation from the mean is often computed twice, once for the square.
  const squared = squareOf(build, mean.of);
  if (squared === undefined || !isSame(build, squared, a)) return undefined;
  const centre = centredOf(build, a, mean.axis);
  const x = centre ?? a;
  const size = elementCount(x.shape.slice(mean.axis));
  const attributes = { size, inner: 1, epsilon: shifted.number, centred: centre === undefined ? 0 : 1 };
  const rows = mean.axis >= 1 ? x : build.reshape(x, [1, size]);
  return build.reshape(build.emit(rowNormInference, { x: rows }, attributes).y, x.shape);
}

/** x, where a = x − mean of x over the axes from `axis` on. */
function centredOf(build: ValueBuilder, a: Value, axis: number): Value | undefined {
  const origin = build.known.originOf(a);
  const [x, m] = origin?.opType === 'Sub' ? origin.inputs : [];
  const mean = meanOf(build, m);
  return x !== undefined && mean?.of === x && mean.axis === axis ? x : undefined;
}

function isSame(build: ValueBuilder, a: Value, b: Value): boolean {
  if (a === b) return true;
  const [first, second] = [build.known.originOf(a), build.known.originOf(b)];
  if (first?.opType !== 'Sub' || second?.opType !== 'Sub') return false;
  const [x, m] = first.inputs;
  const [y, n] = second.inputs;
  const [means, others] = [meanOf(build, m), meanOf(build, n)];
  return x === y && (m === n || (means?.of === x && others?.of === x && means?.axis === others?.axis));
}

/** Rows of a table that are multiplied with 0 where their token is the one that stands for nothing, with 1 elsewhere. */
export function withoutPadding(build: ValueBuilder, a: Value, b: Value): Value | undefined {
  const madeBy = (value: Value | undefined, opType: string): readonly (Value | undefined)[] => {
    const origin = value && build.known.originOf(value);
    return origin?.opType === opType ? origin.inputs : [];
  };
  const [table, tokens] = madeBy(a, 'Gather');
  const [marks] = madeBy(b, 'Unsqueeze');
  const [isToken] = madeBy(marks, 'Cast');
  const [isPadding] = madeBy(isToken, 'Not');
  const [compared, padding] = madeBy(isPadding, 'Equal');
  const id = numberOf(padding);
  if (table === undefined || tokens === undefined || id === undefined || !isHeldWhole(tokens))
    return undefined;
  const isOfTokens = compared !== undefined && tensorOf(compared) === tensorOf(tokens);
  if (!isOfTokens || table.shape.length !== 2 || b.shape.at(-1) !== 1 || a.shape.length !== b.shape.length)
    return undefined;
  return build.emit(embedding, { tokens, table }, { padding: id }).y;
}

const tensorOf = (value: Value): Tensor | undefined => (value.kind === 'computed' ? value.tensor : undefined);

/** a · 1 / √b. */
export function timesReciprocalRoot(build: ValueBuilder, a: Value, b: Value): Value | undefined {
  const [value, reciprocal] = b.kind === 'pending' ? [a, b] : [b, a];
  if (reciprocal.kind !== 'pending' || reciprocal.opType !== 'Reciprocal') return undefined;
  const root = reciprocal.of;
  return root.kind === 'pending' && root.opType === 'Sqrt' ? normalised(build, value, root.of) : undefined;
}

const closeTo = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.abs(b);

/** 1 + erf(x / √2), which waits for x. */
export function onePlusErf(build: ValueBuilder, a: Value, b: Value): Value | undefined {
  const parts = withNumber([a, b]);
  if (parts?.of.kind !== 'pending' || parts.of.opType !== 'Erf' || parts.number !== 1) return undefined;
  const scaled = build.known.originOf(parts.of.of);
  const [x, divisor] = scaled?.inputs ?? [];
  const product = scaled?.opType === 'Mul' ? withNumber(scaled.inputs) : undefined;
  const quotient = numberOf(divisor);
  const factor = scaled?.opType === 'Div' && x && quotient ? { of: x, number: 1 / quotient } : product;
  const isGelu = factor !== undefined && closeTo(factor.number, Math.SQRT1_2);
  return isGelu ? build.pending(onePlusErfOf, factor.of) : undefined;
}

/** v · (1 + erf(x / √2)) for v = x, or x times a number: GELU is half of it. A number by itself is kept for later. */
export function timesOnePlusErf(build: ValueBuilder, a: Value, b: Value): Value | undefined {
  const isWaiting = (value: Value): boolean => value.kind === 'pending' && value.opType === onePlusErfOf;
  const [value, waiting] = isWaiting(b) ? [a, b] : [b, a];
  if (waiting.kind !== 'pending' || !isWaiting(waiting)) {
    return halved(build, a, b) ?? halved(build, b, a);
  }
  const x = waiting.of;
  const times = timesOf(build, value, x);
  if (times !== undefined) return build.scale(build.emit(gelu, { x }, { form: 'exact' }).y, 2 * times);
  // (1 + erf) · ½ comes before x in some exports.
  return numberOf(value) === 0.5 ? build.pending(halfOnePlusErf, x) : undefined;
}

function halved(build: ValueBuilder, value: Value, waiting: Value): Value | undefined {
  if (waiting.kind !== 'pending' || waiting.opType !== halfOnePlusErf) return undefined;
  const times = timesOf(build, value, waiting.of);
  if (times === undefined) return undefined;
  return build.scale(build.emit(gelu, { x: waiting.of }, { form: 'exact' }).y, times);
}

/** The number that `value` is x times of. */
function timesOf(build: ValueBuilder, value: Value, x: Value): number | undefined {
  if (value === x) return 1;
  const origin = build.known.originOf(value);
  const product = origin?.opType === 'Mul' ? withNumber(origin.inputs) : undefined;
  return product?.of === x ? product.number : undefined;
}
