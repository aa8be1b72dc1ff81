import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { type Constant, mostMovedNumbers } from './constant.ts';
import { misfit } from './misfit.ts';

/**
 * Operators that only move numbers about, on constants. On tensors they are carried out alike: what they do to the numbers
 * 0, 1, 2 … of a tensor's places says where each number of the result comes from (value-builder.ts).
 */
export type Movement = (x: Constant) => Constant;

const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementCount(shape.slice(axis + 1)));

/** Throws before memory is asked for that nobody meant. */
function room(shape: readonly number[]): number {
  const count = elementCount(shape);
  if (count <= mostMovedNumbers) return count;
  throw misfit(
    text(
      `at most ${mostMovedNumbers} numbers can be moved at once, ${shapeText(shape)} has ${count}`,
      `一次最多移动 ${mostMovedNumbers} 个数，而 ${shapeText(shape)} 有 ${count} 个`,
    ),
  );
}

/** A constant of this shape whose element at `index` is x at `from(index)`; index is written over from call to call. */
function collect(
  x: Constant,
  shape: readonly number[],
  from: (index: readonly number[]) => number,
): Constant {
  const count = room(shape);
  const values = x.values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  const index = shape.map(() => 0);
  for (let at = 0; at < count; at++) {
    values[at] = x.values[from(index)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { ...x, shape, values, name: '' };
}

const reached = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * strides[axis], 0);

export const inShape = (x: Constant, shape: readonly number[]): Constant => ({ ...x, shape, name: '' });

export const transposed =
  (perm: readonly number[]): Movement =>
  (x) => {
    const strides = stridesOf(x.shape);
    const read = perm.map((axis) => strides[axis]);
    return collect(
      x,
      perm.map((axis) => x.shape[axis]),
      (index) => reached(index, read),
    );
  };

export const expanded =
  (shape: readonly number[]): Movement =>
  (x) => {
    const missing = shape.length - x.shape.length;
    const strides = stridesOf(x.shape);
    const read = shape.map((_, axis) =>
      axis < missing || x.shape[axis - missing] === 1 ? 0 : strides[axis - missing],
    );
    return collect(x, shape, (index) => reached(index, read));
  };

/** Positions from, from + step, … of an axis, `count` of them. */
export const sliced =
  (axis: number, from: number, step: number, count: number): Movement =>
  (x) => {
    const strides = stridesOf(x.shape);
    const start = from * strides[axis];
    const read = strides.with(axis, step * strides[axis]);
    return collect(x, x.shape.with(axis, count), (index) => start + reached(index, read));
  };

export const tiled =
  (repeats: readonly number[]): Movement =>
  (x) => {
    const strides = stridesOf(x.shape);
    return collect(
      x,
      x.shape.map((n, axis) => n * repeats[axis]),
      (index) => index.reduce((sum, i, axis) => sum + (i % x.shape[axis]) * strides[axis], 0),
    );
  };

export function joined(parts: readonly Constant[], axis: number): Constant {
  const [first] = parts;
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + part.shape[axis], 0),
  );
  const count = room(shape);
  const values = first.values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  const outer = elementCount(shape.slice(0, axis));
  let at = 0;
  for (let row = 0; row < outer; row++) {
    for (const part of parts) {
      const run = part.values.length / outer;
      values.set(part.values.subarray(row * run, (row + 1) * run), at);
      at += run;
    }
  }
  return { ...first, shape, values, name: '' };
}

/** An index from the end is counted from the front; one that is outside is refused. */
function place(index: number, size: number): number {
  const found = index < 0 ? index + size : index;
  if (Number.isInteger(found) && found >= 0 && found < size) return found;
  throw misfit(
    text(
      `expected indices from ${-size} to ${size - 1}, found ${index}`,
      `索引应在 ${-size} 到 ${size - 1} 之间，实际为 ${index}`,
    ),
  );
}

/** y[…, i, …] = x[…, indices[i], …] along one axis, which the axes of `indices` take the place of. */
export const gathered =
  (indices: Constant, axis: number): Movement =>
  (x) => {
    const size = x.shape[axis];
    const places = Float64Array.from(indices.values, (index) => place(index, size));
    const inner = elementCount(x.shape.slice(axis + 1));
    const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
    const flat = [elementCount(x.shape.slice(0, axis)), places.length, inner];
    return inShape(
      collect(x, flat, ([o, i, k]) => (o * size + places[i]) * inner + k),
      shape,
    );
  };

/** y[index] = x[index with indices[index] at the axis]; as large as `indices`. */
export const gatheredElements =
  (indices: Constant, axis: number): Movement =>
  (x) => {
    const strides = stridesOf(x.shape);
    const of = stridesOf(indices.shape);
    return collect(x, indices.shape, (index) => {
      const here = place(indices.values[reached(index, of)], x.shape[axis]);
      return reached(index, strides) + (here - index[axis]) * strides[axis];
    });
  };

/** Where in x the parts begin that the rows of `indices` [..., depth] name, and how large a part is. */
export function partsOf(
  x: readonly number[],
  indices: Constant,
  batchDims: number,
): { starts: Float64Array; size: number } {
  const depth = indices.shape.at(-1) ?? 0;
  if (batchDims + depth > x.length) {
    throw misfit(
      text(
        `expected at most ${x.length - batchDims} numbers in a row of indices ${shapeText(indices.shape)}, found ${depth}`,
        `索引 ${shapeText(indices.shape)} 的每行最多 ${x.length - batchDims} 个数，实际为 ${depth} 个`,
      ),
    );
  }
  const strides = stridesOf(x);
  const rows = elementCount(indices.shape.slice(0, -1));
  const batches = elementCount(indices.shape.slice(0, batchDims));
  const inBatch = elementCount(x.slice(batchDims));
  const starts = Float64Array.from({ length: rows }, (_, row) => {
    let at = Math.floor((row * batches) / rows) * inBatch;
    for (let d = 0; d < depth; d++) {
      const axis = batchDims + d;
      at += place(indices.values[row * depth + d], x[axis]) * strides[axis];
    }
    return at;
  });
  return { starts, size: elementCount(x.slice(batchDims + depth)) };
}

export const gatheredParts =
  (indices: Constant, batchDims: number): Movement =>
  (x) => {
    const { starts, size } = partsOf(x.shape, indices, batchDims);
    const depth = indices.shape.at(-1) ?? 0;
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(batchDims + depth)];
    return inShape(
      collect(x, [starts.length, size], ([row, i]) => starts[row] + i),
      shape,
    );
  };

/** Which place of x each place of a padded axis shows; −1 for what is filled. */
export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap';
export function paddedPlace(i: number, size: number, mode: PadMode): number {
  if (i >= 0 && i < size) return i;
  switch (mode) {
    case 'constant':
      return -1;
    case 'edge':
      return i < 0 ? 0 : size - 1;
    case 'wrap':
      return ((i % size) + size) % size;
    case 'reflect': {
      if (size === 1) return 0;
      const period = 2 * (size - 1);
      const within = ((i % period) + period) % period;
      return within < size ? within : period - within;
    }
  }
}

/** The most neighbours that all places can be taken in: runs of this length begin at multiples of it. */
export function runLength(places: ArrayLike<number>, size: number): number {
  let common = greatestCommonDivisor(size, places.length);
  let start = 0;
  for (let i = 1; i <= places.length && common > 1; i++) {
    if (i < places.length && places[i] === places[i - 1] + 1) continue;
    common = greatestCommonDivisor(greatestCommonDivisor(common, i - start), places[start]);
    start = i;
  }
  return common;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
