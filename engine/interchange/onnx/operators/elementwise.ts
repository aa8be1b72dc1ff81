import { sameShape } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import {
  atLeast,
  atMost,
  clippedRelu,
  type FunctionName,
  functionNames,
  hardTanh,
} from '../../../ops/activations.ts';
import { cumulativeSum } from '../../../ops/cumulative-sum.ts';
import { type Constant, cast, constantOf } from '../reading/constant.ts';
import { commonShape, comparisonFolds, foldBinary, foldUnary, unaryFolds } from '../reading/fold.ts';
import type { Comparison, Value } from '../reading/known-tensors.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import { axisOf, type NodeReader, type Operator } from '../reading/node-reader.ts';
import { uniform, type ValueBuilder } from '../reading/value-builder.ts';
import { normalised, onePlusErf, timesOnePlusErf, timesReciprocalRoot, withoutPadding } from './idioms.ts';
import { ofWhole, wholeQuotient, wholeRemainder } from './whole-numbers.ts';

type Pair = (build: ValueBuilder, a: Value, b: Value) => Value;

/** An operator of two operands: at once where both are known, whatever they hold; else on float32. */
const pairwise =
  (emit: Pair): Operator =>
  (node, build) => {
    const [a, b] = [node.value(0), node.value(1)];
    if (a.kind === 'constant' && b.kind === 'constant') {
      return build.known.keep(foldBinary(node.opType, a, b));
    }
    return emit(build, node.floats(0), node.floats(1));
  };

/** An operator of any number of operands, taken two by two. */
const manifold =
  (emit: Pair): Operator =>
  (node, build) =>
    [...node.values.keys()].map((at) => node.value(at)).reduce((a, b) => emit(build, a, b));

/** A function that the engine has: at once of what is known. */
const applied: Operator = (node, build) => {
  const x = node.value(0);
  return x.kind === 'constant' && node.opType in unaryFolds
    ? foldUnary(node.opType, x)
    : build.apply(node.opType as FunctionName, node.floats(0));
};

/** The same, but there may be a better op for what it is put together to (idioms.ts). */
const pendingUnary: Operator = (node, build) => {
  const x = node.value(0);
  return x.kind === 'constant' && node.opType in unaryFolds
    ? foldUnary(node.opType, x)
    : build.pending(node.opType, x);
};

const knownPair: Operator = (node, build) =>
  build.known.keep(foldBinary(node.opType, node.constant(0), node.constant(1)));

/** A condition of two tensors, by the sign of their difference. */
const compared =
  (holds: (build: ValueBuilder, difference: Value) => Value, by?: Comparison['by']): Operator =>
  (node, build) => {
    const [a, b] = [node.value(0), node.value(1)];
    if (a.kind === 'constant' && b.kind === 'constant') return knownPair(node, build);
    const [x, other] = [build.numbers(a), build.numbers(b)];
    const isWithNone = other.kind === 'constant' && other.values.length === 1 && other.values[0] === 0;
    const difference = isWithNone && other.shape.length <= x.shape.length ? x : build.subtract(x, other);
    const condition = build.reshape(holds(build, difference), difference.shape);
    const areReal = a.type === 'float32' && b.type === 'float32';
    if (by !== undefined && areReal) keepComparison(build, condition, by, { x, other, difference });
    return build.asType(condition, 'bool');
  };

/** Remembers what a condition is of: the numbers that are held against one known number, else how far two lie apart. */
function keepComparison(
  build: ValueBuilder,
  condition: Value,
  by: Comparison['by'],
  { x, other, difference }: { readonly x: Value; readonly other: Value; readonly difference: Value },
): void {
  const bound = other.kind === 'constant' ? uniform(other) : undefined;
  const isOfX = bound !== undefined && sameShape(x.shape, difference.shape);
  const of = build.settled(isOfX ? x : difference);
  if (condition.kind === 'computed' && of.kind === 'computed')
    build.known.comparisons.set(condition.tensor, { by, of: of.tensor, than: isOfX ? bound : 0 });
}

const one = constantOf('float32', [1], [1]);

/** Whole powers up to this one are products. */
const largestProduct = 8;

/** x · x · …, n times. */
function repeatedly(build: ValueBuilder, x: Value, n: number): Value {
  if (n === 1) return x;
  const half = repeatedly(build, x, n >> 1);
  const square = build.multiply(half, half);
  return n % 2 === 0 ? square : build.multiply(square, x);
}

