import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named } from './contract.ts';
import { attribute, list, numbers, sizesMeet } from './shape-rules.ts';

/** Sizes of a convolution in the names of the kernels; a signal [N, C, L] is an image of height 1. */
export interface ConvolutionSizes {
  readonly N: number;
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly O: number;
  readonly KH: number;
  readonly KW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly OH: number;
  readonly OW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly groups: number;
}

/** A signal [N, C, L] or images [N, C, H, W]. */
export function images(op: string, inputs: Named<TensorType>, name: string): readonly number[] {
  const { shape } = numbers(op, inputs, name);
  if (shape.length === 3 || shape.length === 4) return shape;
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: ${name} must have 3 dimensions (signals) or 4 (images), found ${shape.length}: ${shapeText(shape)}.`,
      `${op}：${name} 须有 3 个（信号）或 4 个（图像）维度，实际有 ${shape.length} 个：${shapeText(shape)}。`,
    ),
  );
}

/** Sizes along one axis of the image. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
}

/** Pixels from the first to the last that a kernel looks at. */
export const reach = ({ kernel, dilation }: Pick<Axis, 'kernel' | 'dilation'>): number =>
  (kernel - 1) * dilation + 1;

const outputSize = ({ size, stride, before, after, ...axis }: Axis): number =>
  Math.floor((size + before + after - reach(axis)) / stride) + 1;

/**
 * Sizes of the convolution of images `x` with the kernels `w` [O, C / groups, …]. Attributes: strides and dilations, one
 * number for each axis of the image; pads, all beginnings, then all ends; groups.
 */
export function convolutionSizes(
  op: string,
  x: readonly number[],
  w: readonly number[],
  attributes: Attributes,
): ConvolutionSizes {
  const groups = attribute(op, attributes, 'groups');
  const strides = list(op, attributes, 'strides');
  const pads = list(op, attributes, 'pads');
  const dilations = list(op, attributes, 'dilations');
  const [N, C, ...imageSize] = x;
  const [O, groupIn, ...kernelSize] = w;
  sizesMeet(op, ['the kernel in dimensions', w.length], ['the image in dimensions', x.length]);
  if (groupIn * groups !== C) throw channelsDiffer(op, C, groupIn, groups);
  if (O % groups !== 0) throw groupsDoNotDivide(op, O, groups);
  const axes = imageSize.map(
    (size, i): Axis => ({
      size,
      kernel: kernelSize[i],
      stride: strides[i],
      before: pads[i],
      after: pads[i + imageSize.length],
      dilation: dilations[i],
    }),
  );
  if (axes.some((axis) => outputSize(axis) < 1)) throw kernelTooLarge(op, axes);
  const vertical: Axis =
    axes.length === 2 ? axes[0] : { size: 1, kernel: 1, stride: 1, before: 0, after: 0, dilation: 1 };
  const horizontal = axes[axes.length - 1];
  return {
    N,
    C,
    H: vertical.size,
    W: horizontal.size,
    O,
    KH: vertical.kernel,
    KW: horizontal.kernel,
    strideH: vertical.stride,
    strideW: horizontal.stride,
    padTop: vertical.before,
    padLeft: horizontal.before,
    OH: outputSize(vertical),
    OW: outputSize(horizontal),
    dilationH: vertical.dilation,
    dilationW: horizontal.dilation,
    groups,
  };
}

/** The shape of y, of the rank that x has. */
export const outputShape = ({ N, O, OH, OW }: ConvolutionSizes, rank: number): readonly number[] =>
  rank === 3 ? [N, O, OW] : [N, O, OH, OW];

export const multiplyAdds = ({ N, C, O, KH, KW, OH, OW, groups }: ConvolutionSizes): number =>
  (N * O * OH * OW * C * KH * KW) / groups;

function channelsDiffer(op: string, C: number, groupIn: number, groups: number): NetwrightError {
  const each = Number.isInteger(C / groups);
  return new NetwrightError(
    'size-mismatch',
    text(
      `${op}: x has ${C} channels${each ? ` (${C / groups} per group)` : ''} and w takes ${groupIn * groups} (${groupIn} in each of ${groups} groups); they must be equal.`,
      `${op}：x 有 ${C} 个通道${each ? `（每组 ${C / groups} 个）` : ''}，w 需要 ${groupIn * groups} 个（${groups} 组，每组 ${groupIn} 个），二者须相等。`,
    ),
  );
}

const groupsDoNotDivide = (op: string, O: number, groups: number): NetwrightError =>
  new NetwrightError(
    'size-mismatch',
    text(
      `${op}: ${groups} groups do not divide the ${O} output channels.`,
      `${op}：输出通道数 ${O} 不能被组数 ${groups} 整除。`,
    ),
  );

function kernelTooLarge(op: string, axes: readonly Axis[]): NetwrightError {
  const by = (of: (axis: Axis) => number): string => axes.map(of).join('×');
  const kernel = by((axis) => axis.kernel);
  const dilation = by((axis) => axis.dilation);
  const covered = by(reach);
  const padded = by(({ size, before, after }) => size + before + after);
  return new NetwrightError(
    'kernel-too-large',
    text(
      `${op}: a kernel of ${kernel} with dilation ${dilation} covers ${covered}, more than the padded image of ${padded}.`,
      `${op}：${kernel} 的卷积核在膨胀率 ${dilation} 下覆盖 ${covered}，超过了填充后的图像 ${padded}。`,
    ),
  );
}

/** Positions of a piece from which on what a kernel prepares for each share, its weights, costs next to nothing. */
const positionsPerPiece = 512;

/** Pieces of whole images, as many as divide N, into which a convolution of N images with `positions` each may be cut. */
export function piecesOf(N: number, positions: number): number {
  let pieces = Math.max(1, Math.min(N, Math.floor((N * positions) / positionsPerPiece)));
  while (N % pieces !== 0) pieces--;
  return pieces;
}
