import {
  type broadcastKernels,
  mostBroadcastDimensions,
} from '../../../engine/kernels/declared/broadcast.ts';
import type { Case } from './arena.ts';
import { random } from './drawn.ts';

type Broadcast = keyof typeof broadcastKernels;

const normals = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
const blank = (count: number): Float32Array => new Float32Array(count);

/** One dimension: its size, and whether a and b have it. */
type Dimension = readonly [size: number, a: 0 | 1, b: 0 | 1];

/** Dimensions around size n: one shape, rows, columns, planes, outer products, five that take turns. */
const dimensionsOf = (n: number): Dimension[][] => [
  [[n, 1, 1]],
  [
    [3, 1, 0],
    [n, 1, 1],
  ],
  [
    [n, 0, 1],
    [2, 1, 1],
  ],
  [
    [n, 1, 1],
    [5, 1, 0],
  ],
  [
    [3, 1, 1],
    [n, 0, 1],
  ],
  [
    [n, 1, 0],
    [3, 0, 1],
  ],
  [
    [2, 1, 0],
    [3, 1, 1],
    [n, 1, 0],
  ],
  [
    [2, 1, 1],
    [3, 0, 1],
    [2, 1, 1],
    [2, 1, 0],
    [n, 1, 1],
  ],
];

/** Sizes and strides of both operands, and how large everything is. */
function laidOut(dimensions: readonly Dimension[]) {
  const numbers: Record<string, number> = {};
  let sizes: [y: number, a: number, b: number] = [1, 1, 1];
  for (let d = mostBroadcastDimensions - 1; d >= 0; d--) {
    const at = d - mostBroadcastDimensions + dimensions.length;
    const [n, a, b] = dimensions[at] ?? [1, 0, 0];
    numbers[`n${d}`] = n;
    numbers[`a${d}`] = a * sizes[1];
    numbers[`b${d}`] = b * sizes[2];
    sizes = [sizes[0] * n, sizes[1] * (a ? n : 1), sizes[2] * (b ? n : 1)];
  }
  return { numbers, sizes };
}

function binary(n: number): Case[] {
  return dimensionsOf(n).flatMap((dimensions) => {
    const { numbers, sizes } = laidOut(dimensions);
    const [count, countA, countB] = sizes;
    return [1, 2, 3].flatMap((kind) =>
      [0, 1].flatMap((epilogue): Case[] => {
        const tensors = { a: normals(countA), b: normals(countB) };
        const shared = { kernel: 'binary', numbers: { ...numbers, kind, epilogue }, split: count } as const;
        return [
          { ...shared, tensors: { ...tensors, y: blank(count) } },
          ...(countA === count ? [{ ...shared, tensors, aliases: { y: 'a' } }] : []),
          ...(countB === count ? [{ ...shared, tensors, aliases: { y: 'b' } }] : []),
        ];
      }),
    );
  });
}

const sumOver = (n: number): Case[] =>
  [
    [n, 5, 1],
    [2, n, 1],
    [1, n * 33, 1],
    [n, 3, 5],
    [2, n, 3],
    [2, 3, n],
  ].flatMap(([outer, count, inner]) =>
    [0, 1, 2].map((term): Case => {
      const x = normals(outer * count * inner);
      const y = blank(outer * inner);
      return {
        kernel: 'sumOver',
        tensors: term === 0 ? { x, y } : { x, w: normals(x.length), y },
        numbers: { outer, count, inner, term },
        split: outer * inner,
      };
    }),
  );

const prelu = (n: number): Case[] =>
  [
    [n, 3, 5],
    [2, n, 4],
    [2, 3, n],
    [1, 1, n * 7],
    [n, 3, 1],
    [2, n, 1],
  ].flatMap(([N, C, inner]): Case[] => {
    const count = N * C * inner;
    const tensors = { x: normals(count), slope: normals(C) };
    const shared = { kernel: 'prelu', numbers: { N, C, inner }, split: count } as const;
    const z = normals(count);
    return [
      { ...shared, tensors: { ...tensors, z, y: blank(count) } },
      { ...shared, tensors: { ...tensors, y: blank(count) }, aliases: { z: 'x' } },
      { ...shared, tensors: { ...tensors, z }, aliases: { y: 'z' } },
      { ...shared, tensors: { ...tensors, z }, aliases: { y: 'x' } },
    ];
  });

export const broadcastCases: Readonly<Record<Broadcast, (n: number) => Case[]>> = { binary, sumOver, prelu };
