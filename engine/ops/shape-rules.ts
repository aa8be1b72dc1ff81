import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, sameShape, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Cost, Named } from './contract.ts';

/** A sigmoid, an exponential or a logarithm is counted as this many multiply-adds. */
export const transcendental = 10;

/** The input of that name; ops ask for what they cannot do without. */
export function given<T>(op: string, inputs: Named<T>, name: string): T {
  const input = inputs[name];
  if (input !== undefined) return input;
  throw new NetwrightError(
    'missing-input',
    text(`${op} needs an input ${name}, found none.`, `${op} 需要输入 ${name}，实际没有。`),
  );
}

/** The numeric attribute of that name. */
export function attribute(op: string, attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (typeof value === 'number') return value;
  throw new NetwrightError(
    'missing-attribute',
    text(
      `${op} needs a number ${name}, found ${String(value)}.`,
      `${op} 需要数值 ${name}，实际为 ${String(value)}。`,
    ),
  );
}

/** The list of whole numbers of that name. */
export function list(op: string, attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name];
  if (Array.isArray(value)) return value as readonly number[];
  throw new NetwrightError(
    'missing-attribute',
    text(
      `${op} needs a list ${name}, found ${String(value)}.`,
      `${op} 需要列表 ${name}，实际为 ${String(value)}。`,
    ),
  );
}

/** An input that holds numbers, not class labels. */
export function numbers(op: string, inputs: Named<TensorType>, name: string): TensorType {
  const type = given(op, inputs, name);
  if (type.dtype === 'float32') return { shape: type.shape, dtype: 'float32' };
  throw new NetwrightError(
    'dtype-mismatch',
    text(
      `${op}: ${name} must hold numbers (float32), found ${type.dtype}.`,
      `${op}：${name} 须为数值（float32），实际为 ${type.dtype}。`,
    ),
  );
}

/** Sizes [M, N] of an input that must be a matrix of numbers. */
export function matrix(op: string, inputs: Named<TensorType>, name: string): readonly [number, number] {
  const { shape } = numbers(op, inputs, name);
  if (shape.length === 2) return [shape[0], shape[1]];
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: ${name} must have 2 dimensions, found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：${name} 须有 2 个维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** An input of numbers as rows: all its dimensions but the last are `leading`, their product is `rows`. */
export function rowsOf(
  op: string,
  inputs: Named<TensorType>,
  name: string,
): { readonly leading: readonly number[]; readonly rows: number; readonly columns: number } {
  const { shape } = numbers(op, inputs, name);
  const leading = shape.slice(0, -1);
  const columns = shape.at(-1);
  if (leading.length > 0 && columns !== undefined) return { leading, rows: elementCount(leading), columns };
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: ${name} must have at least 2 dimensions, found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：${name} 至少须有 2 个维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** Sizes [M, C] of an input of numbers whose last dimension is C, seen as M rows. */
export function rows(op: string, inputs: Named<TensorType>, name: string): readonly [number, number] {
  const { shape } = numbers(op, inputs, name);
  const C = shape.at(-1);
  if (shape.length >= 2 && C !== undefined) return [elementCount(shape) / C, C];
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: ${name} must have 2 or more dimensions, found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：${name} 须有 2 个或更多维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** Class labels, one for each of the `count` rows or values of the input `of`, out of `classes` where that is known. */
export function labels(
  op: string,
  inputs: Named<TensorType>,
  of: string,
  count: number,
  classes?: number,
): TensorType {
  const type = given(op, inputs, 'target');
  if (type.dtype !== 'int32') {
    throw new NetwrightError(
      'dtype-mismatch',
      text(
        `${op}: target must hold class labels (int32), found ${type.dtype}.`,
        `${op}：target 须为类别标签（int32），实际为 ${type.dtype}。`,
      ),
    );
  }
  oneEach(op, inputs, 'target', of, count);
  if (type.classes !== undefined && classes !== undefined)
    sizesMeet(op, ['classes', type.classes], [of, classes]);
  return type;
}

/** Throws unless the input `name` has one element for each of the `count` rows or values of the input `of`. */
export function oneEach(
  op: string,
  inputs: Named<TensorType>,
  name: string,
  of: string,
  count: number,
): void {
  const { shape } = given(op, inputs, name);
  const found = elementCount(shape);
  if (found === count) return;
  const owner = shapeText(given(op, inputs, of).shape);
  throw new NetwrightError(
    'size-mismatch',
    text(
      `${op}: ${of} ${owner} needs 1 ${name} for each of ${count}, found ${found}: ${shapeText(shape)}.`,
      `${op}：${of} ${owner} 需要 ${count} 个 ${name}，每处 1 个，实际有 ${found} 个：${shapeText(shape)}。`,
    ),
  );
}

/** Throws unless both sizes are equal; the sentence names both. */
export function sizesMeet(op: string, a: readonly [string, number], b: readonly [string, number]): void {
  if (a[1] === b[1]) return;
  throw new NetwrightError(
    'size-mismatch',
    text(
      `${op}: the size of ${a[0]} is ${a[1]} and that of ${b[0]} is ${b[1]}; they must be equal.`,
      `${op}：${a[0]} 的大小为 ${a[1]}，${b[0]} 的大小为 ${b[1]}，二者须相等。`,
    ),
  );
}

/** The type of both inputs, which must have one shape. */
export function sameAsEachOther(op: string, inputs: Named<TensorType>, a: string, b: string): TensorType {
  const first = numbers(op, inputs, a);
  const second = numbers(op, inputs, b);
  if (sameShape(first.shape, second.shape)) return { shape: first.shape, dtype: 'float32' };
  throw new NetwrightError(
    'shape-mismatch',
    text(
      `${op}: ${a} is ${shapeText(first.shape)} and ${b} is ${shapeText(second.shape)}; the shapes must be equal.`,
      `${op}：${a} 的形状为 ${shapeText(first.shape)}，${b} 的形状为 ${shapeText(second.shape)}，二者须相同。`,
    ),
  );
}

/** The attribute `axis`, which must be one of the input's. */
export function axisOf(op: string, inputs: Named<TensorType>, name: string, attributes: Attributes): number {
  const { shape } = given(op, inputs, name);
  const axis = attribute(op, attributes, 'axis');
  if (Number.isInteger(axis) && axis >= 0 && axis < shape.length) return axis;
  throw new NetwrightError(
    'axis-out-of-range',
    text(
      `${op}: axis must be from 0 to ${shape.length - 1}, as ${name} is ${shapeText(shape)}; found ${axis}.`,
      `${op}：${name} 的形状为 ${shapeText(shape)}，轴须为 0 到 ${shape.length - 1}，实际为 ${axis}。`,
    ),
  );
}

/** Elements of the dimensions before, at and behind an axis. */
export const aroundAxis = (shape: readonly number[], axis: number) => ({
  outer: elementCount(shape.slice(0, axis)),
  count: shape[axis] as number,
  inner: elementCount(shape.slice(axis + 1)),
});

export const scalarType: TensorType = { shape: [1], dtype: 'float32' };

/** Cost of `multiplyAdds` arithmetic when every tensor is read or written once. */
export function costOf(multiplyAdds: number, ...sides: readonly Named<TensorType>[]): Cost {
  let words = 0;
  for (const side of sides) {
    for (const type of Object.values(side)) words += type === undefined ? 0 : elementCount(type.shape);
  }
  return { multiplyAdds, bytes: 4 * words };
}
