import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { mostBroadcastDimensions, sumTerms } from '../kernels/declared/broadcast.ts';
import type { GraphBuilder, Named, Tensor } from './contract.ts';
import { reshape } from './reshape.ts';
import { numbers } from './shape-rules.ts';
import { sumOver } from './sum-over.ts';

/** A shape of `rank` dimensions: those that are missing in front are 1. */
const lengthened = (shape: readonly number[], rank: number): readonly number[] => [
  ...new Array<number>(rank - shape.length).fill(1),
  ...shape,
];

/**
 * The shape of two operands after broadcasting: dimensions are compared from the last on, those that are missing count as
 * 1, and a 1 goes with any size. Undefined where sizes do not meet.
 */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const right = lengthened(b, rank);
  const meet = lengthened(a, rank).map((n, d) => {
    const m = right[d] as number;
    return n === m || m === 1 ? n : n === 1 ? m : undefined;
  });
  return meet.every((n) => n !== undefined) ? meet : undefined;
}

/** The type of a ∘ b. */
export function broadcastType(op: string, inputs: Named<TensorType>): TensorType {
  const a = numbers(op, inputs, 'a');
  const b = numbers(op, inputs, 'b');
  const shape = broadcast(a.shape, b.shape);
  if (shape === undefined) {
    throw new NetwrightError(
      'shape-mismatch',
      text(
        `${op}: a is ${shapeText(a.shape)} and b is ${shapeText(b.shape)}; counted from the last, their sizes must be equal, or one of them 1.`,
        `${op}：a 的形状为 ${shapeText(a.shape)}，b 的形状为 ${shapeText(b.shape)}；从最后一维数起，各维大小须相等，或其中之一为 1。`,
      ),
    );
  }
  const found = dimensionsOf(shape, a.shape, b.shape).length;
  if (found <= mostBroadcastDimensions) return { shape, dtype: 'float32' };
  throw new NetwrightError(
    'rank-mismatch',
    text(
      `${op}: a ${shapeText(a.shape)} and b ${shapeText(b.shape)} take turns in ${found} groups of dimensions; at most ${mostBroadcastDimensions} are possible.`,
      `${op}：a ${shapeText(a.shape)} 与 b ${shapeText(b.shape)} 的广播维度交替成 ${found} 组，最多 ${mostBroadcastDimensions} 组。`,
    ),
  );
}

interface Dimension {
  readonly n: number;
  /** Strides of the operands; 0 where they are broadcast. */
  readonly a: number;
  readonly b: number;
}

/** The dimensions of y with neighbours joined in which a and b are broadcast alike; those of size 1 are left out. */
function dimensionsOf(y: readonly number[], a: readonly number[], b: readonly number[]): Dimension[] {
  const left = lengthened(a, y.length);
  const right = lengthened(b, y.length);
  const dimensions: Dimension[] = [];
  let strideA = 1;
  let strideB = 1;
  for (const [d, n] of [...y.entries()].reverse()) {
    if (n === 1) continue;
    const inA = left[d] !== 1;
    const inB = right[d] !== 1;
    const last = dimensions[0];
    if (last !== undefined && last.a > 0 === inA && last.b > 0 === inB)
      dimensions[0] = { ...last, n: last.n * n };
    else dimensions.unshift({ n, a: inA ? strideA : 0, b: inB ? strideB : 0 });
    if (inA) strideA *= n;
    if (inB) strideB *= n;
  }
  return dimensions;
}

/** Sizes and strides as the kernel `binary` takes them: n0 … n4, a0 … a4, b0 … b4. */
export function broadcastSizes(
  y: readonly number[],
  a: readonly number[],
  b: readonly number[],
): Readonly<Record<string, number>> {
  const found = dimensionsOf(y, a, b);
  const dimensions = found.length > 0 ? found : [{ n: 1, a: 1, b: 1 }];
  const missing = Array.from(
    { length: mostBroadcastDimensions - dimensions.length },
    (): Dimension => ({ n: 1, a: 0, b: 0 }),
  );
  return Object.fromEntries(
    [...missing, ...dimensions].flatMap(({ n, a: strideA, b: strideB }, d) => [
      [`n${d}`, n],
      [`a${d}`, strideA],
      [`b${d}`, strideB],
    ]),
  );
}

/** Number of the terms of `sumOver`, and the tensor that they are multiplied by. */
export interface Terms {
  readonly w: Tensor;
  readonly term: number;
}

/**
 * Emits Σ x, or of x with something else, over the dimensions along which a tensor of that shape was broadcast: the way
 * back through broadcasting. The innermost neighbours are summed first.
 */
export function sumTo(g: GraphBuilder, x: Tensor, shape: readonly number[], terms?: Terms): Tensor {
  const wanted = lengthened(shape, x.shape.length);
  let sum = x;
  let open = terms;
  const over = (axis: number, count: number): void => {
    sum = g.emit(sumOver, { x: sum, w: open?.w }, { axis, count, term: open?.term ?? sumTerms.plain }).y;
    open = undefined;
  };
  for (let end = wanted.length; end > 0; ) {
    let axis = end;
    while (axis > 0 && wanted[axis - 1] === 1) axis--;
    if (elementCount(x.shape.slice(axis, end)) > 1) over(axis, end - axis);
    end = axis - 1; // The dimension before these stays.
  }
  if (open !== undefined) over(0, 0);
  return sum.shape.length === shape.length ? sum : g.emit(reshape, { x: sum }, { shape }).y;
}
