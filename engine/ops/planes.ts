import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named } from './contract.ts';
import { list, numbers } from './shape-rules.ts';

/** Images [N, C, H, W] as N · C planes, or signals [N, C, L] as planes of height 1. */
export interface Planes {
  readonly planes: number;
  readonly H: number;
  readonly W: number;
}

export function planes(op: string, inputs: Named<TensorType>, name: string): Planes {
  const { shape } = numbers(op, inputs, name);
  const [N, C, ...sizes] = shape;
  if (shape.length === 3 || shape.length === 4) {
    const [H, W] = vertical(sizes, 1) as [number, number];
    return { planes: (N as number) * (C as number), H, W };
  }
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: ${name} must have 3 dimensions (signals) or 4 (images), found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：${name} 须有 3 个（信号）或 4 个（图像）维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** One number for each axis of an image: a signal has only the second, and `other` stands for the first. */
export const vertical = (numbers: readonly number[], other: number): readonly number[] =>
  numbers.length === 1 ? [other, ...numbers] : numbers;

/** The type of what has as many planes as x, in other sizes. */
export const resized = ({ shape }: TensorType, H: number, W: number): TensorType => ({
  shape: [...shape.slice(0, 2), ...(shape.length === 3 ? [W] : [H, W])],
  dtype: 'float32',
});

/** A window that moves over planes, and the sizes of what comes out. */
export interface Windows extends Planes {
  readonly OH: number;
  readonly OW: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly top: number;
  readonly left: number;
}

/** Attributes, one number for each axis of the image: kernel, strides, pads (all beginnings, then all ends). */
export function windows(op: string, over: Planes, attributes: Attributes): Windows {
  const [kernelH, kernelW] = vertical(list(op, attributes, 'kernel'), 1) as [number, number];
  const [strideH, strideW] = vertical(list(op, attributes, 'strides'), 1) as [number, number];
  const pads = list(op, attributes, 'pads');
  const [top, left] = vertical(pads.slice(0, pads.length / 2), 0) as [number, number];
  const [bottom, right] = vertical(pads.slice(pads.length / 2), 0) as [number, number];
  const [height, width] = [over.H + top + bottom, over.W + left + right];
  if (kernelH > height || kernelW > width) {
    throw new NetwrightError(
      'kernel-too-large',
      text(
        `${op}: a window of ${kernelH}×${kernelW} is larger than the padded image of ${height}×${width}.`,
        `${op}：${kernelH}×${kernelW} 的窗口大于填充后的图像 ${height}×${width}。`,
      ),
    );
  }
  const OH = Math.floor((height - kernelH) / strideH) + 1;
  const OW = Math.floor((width - kernelW) / strideW) + 1;
  return { ...over, OH, OW, kernelH, kernelW, strideH, strideW, top, left };
}

/** The shape of dx, when dy is what comes out of windows over images or signals of the attribute `size`. */
export function windowedBack(op: string, inputs: Named<TensorType>, attributes: Attributes) {
  const dy = numbers(op, inputs, 'dy');
  const found = planes(op, inputs, 'dy');
  const [H, W] = vertical(list(op, attributes, 'size'), 1) as [number, number];
  const sizes = windows(op, { planes: found.planes, H, W }, attributes);
  if (found.H !== sizes.OH || found.W !== sizes.OW)
    throw unlike(op, 'dy', dy, resized(dy, sizes.OH, sizes.OW));
  return { sizes, dx: resized(dy, H, W) };
}

export const unlike = (
  op: string,
  name: string,
  { shape: found }: TensorType,
  { shape: expected }: TensorType,
): NetwrightError =>
  new NetwrightError(
    'shape-mismatch',
    text(
      `${op}: ${name} must be ${shapeText(expected)}, found ${shapeText(found)}.`,
      `${op}：${name} 的形状须为 ${shapeText(expected)}，实际为 ${shapeText(found)}。`,
    ),
  );

/** A window's attributes as the nodes of ONNX want them. */
export const onnxWindow = (op: string, attributes: Attributes) => ({
  kernel_shape: list(op, attributes, 'kernel'),
  strides: list(op, attributes, 'strides'),
  pads: list(op, attributes, 'pads'),
});
