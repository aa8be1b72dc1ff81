import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Named } from './contract.ts';
import { numbers, sameAsEachOther, sizesMeet } from './shape-rules.ts';

/** Sizes of a tensor [N, C, …]; `inner` = numbers of one channel of one sample. */
export interface Planes {
  readonly N: number;
  readonly C: number;
  readonly inner: number;
}

/** The sizes of x, which must have a batch and channels. */
export function planesOf(op: string, inputs: Named<TensorType>): Planes {
  const { shape } = numbers(op, inputs, 'x');
  const [N, C, ...rest] = shape;
  if (N !== undefined && C !== undefined) return { N, C, inner: elementCount(rest) };
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: x must have at least 2 dimensions, a batch and channels, found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：x 至少须有批和通道 2 个维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** gamma and beta, where present, have a number for each of `count` channels. */
export function requireAffine(op: string, inputs: Named<TensorType>, count: number): void {
  for (const name of ['gamma', 'beta']) {
    const type = inputs[name];
    if (type === undefined) continue;
    sizesMeet(op, [name, elementCount(numbers(op, inputs, name).shape)], ['channels of x', count]);
  }
}

/** A residual, where present, is of the shape of x. */
export function requireResidual(op: string, inputs: Named<TensorType>): void {
  if (inputs.residual !== undefined) sameAsEachOther(op, inputs, 'x', 'residual');
}

/** mean and variance have a number for each of C channels. */
export function requireStatistics(op: string, inputs: Named<TensorType>, C: number): void {
  for (const name of ['mean', 'variance']) {
    const [found = 1] = numbers(op, inputs, name).shape;
    sizesMeet(op, [name, found], ['channels of x', C]);
  }
}
