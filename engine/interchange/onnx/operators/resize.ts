import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { maxPool } from '../../../ops/max-pool.ts';
import { resizeLinear } from '../../../ops/resize-linear.ts';
import { upsampleLinear, upsampleNearest } from '../../../ops/upsample.ts';
import { constantOf } from '../reading/constant.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import { axisOf, type NodeReader, type Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';

/** Resize goes along each axis in turn, every number of the result a sum of a few of the axis: a matrix [size after, size before]. */
interface ResizedAxis {
  readonly axis: number;
  readonly size: number;
  readonly scale: number;
  readonly to: number;
  /** Ends of the part that is shown, as shares of the axis. */
  readonly roi: readonly [number, number];
}

function resizedAxes(node: NodeReader, x: Value): ResizedAxis[] {
  const rank = x.shape.length;
  const isOld = node.opType === 'Upsample' || node.opset < 11;
  const axes = node.maybeInts('axes')?.map((axis) => axisOf(axis, rank)) ?? [...x.shape.keys()];
  const scales = isOld
    ? (node.maybeFloats('scales') ?? [...node.known(1).values])
    : [...(node.maybeKnown(2)?.values ?? [])];
  const sizes = isOld ? [] : [...(node.maybeKnown(3)?.values ?? [])];
  const roi = isOld ? [] : (node.maybeKnown(1)?.values ?? []);
  if ((scales.length === axes.length) === (sizes.length === axes.length)) {
    throw misfit(
      text(
        `expected ${axes.length} scales or ${axes.length} sizes, found ${scales.length} and ${sizes.length}`,
        `应有 ${axes.length} 个缩放比例或 ${axes.length} 个尺寸，实际为 ${scales.length} 个和 ${sizes.length} 个`,
      ),
    );
  }
  const ratios = sizes.map((size, at) => size / x.shape[axes[at]]);
  const policy = node.string('keep_aspect_ratio_policy', 'stretch');
  const common =
    policy === 'not_larger'
      ? Math.min(...ratios)
      : policy === 'not_smaller'
        ? Math.max(...ratios)
        : undefined;
  return axes.map((axis, at) => {
    const size = x.shape[axis];
    const scale = scales[at] ?? common ?? ratios[at];
    const to =
      scales.length > 0
        ? Math.floor(size * scale)
        : common === undefined
          ? sizes[at]
          : Math.round(size * common);
    if (scale > 0 && to >= 1 && Number.isInteger(to)) {
      return { axis, size, scale, to, roi: [roi[at] ?? 0, roi[at + axes.length] ?? 1] };
    }
    throw misfit(
      text(
        `expected sizes from 1 on for ${shapeText(x.shape)}, found ${to} in axis ${axis}`,
        `${shapeText(x.shape)} 缩放后的尺寸应不小于 1，轴 ${axis} 实际为 ${to}`,
      ),
    );
  });
}

/** Where the number at `i` of the result lies on the axis before. */
function origin(mode: string, { size, scale, to, roi }: ResizedAxis, i: number): number {
  const length = scale * size;
  switch (mode) {
    case 'align_corners':
      return length === 1 ? 0 : (i * (size - 1)) / (length - 1);
    case 'asymmetric':
      return i / scale;
    case 'pytorch_half_pixel':
      return length <= 1 ? 0 : (i + 0.5) / scale - 0.5;
    case 'half_pixel':
      return (i + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric':
      return (size / 2) * (1 - to / length) + (i + 0.5) / scale - 0.5;
    case 'tf_crop_and_resize': {
      const [start, end] = roi;
      const within =
        to === 1 ? ((end - start) * (size - 1)) / 2 : (i * (end - start) * (size - 1)) / (to - 1);
      return within + start * (size - 1);
    }
    default:
      throw unsupportedForm(text(`the coordinates "${mode}"`, `坐标方式“${mode}”`));
  }
}

/** Weights of neighbours, the middle ones to the left and right of the place; `ratio` is how far it is from the left one. */
type Weights = (ratio: number, scale: number) => readonly number[];

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));
const cubic =
  (a: number) =>
  (signed: number): number => {
    const x = Math.abs(signed);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };

/** A bell over `reach` neighbours on either side; wider where an axis shrinks and what falls out is to be averaged in. */
const bell =
  (shape: (x: number) => number, reach: number, smooth: boolean): Weights =>
  (ratio, scale) => {
    const narrow = smooth ? Math.min(scale, 1) : 1;
    const first = Math.floor(-reach / narrow) + 1;
    const weights = Array.from({ length: 2 - 2 * first }, (_, i) => shape((first + i - ratio) * narrow));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return smooth ? weights.map((weight) => weight / total) : weights;
  };

