import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named } from './contract.ts';
import { aroundAxis, attribute, numbers } from './shape-rules.ts';

/** A tensor seen as [M, N, inner] around the axis of N numbers that a softmax goes along. */
export interface Columns {
  readonly M: number;
  readonly N: number;
  readonly inner: number;
}

/** The attribute `axis`, counted from the front; −1, and none at all, is the last. The batch is none to choose. */
export function softmaxAxis(
  op: string,
  inputs: Named<TensorType>,
  name: string,
  attributes: Attributes,
): number {
  const { shape } = numbers(op, inputs, name);
  const asked = attributes.axis === undefined ? -1 : attribute(op, attributes, 'axis');
  const last = shape.length - 1;
  const axis = asked === -1 ? last : asked;
  if (Number.isInteger(axis) && axis >= 1 && axis <= last) return axis;
  throw new NetwrightError(
    'axis-out-of-range',
    text(
      `${op}: axis must be −1 or one from 1 to ${last} behind the batch of ${name} ${shapeText(shape)}, found ${asked}.`,
      `${op}：轴须为 −1，或 ${name} ${shapeText(shape)} 在批之后的轴（1 到 ${last}），实际为 ${asked}。`,
    ),
  );
}

export function columnsOf(
  op: string,
  inputs: Named<TensorType>,
  name: string,
  attributes: Attributes,
): Columns {
  const axis = softmaxAxis(op, inputs, name, attributes);
  const { outer: M, count: N, inner } = aroundAxis(numbers(op, inputs, name).shape, axis);
  return { M, N, inner };
}

export const columnCount = ({ M, inner }: Columns): number => M * inner;
