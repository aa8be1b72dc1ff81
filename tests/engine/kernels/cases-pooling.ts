import type { poolingKernels } from '../../../engine/kernels/declared/pooling.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

type Pooling = keyof typeof poolingKernels;

const normals = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
/** Few different numbers, so that the largest often stands twice, and stretches far below them. */
const fewNumbers = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (i % 50 < 12 ? -1e30 : random.below(3) - 1));
const blank = (count: number): Float32Array => new Float32Array(count);

type Sizes = readonly [planes: number, H: number, W: number];

/** Planes around size n: many, tall, wide, and a signal. */
const planesOf = (n: number): Sizes[] => [
  [n, 5, 7],
  [2, n, 6],
  [3, 4, n],
  [2, 1, n],
];

interface Window {
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number];
}

const windows: Window[] = [
  { kernel: [2, 2], stride: [2, 2] },
  { kernel: [3, 3], padding: [1, 1] },
  { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
  { kernel: [1, 2], stride: [1, 3] },
  { kernel: [1, 5], padding: [0, 2] },
];

/** A window over planes around size n, where it fits. */
function pooled(
  n: number,
  make: (numbers: Record<string, number>, inside: number, outside: number) => Case[],
): Case[] {
  return planesOf(n).flatMap(([planes, H, W]) =>
    windows.flatMap(({ kernel, stride = [1, 1], padding = [0, 0] }) => {
      const [OH, OW] = [H, W].map((size, axis) =>
        Math.floor((size + 2 * padding[axis] - kernel[axis]) / stride[axis] + 1),
      );
      if (OH < 1 || OW < 1 || H < 1 || W < 1) return [];
      const numbers = { planes, H, W, OH, OW, kernelH: kernel[0], kernelW: kernel[1] };
      const rest = { strideH: stride[0], strideW: stride[1], top: padding[0], left: padding[1] };
      return make({ ...numbers, ...rest }, planes * H * W, planes * OH * OW);
    }),
  );
}

const maxCases = (n: number, kernel: 'maxPool' | 'maxPoolGradient'): Case[] =>
  pooled(n, (numbers, inside, outside) =>
    [normals, fewNumbers].map((values) => ({
      kernel,
      tensors:
        kernel === 'maxPool'
          ? { x: values(inside), y: blank(outside) }
          : { x: values(inside), dy: normals(outside), dx: normals(inside) },
      numbers,
      split: numbers.planes,
    })),
  );

const averageCases = (n: number, kernel: 'averagePool' | 'averagePoolGradient'): Case[] =>
  pooled(n, (numbers, inside, outside) =>
    [0, 1].map((countPadding) => ({
      kernel,
      tensors:
        kernel === 'averagePool'
          ? { x: normals(inside), y: blank(outside) }
          : { dy: normals(outside), dx: normals(inside) },
      numbers: { ...numbers, countPadding },
      split: numbers.planes,
    })),
  );

/** From planes around size n to others; forwards x to y, backwards dy to dx. */
const resized = (
  n: number,
  kernel: Pooling,
  targets: (H: number, W: number) => (readonly [OH: number, OW: number, further?: Record<string, number>])[],
): Case[] =>
  planesOf(n).flatMap(([planes, H, W]) =>
    targets(H, W)
      .filter(([OH, OW]) => Math.min(H, W, OH, OW) >= 1)
      .map(([OH, OW, further = {}]) => ({
        kernel,
        tensors: kernel.endsWith('Gradient')
          ? { dy: normals(planes * OH * OW), dx: normals(planes * H * W) }
          : { x: normals(planes * H * W), y: normals(planes * OH * OW) },
        numbers: { planes, H, W, OH, OW, ...further },
        split: planes,
      })),
  );

const bins = (H: number, W: number) =>
  [
    [1, 1],
    [Math.min(H, 2), 3],
    [H, W],
    [H + 1, 5],
  ] as const;
const scales = (H: number, W: number) =>
  [
    [2 * H, 2 * W],
    [H, 3 * W],
    [4 * H, W],
    [3 * H, 4 * W],
  ] as const;
/** Larger, smaller and one of each, in both ways to lay the elements. */
const anySizes = (H: number, W: number) =>
  [0, 1].flatMap((corners) =>
    [
      [2 * H + 1, W + 3],
      [H, 1],
      [Math.ceil(H / 2), 3 * W],
    ].map(([OH, OW]) => [OH, OW, { corners }] as const),
  );
const borders = (H: number, W: number) =>
  [
    [H + 1, W + 5, { top: 1, left: 2 }],
    [H, W + 1, { top: 0, left: 0 }],
    [H + 2, W, { top: 0, left: 0 }],
  ] as const;

export const poolingCases = {
  maxPool: (n) => maxCases(n, 'maxPool'),
  maxPoolGradient: (n) => maxCases(n, 'maxPoolGradient'),
  averagePool: (n) => averageCases(n, 'averagePool'),
  averagePoolGradient: (n) => averageCases(n, 'averagePoolGradient'),
  adaptiveAveragePool: (n) => resized(n, 'adaptiveAveragePool', (H, W) => [...bins(H, W)]),
  adaptiveAveragePoolGradient: (n) => resized(n, 'adaptiveAveragePoolGradient', (H, W) => [...bins(H, W)]),
  upsampleNearest: (n) => resized(n, 'upsampleNearest', (H, W) => [...scales(H, W)]),
  upsampleNearestGradient: (n) => resized(n, 'upsampleNearestGradient', (H, W) => [...scales(H, W)]),
  upsampleLinear: (n) => resized(n, 'upsampleLinear', (H, W) => [...scales(H, W)]),
  upsampleLinearGradient: (n) => resized(n, 'upsampleLinearGradient', (H, W) => [...scales(H, W)]),
  resizeLinear: (n) => resized(n, 'resizeLinear', (H, W) => [...anySizes(H, W)]),
  resizeLinearGradient: (n) => resized(n, 'resizeLinearGradient', (H, W) => [...anySizes(H, W)]),
  zeroPad: (n) =>
    resized(n, 'zeroPad', (H, W) =>
      borders(H, W).map(([OH, OW, at]) => [OH, OW, { ...at, value: OH - 1.5 }]),
    ),
  zeroPadGradient: (n) => resized(n, 'zeroPadGradient', (H, W) => [...borders(H, W)]),
} satisfies Record<Pooling, (n: number) => Case[]>;