const nearestModes: Readonly<Record<string, (ratio: number) => boolean>> = {
  floor: (ratio) => ratio === 1,
  ceil: () => true,
  round_prefer_floor: (ratio) => ratio > 0.5,
  round_prefer_ceil: (ratio) => ratio >= 0.5,
};

function weightsOf(node: NodeReader): Weights {
  const isOld = node.opType === 'Upsample' || node.opset < 11;
  const mode = node.string('mode', 'nearest');
  const smooth = node.int('antialias', 0) === 1;
  if (mode === 'linear' || mode === 'bilinear') return bell(triangle, 1, smooth);
  if (mode === 'cubic') return bell(cubic(node.float('cubic_coeff_a', -0.75)), 2, smooth);
  const goesRight = nearestModes[node.string('nearest_mode', isOld ? 'floor' : 'round_prefer_floor')];
  if (mode !== 'nearest' || goesRight === undefined) {
    throw unsupportedForm(text(`the mode "${mode}"`, `缩放方式“${mode}”`));
  }
  return (ratio) => (goesRight(ratio) ? [0, 1] : [1, 0]);
}

interface Filter {
  readonly matrix: Float64Array;
  /** Numbers of the result that lie outside what there was. */
  readonly outside: readonly number[];
}

function filterOf(axis: ResizedAxis, mode: string, weights: Weights, excludeOutside: boolean): Filter {
  const { size, scale, to } = axis;
  const matrix = new Float64Array(to * size);
  const outside: number[] = [];
  for (let i = 0; i < to; i++) {
    const from = origin(mode, axis, i);
    if (mode === 'tf_crop_and_resize' && (from < 0 || from > size - 1)) {
      outside.push(i);
      continue;
    }
    const left = Number.isInteger(from) ? from - 1 : Math.floor(from);
    const found = weights(from - left, scale);
    const first = left - found.length / 2 + 1;
    const isIn = (k: number): boolean => first + k >= 0 && first + k < size;
    const total = excludeOutside ? found.reduce((sum, weight, k) => sum + (isIn(k) ? weight : 0), 0) : 1;
    for (const [k, weight] of found.entries()) {
      if (excludeOutside && !isIn(k)) continue;
      matrix[i * size + Math.min(Math.max(first + k, 0), size - 1)] += weight / total;
    }
  }
  return { matrix, outside };
}

/** Every number `times` times. */
const repeats = ({ matrix }: Filter, { size, to }: ResizedAxis): boolean =>
  to % size === 0 &&
  Array.from({ length: to }).every((_, i) => matrix[i * size + Math.floor((i * size) / to)] === 1);

/** Straight lines between elements that lie by the sizes alone. */
const isLinear = (node: NodeReader, mode: string, axes: readonly ResizedAxis[]): boolean =>
  node.string('mode', 'nearest') === 'linear' &&
  node.int('antialias', 0) === 0 &&
  node.int('exclude_outside', 0) === 0 &&
  (mode === 'align_corners' || mode === 'half_pixel' || mode === 'pytorch_half_pixel') &&
  axes.every(
    ({ size, scale, to }) => Math.abs(scale * size - to) < 1e-4 && (mode !== 'pytorch_half_pixel' || to > 1),
  );

/** Every so-many-th number, from the first on; undefined where it is anything else. */
function strideOf({ matrix }: Filter, { size, to }: ResizedAxis): number | undefined {
  const stride = size / to;
  const isPicked = Array.from({ length: to }).every((_, i) => matrix[i * size + i * stride] === 1);
  return Number.isInteger(stride) && isPicked ? stride : undefined;
}

