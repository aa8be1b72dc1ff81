import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { wholeNumbersOf } from '../../../ops/convert.ts';
import { embedding } from '../../../ops/embedding.ts';
import { type Constant, constantOf, isFloat } from '../reading/constant.ts';
import { isHeldWhole, type Value } from '../reading/known-tensors.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import { gathered, gatheredElements, gatheredParts, partsOf } from '../reading/move.ts';
import { axisOf, type NodeReader, type Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { partsOfSamples, rowsOfSamples } from './own-rows.ts';
import { shownRows } from './whole-numbers.ts';

/** Rows of a table at indices that come when the model runs; else a movement like any other. */
function gather(node: NodeReader, build: ValueBuilder): Value {
  const [x, indices] = [node.value(0), node.value(1)];
  const axis = node.axis(x, 0);
  if (indices.kind === 'constant') {
    const [index = 0] = indices.values;
    return x.kind === 'computed' && !isHeldWhole(x) && indices.shape.length === 0
      ? build.select(x, axis, index < 0 ? index + x.shape[axis] : index)
      : build.move(x, gathered(indices, axis));
  }
  const own = axis === 0 ? rowsOfSamples(build, x, indices) : undefined;
  if (own !== undefined) return own;
  const whole = isHeldWhole(indices) ? indices : build.emit(wholeNumbersOf, { x: indices }).y;
  const tokens = build.column(whole) ?? whole;
  const order = [axis, ...[...x.shape.keys()].filter((at) => at !== axis)];
  const rest = order.slice(1).map((at) => x.shape[at]);
  const table = build.reshape(build.transpose(node.floats(0), order), [x.shape[axis], elementCount(rest)]);
  const found = build.emit(embedding, { tokens, table }).y;
  const rank = indices.shape.length;
  const shaped = build.reshape(found, [...indices.shape, ...rest]);
  // The axes of the indices stand where the axis was.
  const perm = [
    ...rest.slice(0, axis).map((_, at) => rank + at),
    ...indices.shape.keys(),
    ...rest.slice(axis).map((_, at) => rank + axis + at),
  ];
  return build.transpose(shaped, perm);
}

/** Which of `updates` goes to which place of the data, in their order. */
type Targets = Float64Array;

/** Times that one place may be written to where the writes are brought together. */
const mostWrites = 64;

function scattered(
  build: ValueBuilder,
  x: Value,
  updates: Value,
  targets: Targets,
  reduction: string,
): Value {
  const count = elementCount(x.shape);
  if (reduction === 'none') {
    const places = Float64Array.from({ length: count }, (_, i) => i);
    for (const [j, target] of targets.entries()) places[target] = count + j;
    return build.pickFrom([x, updates], places, x.shape);
  }
  // The updates of one round all have places of their own; where there is none, the neutral number stands.
  const rounds: Float64Array[] = [];
  const writes = new Map<number, number>();
  for (const [j, target] of targets.entries()) {
    const round = writes.get(target) ?? 0;
    writes.set(target, round + 1);
    if (round === mostWrites)
      throw unsupportedForm(text('a place written to so often', '对同一位置如此多次的写入'));
    rounds[round] ??= new Float64Array(count).fill(targets.length);
    rounds[round][target] = j;
  }
  const [neutral, bring] = reductionOf(build, reduction);
  const sources = [updates, constantOf('float32', [1], [neutral])];
  return rounds.reduce((value, places) => bring(value, build.pickFrom(sources, places, x.shape)), x);
}

function reductionOf(build: ValueBuilder, reduction: string): [number, (a: Value, b: Value) => Value] {
  switch (reduction) {
    case 'add':
      return [0, (a, b) => build.add(a, b)];
    case 'mul':
      return [1, (a, b) => build.multiply(a, b)];
    case 'max':
      return [-Infinity, (a, b) => build.maximum(a, b)];
    case 'min':
      return [Infinity, (a, b) => build.minimum(a, b)];
    default:
      throw unsupportedForm(text(`the reduction "${reduction}"`, `归并方式“${reduction}”`));
  }
}

function scatterElements(node: NodeReader, build: ValueBuilder): Value {
  const [x, indices, updates] = [node.value(0), node.known(1), node.value(2)];
  requireAsMany(indices.shape, updates);
  const axis = node.axis(x, 0);
  const places = constantOf(
    'int64',
    x.shape,
    Float64Array.from({ length: elementCount(x.shape) }, (_, i) => i),
  );
  const targets = gatheredElements(indices, axis)(places).values;
  return scattered(build, x, updates, Float64Array.from(targets), node.string('reduction', 'none'));
}

function scatterParts(node: NodeReader, build: ValueBuilder): Value {
  const [x, indices, updates] = [node.value(0), node.known(1), node.value(2)];
  const { starts, size } = partsOf(x.shape, indices, 0);
  requireAsMany([starts.length, size], updates);
  const targets = Float64Array.from(
    { length: starts.length * size },
    (_, j) => starts[Math.floor(j / size)] + (j % size),
  );
  return scattered(build, x, updates, targets, node.string('reduction', 'none'));
}

function requireAsMany(shape: readonly number[], updates: Value): void {
  const [expected, found] = [elementCount(shape), elementCount(updates.shape)];
  if (expected === found) return;
  throw misfit(
    text(
      `expected ${expected} updates, found ${found}: ${shapeText(updates.shape)}`,
      `应有 ${expected} 个更新值，实际为 ${found} 个：${shapeText(updates.shape)}`,
    ),
  );
}

/** Of the two values, off and on, the one that each place shows. */
function oneHot(node: NodeReader, build: ValueBuilder): Value {
  const [given, values] = [node.value(0), node.value(2)];
  const depth = node.known(1).values[0];
  const rank = given.shape.length;
  const axis = axisOf(node.int('axis', -1), rank + 1);
  if (given.kind !== 'constant' && values.kind === 'constant') {
    const [off = 0, on = 1] = values.values;
    const rows = shownRows(build, given, depth, [off, on]);
    const order = [...given.shape.keys()].toSpliced(axis, 0, rank);
    const turned = build.transpose(rows, order);
    return isFloat(values.type) ? turned : build.asType(turned, 'int32');
  }
  const indices = node.known(0);
  const shape = indices.shape.toSpliced(axis, 0, depth);
  const inner = elementCount(indices.shape.slice(axis));
  const places = build.known.keep(constantOf('int64', shape, new Float64Array(elementCount(shape)))).values;
  for (const [i, index] of indices.values.entries()) {
    const hot = index < 0 ? index + depth : index;
    const at = (Math.floor(i / inner) * depth + hot) * inner + (i % inner);
    if (hot >= 0 && hot < depth) places[at] = 1;
  }
  return build.pick(values, places, shape);
}

/** x above or below a diagonal, zeros elsewhere. */
function trilu(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const k = node.knownNumber(1, 0);
  const upper = node.int('upper', 1) === 1;
  const [rows, columns] = x.shape.slice(-2);
  const count = elementCount(x.shape);
  const places = Float64Array.from({ length: count }, (_, i) => {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    return (upper ? column >= row + k : column <= row + k) ? i : count;
  });
  const zero: Constant = constantOf(x.type, [1], [0]);
  return build.pickFrom([x, zero], places, x.shape);
}

/** Parts at indices that are known, or rows that each sample picks from its own. */
function gatherParts(node: NodeReader, build: ValueBuilder): Value {
  const own = node.value(1).kind === 'constant' ? undefined : partsOfSamples(node, build);
  return own ?? build.move(node.value(0), gatheredParts(node.known(1), node.int('batch_dims', 0)));
}

/**
 * Numbers at places that come when the model runs: y_k = Σ_c [place_k = c] · x_c along the last axis, or along the last but
 * one where whole rows are taken.
 */
function gatherElements(node: NodeReader, build: ValueBuilder): Value {
  const [x, places] = [node.value(0), node.value(1)];
  const axis = node.axis(x, 0);
  const known = places.kind === 'computed' ? places.expected : places;
  if (known?.kind === 'constant') return build.move(x, gatheredElements(known, axis));
  const rank = x.shape.length;
  const narrow = build.narrowest(places);
  const isAlike = (from: readonly number[], to: readonly number[]): boolean =>
    from.slice(0, axis).join() === to.slice(0, axis).join();
  if (axis === rank - 1 && rank >= 2 && isAlike(x.shape, places.shape)) {
    const shown = shownRows(build, places, x.shape[axis]);
    return build.reshape(build.product(shown, build.reshape(node.floats(0), [...x.shape, 1])), places.shape);
  }
  const isOfRows = axis === rank - 2 && narrow.shape.length === rank && narrow.shape.at(-1) === 1;
  if (isOfRows && axis >= 1 && isAlike(x.shape, narrow.shape) && x.shape.at(-1) === places.shape.at(-1)) {
    const rows = build.reshape(narrow, narrow.shape.slice(0, -1));
    return build.product(shownRows(build, rows, x.shape[axis]), node.floats(0));
  }
  throw unsupportedForm(
    text(
      'the elements at places that are computed when the model runs, along another axis than the last,',
      '沿最后一轴以外的轴、按运行时算出的位置取元素',
    ),
  );
}

export const gathering: Readonly<Record<string, Operator>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherParts,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterParts,
  OneHot: oneHot,
  Trilu: trilu,
};
