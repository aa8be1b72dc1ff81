import type { KernelName } from '../../../engine/kernels/contract.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

const normals = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
const blank = (count: number): Float32Array => new Float32Array(count);

/** Sizes of one convolution; what is left out is 1, or 0 for padding. */
export interface Convolution {
  readonly N?: number;
  readonly C?: number;
  readonly H?: number;
  readonly W: number;
  readonly O?: number;
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads?: readonly [number, number, number, number];
  readonly dilation?: readonly [number, number];
  readonly groups?: number;
}

/** The numbers that the three kernels of a convolution have in common. */
export function sizesOf(given: Convolution): Record<string, number> {
  const { N = 1, C = 1, H = 1, W, O = 1, stride = [1, 1], dilation = [1, 1], groups = 1 } = given;
  const { kernel, pads = [0, 0, 0, 0] } = given;
  const out = (size: number, axis: 0 | 1): number =>
    Math.floor(
      (size + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis],
    ) + 1;
  return {
    N,
    C,
    H,
    W,
    O,
    KH: kernel[0],
    KW: kernel[1],
    strideH: stride[0],
    strideW: stride[1],
    padTop: pads[0],
    padLeft: pads[1],
    OH: out(H, 0),
    OW: out(W, 1),
    dilationH: dilation[0],
    dilationW: dilation[1],
    groups,
  };
}

const imageWords = ({ N, C, H, W }: Record<string, number>): number => N * C * H * W;
const kernelWords = ({ C, O, KH, KW, groups }: Record<string, number>): number => (O * C * KH * KW) / groups;
const outputWords = ({ N, O, OH, OW }: Record<string, number>): number => N * O * OH * OW;

export function forwardCase(given: Convolution, hasBias: boolean, epilogue: number): Case {
  const sizes = sizesOf(given);
  return {
    kernel: 'conv2d',
    tensors: {
      x: normals(imageWords(sizes)),
      w: normals(kernelWords(sizes)),
      ...(hasBias ? { bias: normals(sizes.O) } : {}),
      y: blank(outputWords(sizes)),
    },
    numbers: { ...sizes, epilogue },
    split: sizes.N * sizes.O,
  };
}

export function dataGradientCase(given: Convolution): Case {
  const sizes = sizesOf(given);
  return {
    kernel: 'conv2dDataGradient',
    tensors: {
      dy: normals(outputWords(sizes)),
      w: normals(kernelWords(sizes)),
      dx: blank(imageWords(sizes)),
    },
    numbers: sizes,
    split: sizes.N * sizes.C,
  };
}

export function weightGradientCase(given: Convolution, parts = 1): Case {
  const sizes = sizesOf(given);
  return {
    kernel: 'conv2dWeightGradient',
    tensors: {
      x: normals(imageWords(sizes)),
      dy: normals(outputWords(sizes)),
      dw: blank(parts * kernelWords(sizes)),
    },
    numbers: { ...sizes, parts },
    split: parts * sizes.O,
  };
}

/** Convolutions in which some size is n, or n more than the least possible. */
function convolutions(n: number): Convolution[] {
  const some = Math.max(n, 1);
  return [
    // the width; a kernel as in most networks
    { N: 2, C: 3, H: 4, W: some, O: 5, kernel: [3, 3], pads: [1, 1, 1, 1] },
    // channels, in strides, the last column and row never read
    { N: 2, C: some, H: 6, W: 8, O: 3, kernel: [3, 3], stride: [2, 2], pads: [1, 1, 0, 0] },
    // outputs, 1 × 1
    { N: 2, C: 6, H: 3, W: 3, O: some, kernel: [1, 1] },
    { N: 2, C: 3, H: 5, W: 7, O: some, kernel: [1, 1], stride: [2, 3] },
    // images, in groups; an even kernel, padded on one side more than on the other
    { N: n, C: 4, H: 4, W: 5, O: 6, kernel: [2, 2], pads: [0, 1, 1, 0], groups: 2 },
    // depthwise, one and two outputs per channel
    { N: 2, C: some, H: 5, W: 6, O: some, kernel: [3, 3], pads: [1, 1, 1, 1], groups: some },
    {
      N: 1,
      C: some,
      H: 7,
      W: 9,
      O: 2 * some,
      kernel: [3, 5],
      stride: [2, 1],
      dilation: [2, 1],
      groups: some,
    },
    // a signal, dilated, with stride
    { N: 2, C: 2, W: some + 8, O: 3, kernel: [1, 5], stride: [1, 3], dilation: [1, 2] },
    { N: 1, C: 2, W: some * 10, O: 2, kernel: [1, 3], pads: [0, 2, 0, 2], dilation: [1, 2] },
    // a kernel as large as the image
    { N: 3, C: 2, H: 3, W: some, O: 4, kernel: [3, some] },
    // kernels of 3 × 3 on enough channels and tiles to be done by tiles: the width, channels, images, a long row
    { N: 2, C: 16, H: 7, W: some + 8, O: 31, kernel: [3, 3], pads: [1, 1, 1, 1] },
    { N: 1, C: some + 15, H: 9, W: 10, O: 16, kernel: [3, 3] },
    { N: n, C: 8, H: 6, W: 8, O: 24, kernel: [3, 3], pads: [2, 1, 1, 2] },
    { N: 1, C: 8, H: 4, W: some + 130, O: 8, kernel: [3, 3], pads: [0, 2, 2, 0] },
    // more padding than image
    { N: 1, C: 2, H: 1, W: some, O: 2, kernel: [4, 4], stride: [3, 2], pads: [4, 5, 5, 4] },
  ];
}

export const convolutionCases = {
  conv2d: (n) =>
    convolutions(n).flatMap((given, i) => [
      forwardCase(given, i % 2 === 0, 0),
      forwardCase(given, i % 2 === 1, 1),
    ]),
  conv2dDataGradient: (n) => convolutions(n).map(dataGradientCase),
  conv2dWeightGradient: (n) => convolutions(n).map((given, i) => weightGradientCase(given, 1 + (i % 3))),
  addChannels: (n) =>
    [
      [3, 2, n],
      [2, n, 5],
      [n, 3, 1],
    ].flatMap(([N, C, inner]) => {
      const given = {
        kernel: 'addChannels' as const,
        tensors: { x: normals(N * C * inner), b: normals(C) },
        numbers: { N, C, inner },
        split: N * C,
      };
      return [
        { ...given, tensors: { ...given.tensors, y: blank(N * C * inner) } },
        { ...given, aliases: { y: 'x' } },
      ];
    }),
  sumChannels: (n) =>
    [
      [3, 2, n],
      [2, n, 5],
      [n, 3, 1],
      [2, 2, n * 20],
    ].map(([N, C, inner]) => ({
      kernel: 'sumChannels',
      tensors: { x: normals(N * C * inner), y: blank(C) },
      numbers: { N, C, inner },
      split: C,
    })),
} as const satisfies Partial<Record<KernelName, (n: number) => Case[]>>;
