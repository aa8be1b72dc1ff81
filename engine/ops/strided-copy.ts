import { elementCount } from '../declaration/tensor-type.ts';
import type { KernelCall, Tensor } from './contract.ts';

/** How far apart neighbours along each axis of a dense tensor lie. */
export const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementCount(shape.slice(axis + 1)));

interface Axis {
  readonly n: number;
  readonly s: number;
}

/** Axes one behind the other that can be walked as one are one; the first stays, so that it can be shared. */
function joined(axes: readonly Axis[]): Axis[] {
  const all: Axis[] = [];
  for (const [at, axis] of axes.entries()) {
    const last = all.at(-1);
    if (at > 1 && last !== undefined && last.s === axis.n * axis.s) {
      all[all.length - 1] = { n: last.n * axis.n, s: axis.s };
    } else {
      all.push(axis);
    }
  }
  return all;
}

const kernelAxes = 6;
/** Dimensions that a tensor to be copied may have. */
export const mostCopiedDimensions = kernelAxes;

/** The call that fills y with x read at `strides`, one for each axis of y, from the element `from` on. */
export function stridedCopy(x: Tensor, y: Tensor, strides: readonly number[], from: number): KernelCall {
  const one: Axis = { n: 1, s: 0 };
  const axes = joined(y.shape.map((n, axis) => ({ n, s: strides[axis] as number })));
  if (axes.length === 2) axes.splice(1, 0, one);
  while (axes.length < kernelAxes) axes.unshift(one);
  return {
    kernel: 'copy',
    arguments: {
      x,
      y,
      from,
      ...Object.fromEntries(
        axes.flatMap(({ n, s }, at) => [
          [`n${at}`, n],
          [`s${at}`, s],
        ]),
      ),
    },
    split: axes.slice(0, 4).reduce((product, { n }) => product * n, 1),
  };
}
