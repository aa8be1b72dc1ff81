import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { Attributes } from '../../../engine/ops/contract.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

const over = (input: string, type: TensorType, attributes: Attributes): OpCase => ({
  inputs: { [input]: type },
  attributes,
});

const pools: readonly [TensorType, Attributes][] = [
  [f(2, 3, 5, 7), { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }],
  [f(1, 1, 3, 3), { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }],
  [f(2, 1, 6, 9), { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  [f(1, 2, 4, 17), { kernel: [1, 4], strides: [1, 3], pads: [0, 2, 0, 2] }],
  [f(2, 3, 9), { kernel: [3], strides: [2], pads: [1, 1] }],
  [f(1, 2, 5, 6), { kernel: [3, 2], strides: [2, 1], pads: [1, 0, 2, 1] }],
  [f(1, 1, 1), { kernel: [1], strides: [1], pads: [0, 0] }],
];

/** Where outputs are as many as inputs, a size that is wrong shows what it should be. */
const sameSize: readonly [TensorType, Attributes][] = [
  [f(2, 3, 5, 7), { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }],
  [f(2, 3, 9), { kernel: [5], strides: [1], pads: [2, 2] }],
];

const adaptive: readonly [from: number[], to: number[]][] = [
  [
    [5, 7],
    [2, 3],
  ],
  [
    [6, 8],
    [3, 2],
  ],
  [
    [6, 7],
    [3, 3],
  ],
  [
    [4, 4],
    [1, 1],
  ],
  [
    [2, 3],
    [5, 3],
  ],
  [[9], [4]],
  [[8], [2]],
  [[1], [1]],
];

const scales: readonly [from: number[], scales: number[]][] = [
  [
    [3, 5],
    [2, 2],
  ],
  [
    [1, 4],
    [3, 3],
  ],
  [
    [4, 1],
    [1, 4],
  ],
  [[7], [2]],
  [[1], [5]],
];
const enlarged: readonly OpCase[] = scales.map(([from, by]) => over('x', f(2, 3, ...from), { scales: by }));
const enlargedBack: readonly OpCase[] = scales.map(([from, by]) =>
  over('dy', f(2, 3, ...from.map((size, axis) => size * by[axis])), { scales: by }),
);

const resizes: readonly [from: number[], to: number[]][] = [
  [
    [3, 5],
    [6, 10],
  ],
  [
    [5, 4],
    [3, 7],
  ],
  [
    [6, 2],
    [3, 1],
  ],
  [[4], [9]],
];

const paddings: readonly [number[], number[]][] = [
  [
    [3, 4],
    [1, 2, 0, 3],
  ],
  [
    [1, 1],
    [0, 0, 0, 0],
  ],
  [[5], [2, 1]],
];

export const poolingCases = {
  maxPool: pools.map(([x, attributes]) => over('x', x, attributes)),
  maxPoolGradient: sameSize.map(([x, attributes]) => ({ inputs: { x, dy: x }, attributes })),
  averagePool: [0, 1].flatMap((countPadding) =>
    pools.map(([x, attributes]) => over('x', x, { ...attributes, countPadding })),
  ),
  averagePoolGradient: sameSize.map(([x, attributes]) =>
    over('dy', x, { ...attributes, countPadding: 0, size: x.shape.slice(2) }),
  ),
  adaptiveAveragePool: adaptive.map(([from, to]) => over('x', f(2, 3, ...from), { size: to })),
  adaptiveAveragePoolGradient: adaptive.map(([from, to]) => over('dy', f(2, 3, ...to), { size: from })),
  upsampleNearest: enlarged,
  upsampleNearestGradient: enlargedBack,
  upsampleLinear: enlarged,
  upsampleLinearGradient: enlargedBack,
  resizeLinear: [0, 1].flatMap((corners) =>
    resizes.map(([from, size]) => over('x', f(2, 3, ...from), { size, corners })),
  ),
  resizeLinearGradient: [0, 1].flatMap((corners) =>
    resizes.map(([from, size]) => over('dy', f(2, 3, ...size), { from, corners })),
  ),
  zeroPad: paddings.map(([sizes, pads], i) =>
    over('x', f(2, 3, ...sizes), { pads, ...(i % 2 === 1 && { value: 0.5 }) }),
  ),
  zeroPadGradient: paddings.map(([sizes, pads]) => {
    const axes = sizes.length;
    return over('dy', f(2, 3, ...sizes.map((size, i) => size + pads[i] + pads[i + axes])), { pads });
  }),
} as const satisfies Readonly<Record<string, readonly OpCase[]>>;
