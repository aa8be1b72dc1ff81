import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { OpName } from '../../../engine/ops/index.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** Operands of one size, rows, columns, channels, one number of each sample, both broadcast, five turns. */
const operands: readonly [number[], number[]][] = [
  [
    [5, 3],
    [5, 3],
  ],
  [
    [1, 1],
    [1, 1],
  ],
  [[5, 3], [3]],
  [[3], [2, 5, 3]],
  [
    [5, 3],
    [5, 1],
  ],
  [
    [2, 3, 4, 5],
    [2, 3, 1, 1],
  ],
  [
    [3, 1, 1],
    [2, 3, 4, 2],
  ],
  [
    [2, 3, 5],
    [2, 1, 1],
  ],
  [
    [2, 3, 1],
    [2, 1, 4],
  ],
  [
    [2, 1, 3, 1, 2],
    [2, 3, 1, 2, 2],
  ],
];

/** A 1 that became larger is refused for what the other operand has, not for what it was. */
const binary: readonly OpCase[] = operands.flatMap(([a, b]): OpCase[] =>
  [{}, { epilogue: 1 }].map((attributes) => ({
    inputs: { a: f(...a), b: f(...b) },
    attributes,
    ...([...a, ...b].includes(1) && { bounded: ['a', 'b'] }),
    ...([...a, ...b].every((n) => n === 1) && { unrelated: true }),
  })),
);

const slopes: readonly OpCase[] = [
  { inputs: { x: f(5, 3), slope: f(3) } },
  { inputs: { x: f(5, 3), slope: f(1) }, bounded: ['slope'] },
  { inputs: { x: f(1, 4), slope: f(4) } },
  { inputs: { x: f(1, 1), slope: f(1) }, bounded: ['slope'] },
  { inputs: { x: f(2, 3, 4, 2), slope: f(3) } },
  { inputs: { x: f(2, 3, 17), slope: f(1) }, bounded: ['slope'] },
];

type Broadcast = Extract<OpName, 'add' | 'subtract' | 'multiply' | 'sumOver' | 'prelu' | 'preluGradient'>;

export const broadcastCases: Readonly<Record<Broadcast, readonly OpCase[]>> = {
  add: binary,
  subtract: binary,
  multiply: binary,
  sumOver: [
    { inputs: { x: f(5, 3) }, attributes: { axis: 0, count: 1, term: 0 } },
    { inputs: { x: f(2, 3, 4, 5) }, attributes: { axis: 2, count: 2, term: 0 } },
    { inputs: { x: f(2, 3, 4) }, attributes: { axis: 1, count: 1, term: 0 } },
    { inputs: { x: f(2, 3, 4), w: f(2, 3, 4) }, attributes: { axis: 1, count: 2, term: 1 } },
    { inputs: { x: f(5, 3), w: f(5, 3) }, attributes: { axis: 0, count: 1, term: 2 } },
    { inputs: { x: f(5, 3), w: f(5, 3) }, attributes: { axis: 0, count: 0, term: 2 } },
  ],
  prelu: slopes,
  preluGradient: slopes.map(({ inputs, ...rest }) => ({
    inputs: { ...inputs, dy: inputs.x as TensorType },
    ...rest,
  })),
};
