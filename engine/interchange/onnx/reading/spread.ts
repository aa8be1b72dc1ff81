import { elementCount } from '../../../declaration/tensor-type.ts';
import { upsampleNearest } from '../../../ops/upsample.ts';
import type { Constant } from './constant.ts';
import { sliced } from './move.ts';
import type { Computed, Value, ValueBuilder } from './value-builder.ts';

/**
 * A computed tensor whose axes of size 1 behind the first become as large as those of `shape`: as an image of one row, or of
 * one element, whose elements are repeated. Undefined where that is not all there is to do.
 */
export function spread(build: ValueBuilder, x: Computed, shape: readonly number[]): Value | undefined {
  const from = [...new Array<number>(Math.max(0, shape.length - x.shape.length)).fill(1), ...x.shape];
  const grown = [...shape.keys()].filter((axis) => from[axis] !== shape[axis]);
  const [first = 0] = grown;
  const last = grown.at(-1) ?? 0;
  const isNumbers = x.type !== 'int32' && elementCount(shape) > 0;
  if (!isNumbers || from.length !== shape.length || first < 1 || grown.some((axis) => from[axis] !== 1))
    return undefined;
  const [N, count] = [shape[0] as number, elementCount(shape.slice(first, last + 1))];
  // Nothing but ones lies between the axes that grow.
  if (elementCount(grown.map((axis) => shape[axis] as number)) !== count) return undefined;
  const isImage = shape.length === 4 && first === 2;
  const seen = isImage
    ? from
    : [N, elementCount(from.slice(1, first)), 1, elementCount(from.slice(last + 1))];
  const scales = isImage
    ? [2, 3].map((axis) => (shape[axis] as number) / (from[axis] as number))
    : [count, 1];
  return build.reshape(build.emit(upsampleNearest, { x: build.reshape(x, seen) }, { scales }).y, shape);
}

/** A constant that holds the same for each sample of `other`, once: operators of two tensors broadcast it. */
export function onceForAll(constant: Constant, other: Value): Constant {
  const { shape, values } = constant;
  const [N = 1] = shape;
  if (N < 2 || shape.length !== other.shape.length || other.shape[0] !== N) return constant;
  const size = values.length / N;
  for (let at = size; at < values.length; at++) if (values[at] !== values[at - size]) return constant;
  return sliced(0, 0, 1, 1)(constant);
}
