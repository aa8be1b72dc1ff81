import { elementCount } from '../../../declaration/tensor-type.ts';
import type { Constant } from './constant.ts';
import { sliced } from './move.ts';

/** How a tensor is made as large as another shape says: seen as images, whose elements are repeated. */
export interface Spread {
  readonly seen: readonly number[];
  /** Of height and width. */
  readonly scales: readonly [number, number];
}

/** For axes of size 1 behind the first that grow; undefined where that is not all there is to do. */
export function spreadOf(x: readonly number[], shape: readonly number[]): Spread | undefined {
  const from = [...new Array<number>(Math.max(0, shape.length - x.length)).fill(1), ...x];
  const grown = [...shape.keys()].filter((axis) => from[axis] !== shape[axis]);
  const [first = 0] = grown;
  const last = grown.at(-1) ?? 0;
  const isOne = grown.every((axis) => from[axis] === 1);
  if (elementCount(shape) === 0 || from.length !== shape.length || first < 1 || !isOne) return undefined;
  const count = elementCount(shape.slice(first, last + 1));
  // Nothing but ones lies between the axes that grow.
  if (elementCount(grown.map((axis) => shape[axis])) !== count) return undefined;
  if (shape.length === 4 && first === 2)
    return { seen: from, scales: [shape[2] / from[2], shape[3] / from[3]] };
  const [outer, inner] = [from.slice(1, first), from.slice(last + 1)].map(elementCount);
  return { seen: [shape[0], outer, 1, inner], scales: [count, 1] };
}

/** A constant that holds the same for each sample of the other operand, once: operators of two tensors broadcast it. */
export function onceForAll(constant: Constant, other: readonly number[]): Constant {
  const { shape, values } = constant;
  const [N = 1] = shape;
  if (N < 2 || shape.length !== other.length || other[0] !== N) return constant;
  const size = values.length / N;
  for (let at = size; at < values.length; at++) if (values[at] !== values[at - size]) return constant;
  return sliced(0, 0, 1, 1)(constant);
}
