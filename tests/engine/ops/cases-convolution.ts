import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { OpName } from '../../../engine/ops/index.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

interface Geometry {
  readonly x: readonly number[];
  readonly w: readonly number[];
  /** The shape of y. */
  readonly y: readonly number[];
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
  readonly groups?: number;
}

/** What convolutions can be asked for, one thing after the other. */
const geometries: readonly Geometry[] = [
  // 3 × 3 over a padded image, as in most networks
  { x: [2, 2, 4, 5], w: [3, 2, 3, 3], y: [2, 3, 4, 5], pads: [1, 1, 1, 1] },
  // strides, different in both directions; the last column is never read
  { x: [2, 1, 5, 6], w: [2, 1, 3, 2], y: [2, 2, 2, 2], strides: [2, 3] },
  // dilation
  { x: [1, 2, 5, 7], w: [2, 2, 2, 3], y: [1, 2, 3, 3], dilations: [2, 2] },
  {
    x: [1, 1, 6, 7],
    w: [1, 1, 3, 3],
    y: [1, 1, 2, 2],
    dilations: [1, 2],
    strides: [3, 2],
    pads: [0, 1, 0, 0],
  },
  // groups, and an even kernel padded on one side only
  { x: [2, 4, 3, 3], w: [6, 2, 2, 2], y: [2, 6, 3, 3], pads: [0, 1, 1, 0], groups: 2 },
  // depthwise, with one and with two outputs per channel
  { x: [2, 5, 4, 4], w: [5, 1, 3, 3], y: [2, 5, 4, 4], pads: [1, 1, 1, 1], groups: 5 },
  { x: [1, 5, 4, 3], w: [10, 1, 2, 2], y: [1, 10, 2, 2], strides: [2, 1], groups: 5 },
  // 1 × 1
  { x: [2, 3, 3, 2], w: [4, 3, 1, 1], y: [2, 4, 3, 2] },
  { x: [2, 3, 3, 5], w: [2, 3, 1, 1], y: [2, 2, 2, 3], strides: [2, 2] },
  // a kernel as large as the image, and one that is mostly over the padding
  { x: [2, 2, 3, 4], w: [3, 2, 3, 4], y: [2, 3, 1, 1] },
  { x: [1, 1, 1, 2], w: [2, 1, 4, 3], y: [1, 2, 2, 2], pads: [2, 2, 2, 1], strides: [1, 2] },
  // signals
  { x: [2, 2, 9], w: [3, 2, 3], y: [2, 3, 3], strides: [2], pads: [1, 0], dilations: [2] },
  { x: [2, 5, 8], w: [5, 1, 4], y: [2, 5, 8], pads: [1, 2], groups: 5 },
];

const attributesOf = ({ x, strides, pads, dilations, groups = 1 }: Geometry) => {
  const axes = x.slice(2);
  return {
    strides: strides ?? axes.map(() => 1),
    pads: pads ?? [...axes, ...axes].map(() => 0),
    dilations: dilations ?? axes.map(() => 1),
    groups,
  };
};

export const convolutionCases = {
  convolution: geometries.flatMap((geometry, i) => {
    const { x, w } = geometry;
    const inputs = { x: f(...x), w: f(...w) };
    const attributes = attributesOf(geometry);
    return [
      { inputs, attributes, bounded: ['w'] },
      {
        inputs: { ...inputs, b: f(w[0]) },
        attributes: { ...attributes, epilogue: i % 2 },
        bounded: ['w'],
      },
    ];
  }),
  transposedConvolution: geometries.map((geometry) => ({
    inputs: { x: f(...geometry.y), w: f(...geometry.w) },
    attributes: { ...attributesOf(geometry), size: geometry.x.slice(2) },
    bounded: ['w'],
  })),
  convolutionWeightGradient: geometries.map((geometry, i) => ({
    inputs: { x: f(...geometry.x), dy: f(...geometry.y) },
    attributes: { ...attributesOf(geometry), kernel: geometry.w.slice(2), parts: 1 + (i % 3) },
    bounded: ['x'],
  })),
  addChannels: [
    { inputs: { x: f(2, 3, 2, 2), b: f(3) } },
    { inputs: { x: f(2, 3, 5), b: f(3) } },
    { inputs: { x: f(4, 1), b: f(1) } },
  ],
  sumChannels: [{ inputs: { x: f(2, 3, 5, 4) } }, { inputs: { x: f(1, 7) } }],
} satisfies Partial<Record<OpName, readonly OpCase[]>>;
