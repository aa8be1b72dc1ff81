import { elementCount } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { adaptiveAveragePool } from '../../../ops/adaptive-average-pool.ts';
import { meanOver } from '../../../ops/mean-over.ts';
import { topK } from '../../../ops/top-k.ts';
import { foldReduction, reductions as folds } from '../reading/fold.ts';
import type { Value } from '../reading/known-tensors.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import { axesOf, type NodeReader, type Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { ofWhole, oneHotRows } from './whole-numbers.ts';

/** What becomes of the last axis but one, `axis`, of x [samples, …, count, inner]: it is gone. */
type Reduce = (build: ValueBuilder, x: Value, axis: number) => Value;

const mean: Reduce = (build, x, axis) => build.emit(meanOver, { x }, { axis }).y;
const sum: Reduce = (build, x, axis) => build.scale(mean(build, x, axis), x.shape[axis]);
const max: Reduce = (build, x, axis) => {
  const [samples] = x.shape;
  const [count, inner] = x.shape.slice(-2);
  const seen = build.reshape(x, [samples, -1, count, inner]);
  return build.reshape(build.largest(seen, [count, 1]), x.shape.toSpliced(axis, 1));
};

/** Halves times halves, until one is left. */
const product: Reduce = (build, x, axis) => {
  const count = x.shape[axis];
  if (count === 1) return build.reshape(x, x.shape.toSpliced(axis, 1));
  const half = Math.floor(count / 2);
  const halves = build.multiply(build.slice(x, axis, 0, half), build.slice(x, axis, half, 2 * half));
  return product(
    build,
    count % 2 === 0 ? halves : build.concat([halves, build.slice(x, axis, 2 * half, count)], axis),
    axis,
  );
};

/** ln Σ e^x, taken from the largest, so that no power is too large. */
const logSumExp: Reduce = (build, x, axis) => {
  const top = max(build, x, axis);
  const below = build.subtract(x, build.reshape(top, x.shape.with(axis, 1)));
  return build.add(build.apply('Log', sum(build, build.apply('Exp', below), axis)), top);
};

const reducers: Readonly<Record<string, Reduce>> = {
  ReduceMean: mean,
  ReduceSum: sum,
  ReduceMax: max,
  ReduceMin: (build, x, axis) => build.negate(max(build, build.negate(x), axis)),
  ReduceProd: product,
  ReduceL1: (build, x, axis) => sum(build, build.absolute(x), axis),
  ReduceSumSquare: (build, x, axis) => sum(build, build.multiply(x, x), axis),
  ReduceL2: (build, x, axis) => build.apply('Sqrt', sum(build, build.multiply(x, x), axis)),
  ReduceLogSum: (build, x, axis) => build.apply('Log', sum(build, x, axis)),
  ReduceLogSumExp: logSumExp,
};

/** A mean that is one op by itself: over an axis, or over a whole image. */
function directMean(build: ValueBuilder, x: Value, axes: readonly number[]): Value | undefined {
  const [axis] = axes;
  const rank = x.shape.length;
  if (axis !== undefined && axes.length === 1) return build.emit(meanOver, { x }, { axis }).y;
  const isImage = rank === 4 && axes.join() === '2,3';
  return isImage ? build.emit(adaptiveAveragePool, { x }, { size: [1, 1] }).y : undefined;
}

/** The largest of each sample's positions: they are one window of a pooling that leaves the samples apart. */
function directMax(
  build: ValueBuilder,
  opType: string,
  x: Value,
  axes: readonly number[],
): Value | undefined {
  const rank = x.shape.length;
  if (opType !== 'ReduceMax' || rank < 3 || rank > 4 || axes.length > rank - 2 || axes.includes(0))
    return undefined;
  const others = [...x.shape.keys()].filter((axis) => axis > 0 && !axes.includes(axis));
  const last = build.transpose(x, [0, ...others, ...axes]);
  const kept = others.reduce((product, axis) => product * x.shape[axis], 1);
  const seen = build.reshape(last, [x.shape[0], kept, ...axes.map((axis) => x.shape[axis])]);
  return build.largest(
    seen,
    axes.map((axis) => x.shape[axis]),
  );
}