/** e^(n · ln |x|), and below 0 the sign that a whole n asks for; elsewhere it is no number there, as in ONNX. */
function anyPower(build: ValueBuilder, x: Value, exponent: Constant): Value {
  const isWhole = exponent.values.every((n) => Number.isInteger(n));
  if (!isWhole && exponent.values.some((n) => Number.isInteger(n)))
    throw unsupportedForm(text('whole and broken exponents in one node', '同一节点中既有整数又有非整数指数'));
  const n = cast(exponent, 'float32');
  const size = isWhole ? build.absolute(x) : x;
  const y = build.apply('Exp', build.multiply(build.apply('Log', size), n));
  const odd = constantOf(
    'float32',
    n.shape,
    n.values.map((value) => Math.abs(value % 2)),
  );
  if (!isWhole || odd.values.every((value) => value === 0)) return y;
  const even = constantOf(
    'float32',
    n.shape,
    odd.values.map((value) => 1 - value),
  );
  return build.multiply(y, build.add(build.multiply(build.apply('Sign', x), odd), even));
}

function power(node: NodeReader, build: ValueBuilder): Value {
  const given = node.value(0);
  if (given.kind === 'constant' && given.type === 'float32' && node.value(1).kind === 'computed') {
    const isPositive = given.values.every((base) => base > 0);
    if (isPositive)
      return build.apply('Exp', build.multiply(build.numbers(node.value(1)), foldUnary('Log', given)));
  }
  const exponent = node.known(1);
  if (given.kind === 'constant') return build.known.keep(foldBinary('Pow', given, exponent));
  const n = uniform(exponent);
  const x = node.floats(0);
  const wide = build.expand(x, commonShape([x.shape, exponent.shape]));
  if (n === 0.5) return build.pending('Sqrt', wide);
  if (n === -0.5) return build.pending('Reciprocal', build.pending('Sqrt', wide));
  if (n === -1) return build.apply('Reciprocal', wide);
  if (n !== undefined && Number.isInteger(n) && n >= 1 && n <= largestProduct)
    return repeatedly(build, wide, n);
  return anyPower(build, wide, exponent);
}

function divide(build: ValueBuilder, a: Value, b: Value): Value {
  if (b.kind === 'constant') return build.multiply(a, foldUnary('Reciprocal', b));
  const isRoot = b.kind === 'pending' && b.opType === 'Sqrt';
  if (a.kind === 'constant' && a.shape.every((n) => n === 1) && uniform(a) === 1 && isRoot)
    return build.pending('Reciprocal', b);
  const normal = b.kind === 'pending' && b.opType === 'Sqrt' ? normalised(build, a, b.of) : undefined;
  return normal ?? build.multiply(a, build.apply('Reciprocal', build.settled(b)));
}

/** y = min(max(x, low), high). */
export function clip(build: ValueBuilder, x: Value, low: number, high: number): Value {
  const hasLow = low > -3.4e38;
  const hasHigh = high < 3.4e38;
  if (!hasLow && !hasHigh) return x;
  if (low === 0 && !hasHigh) return build.relu(x);
  if (low === 0 && high > 0) return build.emit(clippedRelu, { x }, { ceiling: high }).y;
  if (hasHigh && high > 0 && low === -high) return build.emit(hardTanh, { x }, { bound: high }).y;
  const raised = hasLow ? build.emit(atLeast, { x }, { bound: low }).y : x;
  return hasHigh ? build.emit(atMost, { x: raised }, { bound: high }).y : raised;
}

function clipNode(node: NodeReader, build: ValueBuilder): Value {
  const low = node.opset < 11 ? node.float('min', -Infinity) : node.knownNumber(1, -Infinity);
  const high = node.opset < 11 ? node.float('max', Infinity) : node.knownNumber(2, Infinity);
  const x = node.value(0);
  if (x.kind === 'constant') {
    return constantOf(
      x.type,
      x.shape,
      x.values.map((value) => Math.min(Math.max(value, low), high)),
    );
  }
  return build.reshape(clip(build, node.floats(0), low, high), x.shape);
}

/** A bound for all numbers is one by itself. */
const limited =
  (limit: (build: ValueBuilder, x: Value, bound: number) => Value, emit: Pair): Pair =>
  (build, a, b) => {
    const [x, other] = a.kind === 'constant' ? [b, a] : [a, b];
    const bound = other.kind === 'constant' && x.kind !== 'constant' ? uniform(other) : undefined;
    return bound === undefined
      ? emit(build, a, b)
      : limit(build, build.expand(x, commonShape([a.shape, b.shape])), bound);
  };

