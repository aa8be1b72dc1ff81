import { text } from '../../../declaration/text.ts';
import { constantOf } from '../reading/constant.ts';
import { commonShape, comparisonFolds, foldBinary, foldUnary, unaryFolds } from '../reading/fold.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import { uniform, type Value, type ValueBuilder } from '../reading/value-builder.ts';
import { normalised, onePlusErf, timesOnePlusErf, timesReciprocalRoot } from './idioms.ts';

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

/** An operator that there is no op for: only of what is known. */
const knownOnly: Operator = (node) => foldUnary(node.opType, node.constant(0));

const knownPair: Operator = (node, build) =>
  build.known.keep(foldBinary(node.opType, node.constant(0), node.constant(1)));

/** There is no op for it, but there may be one for what it is put together to (idioms.ts). */
const pendingUnary: Operator = (node, build) => {
  const x = node.value(0);
  return x.kind === 'constant' && node.opType in unaryFolds
    ? knownOnly(node, build)
    : build.pending(node.opType, x);
};

const whole = new Map<number, (build: ValueBuilder, x: Value) => Value>([
  [1, (_, x) => x],
  [2, (build, x) => build.multiply(x, x)],
  [3, (build, x) => build.multiply(build.multiply(x, x), x)],
]);

function power(build: ValueBuilder, x: Value, exponent: Value): Value {
  const n = exponent.kind === 'constant' ? uniform(exponent) : undefined;
  const form = n === undefined ? undefined : whole.get(n);
  if (n === 0.5) return build.pending('Sqrt', x);
  if (n === -0.5) return build.pending('Reciprocal', build.pending('Sqrt', x));
  if (form !== undefined) return form(build, build.expand(x, commonShape([x.shape, exponent.shape])));
  throw unsupportedForm(text('a power other than 1, 2 or 3', '1、2、3 以外的幂'));
}

function divide(build: ValueBuilder, a: Value, b: Value): Value {
  if (b.kind === 'constant') return build.multiply(a, foldUnary('Reciprocal', b));
  const normal = b.kind === 'pending' && b.opType === 'Sqrt' ? normalised(build, a, b.of) : undefined;
  if (normal !== undefined) return normal;
  throw unsupportedForm(
    text('a division by what is computed when the model runs', '除数要到运行时才算出的除法'),
  );
}

/** Bounds up to this size are held to by two ReLUs, which round in proportion to them. */
const largestOpenBound = 64;

/** y = min(max(x, low), high). */
export function clip(build: ValueBuilder, x: Value, low: number, high: number): Value {
  const hasLow = low > -3.4e38;
  const hasHigh = high < 3.4e38;
  const scalar = (n: number): Value => constantOf('float32', [1], [n]);
  const isSmall = [low, high].every((bound, at) =>
    (at === 0 ? hasLow : hasHigh) ? Math.abs(bound) <= largestOpenBound : true,
  );
  if (!hasLow && !hasHigh) return x;
  if (!isSmall || low > high) {
    const raised = hasLow ? build.maximum(x, scalar(low)) : x;
    return hasHigh ? build.minimum(raised, scalar(high)) : raised;
  }
  const above = (of: Value, bound: number): Value => (bound === 0 ? of : build.subtract(of, scalar(bound)));
  if (!hasHigh) return low === 0 ? build.relu(x) : build.add(build.relu(above(x, low)), scalar(low));
  if (!hasLow) return build.subtract(scalar(high), build.relu(build.subtract(scalar(high), x)));
  // high − max(high − low − max(x − low, 0), 0)
  const open = build.relu(above(x, low));
  return build.subtract(scalar(high), build.relu(build.subtract(scalar(high - low), open)));
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

export const elementwise: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.keys(unaryFolds).map((opType) => [opType, knownOnly])),
  ...Object.fromEntries(Object.keys(comparisonFolds).map((opType) => [opType, knownPair])),
  Mod: knownPair,
  Identity: (node) => node.value(0),
  Sqrt: pendingUnary,
  Reciprocal: pendingUnary,
  Erf: pendingUnary,
  Add: pairwise((build, a, b) => onePlusErf(build, a, b) ?? build.add(a, b)),
  Sub: pairwise((build, a, b) => build.subtract(a, b)),
  Mul: pairwise(
    (build, a, b) => timesReciprocalRoot(build, a, b) ?? timesOnePlusErf(build, a, b) ?? build.multiply(a, b),
  ),
  Div: pairwise(divide),
  Pow: pairwise(power),
  Neg: (node, build) =>
    node.value(0).kind === 'constant' ? knownOnly(node, build) : build.negate(node.floats(0)),
  Abs: (node, build) =>
    node.value(0).kind === 'constant' ? knownOnly(node, build) : build.absolute(node.floats(0)),
  Sum: manifold((build, a, b) => build.add(a, b)),
  Mean: (node, build) => {
    const total = node.values.reduce((a, b) => build.add(a, b));
    return build.scale(total, 1 / node.inputCount);
  },
  Max: manifold((build, a, b) => build.maximum(a, b)),
  Min: manifold((build, a, b) => build.minimum(a, b)),
  Clip: clipNode,
};