/** Over these axes, in order; with `keep` they stay with the size 1. */
export function reduceNode(
  build: ValueBuilder,
  opType: string,
  x: Value,
  axes: readonly number[],
  keep: boolean,
): Value {
  const shape = keep
    ? x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  if (x.kind === 'constant') return build.reshape(foldReduction(opType, x, axes), shape);
  const direct = opType === 'ReduceMean' ? directMean(build, x, axes) : directMax(build, opType, x, axes);
  if (direct !== undefined) return build.reshape(direct, shape);
  const reduce = reducers[opType];
  if (reduce === undefined) {
    throw unsupportedForm(
      text('a logarithm or a root that is computed when the model runs', '运行时计算的对数或平方根'),
    );
  }
  const [first = 0] = axes;
  const isRun = axes.every((axis, at) => axis === first + at);
  const before = isRun
    ? [...x.shape.keys()].slice(0, first)
    : [...x.shape.keys()].filter((a) => !axes.includes(a));
  const behind = isRun ? [...x.shape.keys()].slice(first + axes.length) : [];
  const size = (of: readonly number[]): number => elementCount(of.map((axis) => x.shape[axis]));
  const turned = build.transpose(x, [...before, ...axes, ...behind]);
  // Samples stay apart from what lies between them and the axes.
  const [samples, ...between] = before;
  const outer = samples === 0 && between.length > 0 ? [x.shape[0], size(between)] : [size(before)];
  const seen = build.reshape(turned, [...outer, size(axes), size(behind)]);
  return build.reshape(reduce(build, seen, outer.length), shape);
}

const reduceOperator: Operator = (node, build) => {
  const x = node.value(0);
  const given = node.intsFrom(1, 'axes') ?? [];
  if (given.length === 0 && node.int('noop_with_empty_axes', 0) === 1) return x;
  const axes = given.length === 0 ? [...x.shape.keys()] : axesOf(given, x.shape.length);
  return reduceNode(
    build,
    node.opType,
    x.kind === 'constant' ? x : node.floats(0),
    axes,
    node.int('keepdims', 1) === 1,
  );
};

/** Those that make whole numbers of whole numbers. */
const exact: ReadonlySet<string> = new Set(
  'ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceSumSquare'.split(' '),
);

/** The place of the largest or smallest number along an axis. */
const placeOf =
  (smallest: 0 | 1): Operator =>
  (node, build) => {
    const x = node.floats(0);
    const axis = node.axis(x, 0);
    const attributes = { axis, k: 1, smallest, last: node.int('select_last_index', 0) };
    const { places } = build.emit(topK, { x }, attributes);
    const shape = x.shape.filter((_, at) => at !== axis);
    return node.int('keepdims', 1) === 1 ? places : build.reshape(places, shape);
  };

function largestFirst(node: NodeReader, build: ValueBuilder): Value[] {
  const x = node.floats(0);
  const k = node.opset < 10 ? node.int('k', 1) : node.knownNumber(1, 1);
  const smallest = node.int('largest', 1) === 1 ? 0 : 1;
  const { values, places } = build.emit(topK, { x }, { axis: node.axis(x, -1), k, smallest });
  return [values, places];
}

/** 1 where the largest number along an axis stands first, 0 elsewhere; before operator set 13 along all axes from it on. */
function hardmax(node: NodeReader, build: ValueBuilder): Value {
  const given = node.floats(0);
  const axis = node.axis(given, node.opset < 13 ? 1 : -1);
  const size = node.opset < 13 ? elementCount(given.shape.slice(axis)) : given.shape[axis];
  const outer = elementCount(given.shape.slice(0, axis));
  const x = build.reshape(given, [outer, size, -1]);
  const { places } = build.emit(topK, { x }, { axis: 1, k: 1 });
  const rows = oneHotRows(build, build.reshape(places, [outer, x.shape[2]]), size, [0, 1]);
  return build.reshape(build.transpose(rows, [0, 2, 1]), given.shape);
}

export const reductions: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(
    Object.keys(folds).map((opType) => [
      opType,
      exact.has(opType) ? ofWhole(reduceOperator) : reduceOperator,
    ]),
  ),
  ArgMax: ofWhole(placeOf(0)),
  ArgMin: ofWhole(placeOf(1)),
  TopK: largestFirst,
  Hardmax: hardmax,
};
