import { elementCount } from '../../../declaration/tensor-type.ts';
import { averagePool } from '../../../ops/average-pool.ts';
import { maxPool } from '../../../ops/max-pool.ts';
import { zeroPad } from '../../../ops/zero-pad.ts';
import { constantOf } from '../reading/constant.ts';
import type { Value } from '../reading/known-tensors.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { reduceNode } from './reductions.ts';
import { padded } from './shapes.ts';
import { type WindowAxis, windowAxes } from './window-geometry.ts';

interface Pool {
  readonly x: Value;
  readonly axes: readonly WindowAxis[];
}

/** A pool in the sizes of the node, which works on fewer axes where its windows move over few. */
const pooled =
  (pool: (build: ValueBuilder, of: Pool, node: NodeReader) => Value) =>
  (node: NodeReader, build: ValueBuilder): Value => {
    const x = node.floats(0, 3);
    const image = x.shape.slice(2);
    const axes = windowAxes(node, image, node.perAxis('kernel_shape', image.length, 1));
    const few = axes.length <= 2 ? axes : axes.reduce(besides, []);
    const seen = build.reshape(x, [...x.shape.slice(0, 2), ...few.map(({ size }) => size)]);
    const y = pool(build, { x: seen, axes: few }, node);
    return build.reshape(y, [...x.shape.slice(0, 2), ...axes.map(({ stops }) => stops)]);
  };

const isStill = ({ kernel, stride, before, after }: WindowAxis): boolean =>
  kernel === 1 && stride === 1 && before === 0 && after === 0;

/** Axes of which those side by side that no window moves over are one. */
function besides(axes: readonly WindowAxis[], axis: WindowAxis): readonly WindowAxis[] {
  const last = axes.at(-1);
  if (last === undefined || !isStill(last) || !isStill(axis)) return [...axes, axis];
  return [...axes.slice(0, -1), { ...last, size: last.size * axis.size, stops: last.stops * axis.stops }];
}

/** One op does it: signals or images, no gaps in the window. */
const isPlain = ({ axes }: Pool): boolean => axes.length <= 2 && axes.every(({ dilation }) => dilation === 1);

/** How far the last window reaches beyond an axis that is padded in front. */
const reached = ({ size, kernel, stride, stops, before }: WindowAxis): number =>
  (stops - 1) * stride + kernel - size - before;

/** With as much behind as in front where that gives as many stops, else with what the last window reaches. */
function covered(axis: WindowAxis): WindowAxis {
  const { size, kernel, stride, stops, before } = axis;
  const isEven = Math.floor((size + 2 * before - kernel) / stride) + 1 === stops;
  return { ...axis, after: isEven ? before : Math.max(0, reached(axis)) };
}

const attributesOf = (axes: readonly WindowAxis[]) => ({
  kernel: axes.map(({ kernel }) => kernel),
  strides: axes.map(({ stride }) => stride),
  pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
});

/** Places of an axis that lie under the window at a stop, some of them beyond it. */
const under = ({ kernel, dilation, stride, before }: WindowAxis, stop: number): number[] =>
  Array.from({ length: kernel }, (_, k) => stop * stride - before + k * dilation);

const inside = (place: number, size: number): boolean => place >= 0 && place < size;

/** The largest of a window is the largest along each axis in turn, of as many cuts as the window has places. */
function maxPools(build: ValueBuilder, pool: Pool): Value {
  const { x, axes } = pool;
  // What a last window reaches beyond the padding is never the largest either.
  if (isPlain(pool)) return build.emit(maxPool, { x }, attributesOf(axes.map(covered))).y;
  return axes.reduce((value, axis, i) => {
    const { kernel, dilation, stride, stops, size, before } = axis;
    const behind = Math.max(0, (stops - 1) * stride + (kernel - 1) * dilation + 1 - size - before);
    const pads = new Array<number>(2 * value.shape.length).fill(0);
    pads[i + 2] = before;
    pads[i + 2 + value.shape.length] = behind;
    const wide = padded(build, value, pads, 'constant', -Infinity);
    const cuts = Array.from({ length: kernel }, (_, k) => {
      const start = k * dilation;
      return build.slice(wide, i + 2, start, start + (stops - 1) * stride + 1, stride);
    });
    return cuts.reduce((a, b) => build.maximum(a, b));
  }, x);
}