/** The place before that each number of the result is taken from; undefined where it is put together of several. */
function placesOf({ matrix }: Filter, { size, to }: ResizedAxis): readonly number[] | undefined {
  const rows = Array.from({ length: to }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
  return rows.every((row) => row.every((w) => w === 0 || w === 1) && row.includes(1))
    ? rows.map((row) => row.indexOf(1))
    : undefined;
}

interface Cut {
  readonly times: number;
  readonly start: number;
  readonly step: number;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Places that are every so-many-th, where each number stands there several times: ⌊(start + step · i) / times⌋. */
function cutOf(places: readonly number[], { size, to }: ResizedAxis): Cut | undefined {
  const common = divisor(size, to);
  for (const times of [to / common, (2 * to) / common]) {
    const step = (size * times) / to;
    for (let start = 0; start < times; start++) {
      const isLast = start + step * (to - 1) < size * times;
      if (isLast && places.every((place, i) => place === Math.floor((start + step * i) / times)))
        return { times, start, step };
    }
  }
  return undefined;
}

/** Numbers that are taken as they are, along one axis of images or signals; undefined where they are not, or not so. */
function taken(build: ValueBuilder, x: Value, axis: ResizedAxis, filter: Filter): Value | undefined {
  const places = placesOf(filter, axis);
  const cut = places && cutOf(places, axis);
  if (cut === undefined || axis.axis < 2) return undefined;
  const scales = x.shape.slice(2).map((_, at) => (at + 2 === axis.axis ? cut.times : 1));
  const wide = cut.times === 1 ? x : build.emit(upsampleNearest, { x }, { scales }).y;
  return build.slice(wide, axis.axis, cut.start, cut.start + (axis.to - 1) * cut.step + 1, cut.step);
}

function resize(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0);
  const axes = resizedAxes(node, x);
  const isOld = node.opType === 'Upsample' || node.opset < 11;
  const mode = isOld ? 'asymmetric' : node.string('coordinate_transformation_mode', 'half_pixel');
  const weights = weightsOf(node);
  const excludeOutside = node.int('exclude_outside', 0) === 1;
  const filters = axes.map((axis) => filterOf(axis, mode, weights, excludeOutside));
  const changed = axes.filter(({ size, to, roi }) => size !== to || roi[0] !== 0 || roi[1] !== 1);
  const scales = x.shape.map((_, axis) => changed.find((one) => one.axis === axis)?.scale ?? 1);
  const isImage = (x.shape.length === 3 || x.shape.length === 4) && scales[0] === 1 && scales[1] === 1;
  const isWhole = scales.every((scale) => Number.isInteger(scale)) && mode !== 'tf_crop_and_resize';
  if (isImage && isWhole && axes.every((axis, at) => repeats(filters[at], axis))) {
    return build.emit(upsampleNearest, { x }, { scales: scales.slice(2) }).y;
  }
  if (isImage && isWhole && mode === 'half_pixel' && node.string('mode', 'nearest') === 'linear') {
    return build.emit(upsampleLinear, { x }, { scales: scales.slice(2) }).y;
  }
  const strides = axes.map((axis, at) => strideOf(filters[at], axis));
  if (isImage && axes.length === x.shape.length && strides.every((stride) => stride !== undefined)) {
    // A window of one number is its own largest.
    const along = strides.slice(2);
    const window = { kernel: along.map(() => 1), strides: along, pads: along.flatMap(() => [0, 0]) };
    return build.emit(maxPool, { x }, window).y;
  }
  const corners = mode === 'align_corners' ? 1 : 0;
  if (isImage && isLinear(node, mode, axes)) {
    const size = x.shape.slice(2).map((n, at) => axes.find(({ axis }) => axis === at + 2)?.to ?? n);
    return build.emit(resizeLinear, { x }, { size, corners }).y;
  }
  const y = axes.reduce<Value>((value, one, at) => {
    const isSame =
      one.to === one.size && filters[at].matrix.every((w, i) => w === (i % (one.size + 1) === 0 ? 1 : 0));
    if (isSame) return value;
    const direct = value.shape.length <= 4 ? taken(build, value, one, filters[at]) : undefined;
    return direct ?? build.along(value, one.axis, filters[at].matrix);
  }, x);
  return withOutside(build, y, axes, filters, node.float('extrapolation_value', 0));
}

function withOutside(
  build: ValueBuilder,
  y: Value,
  axes: readonly ResizedAxis[],
  filters: readonly Filter[],
  fill: number,
): Value {
  if (fill === 0 || filters.every(({ outside }) => outside.length === 0)) return y;
  const values = new Float32Array(elementCount(y.shape));
  for (const [at, { axis, to }] of axes.entries()) {
    const inner = elementCount(y.shape.slice(axis + 1));
    const isOutside = new Set(filters[at].outside);
    for (let i = 0; i < values.length; i++) if (isOutside.has(Math.floor(i / inner) % to)) values[i] = fill;
  }
  return build.add(y, build.known.keep(constantOf('float32', y.shape, values)));
}

export const resizing: Readonly<Record<string, Operator>> = { Resize: resize, Upsample: resize };
