import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { broadcast } from '../../../ops/broadcast.ts';
import { type Constant, cast, constantOf, type ElementType, isFloat } from './constant.ts';
import { misfit } from './misfit.ts';
import { expanded } from './move.ts';

/** Arithmetic of what is known while a graph is read: the chains in which exporters work out shapes, and constants. */

/** y = f(x); whole numbers stay whole. */
export const unaryFolds: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: roundHalfEven,
  Sign: Math.sign,
  Sin: Math.sin,
  Cos: Math.cos,
  Not: (x) => (x === 0 ? 1 : 0),
};

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const foldUnary = (opType: string, x: Constant): Constant =>
  constantOf(x.type, x.shape, x.values.map(unaryFolds[opType]));

type Binary = (a: number, b: number) => number;

/** y = a ∘ b of the type of a. */
export const binaryFolds: Readonly<Record<string, Binary>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Max: (a, b) => (a > b || Number.isNaN(a) ? a : b),
  Min: (a, b) => (a < b || Number.isNaN(a) ? a : b),
  Mod: (a, b) => a - b * Math.floor(a / b),
};

/** y = a ∘ b as bool. */
export const comparisonFolds: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  And: (a, b) => a !== 0 && b !== 0,
  Or: (a, b) => a !== 0 || b !== 0,
  Xor: (a, b) => (a !== 0) !== (b !== 0),
};

export function foldBinary(opType: string, a: Constant, b: Constant): Constant {
  const compare = comparisonFolds[opType];
  const f: Binary = compare === undefined ? binaryFolds[opType] : (x, y) => (compare(x, y) ? 1 : 0);
  const type: ElementType = compare === undefined ? a.type : 'bool';
  const shape = commonShape([a.shape, b.shape]);
  const left = expanded(shape)(a).values;
  const right = expanded(shape)(b).values;
  const values = left.map((x, i) => f(x, right[i]));
  const whole = !isFloat(type) && opType === 'Div' ? values.map(Math.trunc) : values;
  return constantOf(type, shape, whole);
}

/** The shape that tensors of these shapes are broadcast to. */
export function commonShape(shapes: readonly (readonly number[])[]): readonly number[] {
  return shapes.reduce((a, b) => {
    const meet = broadcast(a, b);
    if (meet !== undefined) return meet;
    throw misfit(
      text(
        `expected shapes that can be broadcast to each other, found ${shapeText(a)} and ${shapeText(b)}`,
        `形状应可相互广播，实际为 ${shapeText(a)} 与 ${shapeText(b)}`,
      ),
    );
  });
}

/** y [...leading, M, N] = alpha · a [..., M, K] · b [..., K, N]. */
export function foldProduct(a: Constant, b: Constant, leading: readonly number[], alpha: number): Constant {
  const [M, K] = a.shape.slice(-2) as [number, number];
  const N = b.shape.at(-1) as number;
  const [left, right] = [a, b].map(
    (part) => expanded([...leading, ...part.shape.slice(-2)])(part).values,
  ) as [Constant['values'], Constant['values']];
  const y = new Float64Array(elementCount(leading) * M * N);
  for (let i = 0; i < y.length; i++) {
    const [matrix, m, n] = [Math.floor(i / (M * N)), Math.floor(i / N) % M, i % N];
    for (let k = 0; k < K; k++) y[i] += left[(matrix * M + m) * K + k] * right[(matrix * K + k) * N + n];
    y[i] *= alpha;
  }
  return cast(constantOf('float64', [...leading, M, N], y), a.type);
}

export function foldWhere(condition: Constant, a: Constant, b: Constant): Constant {
  const shape = commonShape([condition.shape, a.shape, b.shape]);
  const [c, x, y] = [condition, a, b].map((part) => expanded(shape)(part).values);
  return constantOf(
    a.type,
    shape,
    x.map((value, i) => (c[i] === 0 ? y[i] : value)),
  );
}

interface Reduction {
  /** What the sum, or whatever it is, of nothing is. */
  readonly start: number;
  readonly step: (total: number, x: number) => number;
  readonly end?: (total: number, count: number) => number;
}

export const reductions: Readonly<Record<string, Reduction>> = {
  ReduceSum: { start: 0, step: (total, x) => total + x },
  ReduceMean: { start: 0, step: (total, x) => total + x, end: (total, count) => total / count },
  ReduceProd: { start: 1, step: (total, x) => total * x },
  ReduceMax: { start: -Infinity, step: (total, x) => Math.max(total, x) },
  ReduceMin: { start: Infinity, step: (total, x) => Math.min(total, x) },
  ReduceL1: { start: 0, step: (total, x) => total + Math.abs(x) },
  ReduceL2: { start: 0, step: (total, x) => total + x * x, end: Math.sqrt },
  ReduceSumSquare: { start: 0, step: (total, x) => total + x * x },
  ReduceLogSum: { start: 0, step: (total, x) => total + x, end: Math.log },
  ReduceLogSumExp: { start: 0, step: (total, x) => total + Math.exp(x), end: Math.log },
};

/** Over the axes, which keep the size 1. */
export function foldReduction(opType: string, x: Constant, axes: readonly number[]): Constant {
  const { start, step, end } = reductions[opType];
  const shape = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const totals = new Float64Array(elementCount(shape)).fill(start);
  const strides = shape.map((n, axis) => (n === 1 ? 0 : elementCount(shape.slice(axis + 1))));
  const index = x.shape.map(() => 0);
  for (const value of x.values) {
    const at = index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
    totals[at] = step(totals[at], value);
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === x.shape[axis]; axis--) index[axis] = 0;
  }
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return cast(
    constantOf('float64', shape, end === undefined ? totals : totals.map((total) => end(total, count))),
    x.type,
  );
}