function cumulativeSumNode(node: NodeReader, build: ValueBuilder): Value {
  const given = node.value(0);
  const x = build.numbers(given);
  const axis = axisOf(node.knownNumber(1, 0), x.shape.length);
  const order = { exclusive: node.int('exclusive', 0), reverse: node.int('reverse', 0) };
  const set = Object.fromEntries(Object.entries(order).filter(([, value]) => value === 1));
  const y = build.emit(cumulativeSum, { x }, { axis, ...set }).y;
  return given.type === 'float32' ? y : build.asType(y, 'int32');
}

/** 0 between −lambd and lambd; beyond them x, moved towards 0 by the bias. */
function shrink(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0);
  const [bias, lambd] = [node.float('bias', 0), node.float('lambd', 0.5)];
  const scalar = (n: number): Value => constantOf('float32', [1], [n]);
  const above = build.isAbove(build.subtract(x, scalar(lambd)));
  const below = build.isAbove(build.subtract(scalar(-lambd), x));
  const upper = build.multiply(build.subtract(x, scalar(bias)), above);
  return build.reshape(build.add(upper, build.multiply(build.add(x, scalar(bias)), below)), x.shape);
}

export const elementwise: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(functionNames.map((opType) => [opType, ofWhole(applied)])),
  ...Object.fromEntries(Object.keys(comparisonFolds).map((opType) => [opType, knownPair])),
  Mod: (node, build) => {
    const isWhole = node.values.every(({ type }) => type !== 'float32') && node.int('fmod', 0) === 0;
    return isWhole ? ofWhole(pairwise(wholeRemainder))(node, build) : knownPair(node, build);
  },
  Identity: (node) => node.value(0),
  Sqrt: pendingUnary,
  Reciprocal: pendingUnary,
  Erf: pendingUnary,
  Greater: compared((build, difference) => build.isAbove(difference), 'Greater'),
  Less: compared((build, difference) => build.isAbove(build.negate(difference)), 'Less'),
  GreaterOrEqual: compared(
    (build, difference) => build.not(build.isAbove(build.negate(difference))),
    'GreaterOrEqual',
  ),
  LessOrEqual: compared((build, difference) => build.not(build.isAbove(difference)), 'LessOrEqual'),
  Equal: compared((build, difference) => build.not(build.absolute(build.apply('Sign', difference)))),
  Add: ofWhole(pairwise((build, a, b) => onePlusErf(build, a, b) ?? build.add(a, b))),
  Sub: ofWhole(pairwise((build, a, b) => build.subtract(a, b))),
  Mul: ofWhole(
    pairwise(
      (build, a, b) =>
        withoutPadding(build, a, b) ??
        timesReciprocalRoot(build, a, b) ??
        timesOnePlusErf(build, a, b) ??
        build.multiply(a, b),
    ),
  ),
  Div: (node, build) => {
    const isWhole = node.values.some(({ type }) => type === 'int32');
    return ofWhole(pairwise(isWhole ? wholeQuotient : divide))(node, build);
  },
  Pow: power,
  Neg: ofWhole((node, build) =>
    node.value(0).kind === 'constant'
      ? foldUnary('Neg', node.constant(0))
      : build.negate(build.settled(node.floats(0))),
  ),
  Softsign: (node, build) => {
    const x = node.floats(0);
    return build.multiply(x, build.apply('Reciprocal', build.add(build.absolute(x), one)));
  },
  ThresholdedRelu: (node, build) => {
    const x = node.floats(0);
    const alpha = constantOf('float32', [1], [node.float('alpha', 1)]);
    return build.multiply(x, build.isAbove(build.subtract(x, alpha)));
  },
  Shrink: shrink,
  Sum: ofWhole(manifold((build, a, b) => build.add(a, b))),
  Mean: (node, build) => {
    const total = node.values.reduce((a, b) => build.add(a, b));
    return build.scale(total, 1 / node.inputCount);
  },
  Max: ofWhole(
    manifold(
      limited(
        (build, x, bound) => clip(build, x, bound, Infinity),
        (build, a, b) => build.maximum(a, b),
      ),
    ),
  ),
  Min: ofWhole(
    manifold(
      limited(
        (build, x, bound) => clip(build, x, -Infinity, bound),
        (build, a, b) => build.minimum(a, b),
      ),
    ),
  ),
  CumSum: cumulativeSumNode,
  Clip: ofWhole(clipNode),
};