/** The mean of a window is a mean along each axis in turn, which a matrix takes. */
function averagePools(build: ValueBuilder, pool: Pool, countPadding: boolean): Value {
  const { x, axes } = pool;
  if (isPlain(pool)) {
    const whole = axes.map(covered);
    const isEven = whole.every(({ before, after }) => before === after);
    if (!countPadding || (isEven && axes.every((axis) => reached(axis) <= axis.after)))
      return build.emit(averagePool, { x }, { ...attributesOf(whole), countPadding: countPadding ? 1 : 0 }).y;
    // The padding counts, what the last window reaches beyond it does not.
    const onPadded = axes.map((axis) =>
      covered({ ...axis, size: axis.size + axis.before + axis.after, before: 0, after: 0 }),
    );
    const { pads } = attributesOf(axes);
    const padded = pads.some((n) => n > 0) ? build.emit(zeroPad, { x }, { pads }).y : x;
    return build.emit(averagePool, { x: padded }, { ...attributesOf(onPadded), countPadding: 0 }).y;
  }
  return axes.reduce((value, axis, i) => {
    const matrix = new Float64Array(axis.stops * axis.size);
    for (let stop = 0; stop < axis.stops; stop++) {
      const window = under(axis, stop);
      const counted = window.filter((place) =>
        countPadding ? place < axis.size + axis.after : inside(place, axis.size),
      );
      for (const place of window) {
        if (inside(place, axis.size)) matrix[stop * axis.size + place] += 1 / counted.length;
      }
    }
    return build.along(value, i + 2, matrix);
  }, x);
}

/** (Σ |x|^p)^(1/p) of each window: the sum, too, is one along each axis in turn. */
function lpPools(build: ValueBuilder, { x, axes }: Pool, node: NodeReader): Value {
  const p = node.int('p', 2);
  const power = (of: Value, n: number): Value => build.apply('Exp', build.scale(build.apply('Log', of), n));
  const raised = p === 2 ? build.multiply(x, x) : p === 1 ? build.absolute(x) : power(build.absolute(x), p);
  const sum = axes.reduce((value, axis, i) => {
    const matrix = new Float64Array(axis.stops * axis.size);
    for (let stop = 0; stop < axis.stops; stop++) {
      for (const place of under(axis, stop))
        if (inside(place, axis.size)) matrix[stop * axis.size + place] += 1;
    }
    return build.along(value, i + 2, matrix);
  }, raised);
  if (p === 1) return sum;
  return p === 2 ? build.apply('Sqrt', sum) : power(sum, 1 / p);
}

/** y = x / (bias + alpha · the mean of x² over as many channels around)^beta; what lies beyond the first and last is 0. */
function localResponseNorm(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0, 3);
  const kernel = node.int('size', 1);
  const [N, C] = x.shape as [number, number];
  const before = Math.floor((kernel - 1) / 2);
  const still = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const inner = elementCount(x.shape.slice(2));
  const axes = [
    { ...still, size: C, kernel, before, after: kernel - 1 - before, stops: C },
    { ...still, size: inner, stops: inner },
  ];
  const squares = build.reshape(build.multiply(x, x), [N, 1, C, inner]);
  const mean = build.reshape(averagePools(build, { x: squares, axes }, true), x.shape);
  const scaled = build.scale(mean, node.float('alpha', 1e-4));
  const sum = build.add(scaled, constantOf('float32', [1], [node.float('bias', 1)]));
  const power = build.scale(build.apply('Log', sum), -node.float('beta', 0.75));
  return build.multiply(x, build.apply('Exp', power));
}

const overWhole =
  (opType: 'ReduceMean' | 'ReduceMax'): Operator =>
  (node, build) => {
    const x = node.floats(0, 3);
    return reduceNode(build, opType, x, [...x.shape.keys()].slice(2), true);
  };

export const pools: Readonly<Record<string, Operator>> = {
  MaxPool: (node, build) => [pooled(maxPools)(node, build), undefined],
  AveragePool: pooled((build, pool, node) =>
    averagePools(build, pool, node.int('count_include_pad', 0) === 1),
  ),
  LpPool: pooled(lpPools),
  LRN: localResponseNorm,
  GlobalAveragePool: overWhole('ReduceMean'),
  GlobalMaxPool: overWhole('ReduceMax'),
};
