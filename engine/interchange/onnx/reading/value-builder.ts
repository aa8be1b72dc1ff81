import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import { elementwiseFunction, type FunctionName, relu } from '../../../ops/activations.ts';
import { add } from '../../../ops/add.ts';
import { batchedMatmul } from '../../../ops/batched-matmul.ts';
import type { OpDefinition } from '../../../ops/contract.ts';
import { linear } from '../../../ops/linear.ts';
import { maxPool } from '../../../ops/max-pool.ts';
import { multiply } from '../../../ops/multiply.ts';
import { scale } from '../../../ops/scale.ts';
import { softmax } from '../../../ops/softmax.ts';
import { subtract } from '../../../ops/subtract.ts';
import { type Constant, constantOf } from './constant.ts';
import { commonShape, foldBinary, foldProduct, foldUnary, unaryFolds } from './fold.ts';
import { type Computed, halfOnePlusErf, onePlusErf, type Pending, type Value } from './known-tensors.ts';
import { transposed } from './move.ts';
import { MovingBuilder } from './moving-builder.ts';
import { onceForAll } from './spread.ts';

/**
 * Emits ops on values: arithmetic on two constants is done at once and emits nothing, so that a chain that works out a shape
 * leaves no trace, and everything else becomes ops that have gradients and an ONNX form of their own.
 */
export class ValueBuilder extends MovingBuilder {
  /** What a value is by itself, where nothing better was put together of it. */
  settled(value: Value): Constant | Computed {
    if (value.kind !== 'pending') return value;
    const known = this.known.settled.get(value);
    if (known !== undefined) return known;
    const made = this.made(value);
    this.known.settled.set(value, made);
    return made;
  }

  private made({ opType, of }: Pending): Constant | Computed {
    if (opType !== onePlusErf && opType !== halfOnePlusErf)
      return this.apply(opType as FunctionName, of) as Constant | Computed;
    const error = this.apply('Erf', this.scale(this.settled(of), Math.SQRT1_2));
    const sum = this.add(error, constantOf('float32', [1], [1]));
    const value = this.reshape(opType === onePlusErf ? sum : this.scale(sum, 0.5), of.shape);
    return value as Constant | Computed;
  }

  add(a: Value, b: Value): Value {
    if (a.kind === 'constant' && b.kind === 'computed') return this.add(b, a);
    const turned =
      b.kind === 'constant' && elementCount(b.shape.slice(0, -1)) === 1 && this.known.turnedRows(a);
    if (turned && b.shape.length <= a.shape.length) return this.transpose(this.add(turned.x, b), turned.axes);
    return this.binary('Add', add, a, b);
  }

  /** A single number is added, with the other sign: a layer adds numbers. */
  subtract(a: Value, b: Value): Value {
    const isNumber = (x: Value): x is Constant =>
      x.kind === 'constant' && x.type === 'float32' && x.values.length === 1;
    if (isNumber(b) && a.kind !== 'constant') return this.add(a, foldUnary('Neg', b));
    if (isNumber(a) && b.kind !== 'constant') return this.add(this.negate(b), a);
    return this.binary('Sub', subtract, a, b);
  }

  multiply(a: Value, b: Value): Value {
    if (a.kind === 'constant' && b.kind === 'computed') return this.multiply(b, a);
    const factor = b.kind === 'constant' ? uniform(b) : undefined;
    const isKept = a.kind === 'computed' && sameShape(commonShape([a.shape, b.shape]), a.shape);
    return factor !== undefined && isKept ? this.scale(a, factor) : this.binary('Mul', multiply, a, b);
  }

  scale(x: Value, factor: number): Value {
    if (factor === 1) return x;
    const scaled = x.kind === 'computed' ? this.known.scaledFrom.get(x.tensor) : undefined;
    if (scaled !== undefined) return this.scale(scaled.x, scaled.factor * factor);
    if (x.kind === 'constant') return foldBinary('Mul', x, constantOf(x.type, [], [factor]));
    const { y } = this.emit(scale, { x }, { factor });
    if (x.kind === 'computed') this.known.scaledFrom.set(y.tensor, { x, factor });
    return y;
  }

  pending(opType: string, of: Value): Pending {
    return { kind: 'pending', shape: of.shape, type: 'float32', opType, of };
  }

  /** 1 − x, as conditions are turned over; twice, and they are what they were. */
  not(x: Value): Value {
    const before = x.kind === 'computed' ? this.known.turnedOver.get(x.tensor) : undefined;
    if (before !== undefined) return before;
    const y = this.reshape(this.subtract(constantOf('float32', [1], [1]), x), x.shape);
    if (y.kind === 'computed') this.known.turnedOver.set(y.tensor, x);
    return y;
  }

  negate(x: Value): Value {
    return this.scale(x, -1);
  }

  relu(x: Value): Value {
    return x.kind === 'constant'
      ? foldBinary('Max', x, constantOf(x.type, [], [0]))
      : this.emit(relu, { x }).y;
  }

  /** One of the functions without parameters, by its name. */
  apply(of: FunctionName, x: Value): Value {
    return x.kind === 'constant' && of in unaryFolds
      ? foldUnary(of, x)
      : this.emit(elementwiseFunction, { x }, { of }).y;
  }

  absolute(x: Value): Value {
    return this.apply('Abs', x);
  }

  /** 1 where x is above 0, else 0. */
  isAbove(x: Value): Value {
    return this.relu(this.apply('Sign', x));
  }

  /** The larger of each two, exact for any sizes: one element above the other, and the largest of each column, by samples. */
  maximum(a: Value, b: Value): Value {
    if (a.kind === 'constant' && b.kind === 'constant') return foldBinary('Max', a, b);
    const shape = commonShape([a.shape, b.shape]);
    const samples = shape.length > 1 ? (shape[0] as number) : 1;
    const rows = [a, b].map((part) => this.reshape(this.expand(part, shape), [samples, 1, 1, -1]));
    const both = this.concat(rows, 2);
    return this.reshape(this.largest(both, [2, 1]), shape);
  }

  minimum(a: Value, b: Value): Value {
    return this.negate(this.maximum(this.negate(a), this.negate(b)));
  }

  /** The largest of each window that lies in x [N, C, …] beside the one before it. */
  largest(x: Value, kernel: readonly number[]): Value {
    return this.emit(maxPool, { x }, { kernel, strides: kernel, pads: kernel.flatMap(() => [0, 0]) }).y;
  }

  softmax(x: Value): Value {
    const last = x.shape.at(-1) ?? 1;
    return this.reshape(this.emit(softmax, { x: this.reshape(x, [-1, last]) }).y, x.shape);
  }

  /** What two tensors give, samples first, where one of them has them behind; undefined elsewhere. */
  private samplesFirst(a: Value, b: Value, emit: (a: Value, b: Value) => Value): Value | undefined {
    const behind = this.known.samplesBehind(a) ?? this.known.samplesBehind(b);
    if (behind === undefined) return undefined;
    const { axes } = behind;
    const whole = axes.map((axis) => behind.x.shape[axis] as number);
    const back = axes.map((_, at) => axes.indexOf(at));
    const parts = [a, b].map((part): Value | undefined => {
      if (part.kind !== 'constant')
        return sameShape(part.shape, whole) ? this.transpose(part, back) : undefined;
      if (elementCount(part.shape.slice(0, -1)) === 1) return part;
      const ones = new Array<number>(Math.max(0, whole.length - part.shape.length)).fill(1);
      return this.transpose(this.reshape(part, [...ones, ...part.shape]), back);
    });
    const [first, second] = parts;
    return first && second && this.transpose(emit(first, second), axes);
  }

  /** y [..., M, N] = alpha · a [..., M, K] · b [..., K, N], leading axes broadcast to each other. */
  product(a: Value, b: Value, alpha = 1): Value {
    const leading = commonShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    if (a.kind === 'constant' && b.kind === 'constant')
      return this.known.keep(foldProduct(a, b, leading, alpha));
    if (b.shape.length === 2 && a.shape.length >= 2) {
      const turned = this.known.turnedRows(a);
      if (turned !== undefined) return this.transpose(this.product(turned.x, b, alpha), turned.axes);
      return this.scale(this.emit(linear, { x: a, w: b }).y, alpha);
    }
    const whole = [a, b].map((part) => this.expand(part, [...leading, ...part.shape.slice(-2)]));
    return this.emit(batchedMatmul, { a: whole[0], b: whole[1] }, { alpha }).y;
  }

  /** x with its axis of S numbers turned into one of O: y_o = Σ_s matrix[o · S + s] · x_s. */
  along(x: Value, axis: number, matrix: Float64Array): Value {
    const S = x.shape[axis];
    const O = matrix.length / S;
    const w = constantOf('float32', [S, O], transposed([1, 0])(constantOf('float64', [O, S], matrix)).values);
    const order = [...x.shape.keys()].filter((at) => at !== axis);
    const last = this.transpose(x, [...order, axis]);
    // Apart from their samples: no layer is to take for weights that are learnt what only says where numbers lie.
    const y = this.emit(linear, { x: this.reshape(last, [-1, 1, S]), w: this.known.keep(w) }).y;
    const back = x.shape.map((_, at) => (at === axis ? order.length : order.indexOf(at)));
    return this.transpose(this.reshape(y, [...last.shape.slice(0, -1), O]), back);
  }

  private binary(opType: string, op: OpDefinition<'a' | 'b', 'y'>, a: Value, b: Value): Value {
    if (a.kind === 'constant' && b.kind === 'constant') return this.known.keep(foldBinary(opType, a, b));
    if (elementCount(a.shape) === 0 || elementCount(b.shape) === 0) {
      return constantOf('float32', commonShape([a.shape, b.shape]), []);
    }
    const shape = commonShape([a.shape, b.shape]);
    const turned = this.samplesFirst(a, b, (first, second) => this.binary(opType, op, first, second));
    if (turned !== undefined) return turned;
    const columns = shape.length === 1 ? this.columns(a, b) : undefined;
    if (columns !== undefined) return this.reshape(this.binary(opType, op, ...columns), shape);
    const [wideA, wideB] = [this.grown(a, b, shape), this.grown(b, a, shape)];
    const first = wideA === a ? this.narrowed(a, wideB, shape) : wideA;
    return this.emit(op, { a: first, b: wideB === b ? this.narrowed(b, first, shape) : wideB }).y;
  }

  /** Two operands, one of them single numbers of the samples, as the rows of one that these were. */
  private columns(a: Value, b: Value): readonly [Value, Value] | undefined {
    const [first, second] = [a, b].map((x) =>
      x.kind === 'constant' && x.values.length === 1 ? x : this.column(x),
    );
    return first && second && [first, second];
  }

  /** An operand as large as what known numbers make of it: layers that have such numbers take them as they are. */
  private grown(x: Value, other: Value, shape: readonly number[]): Value {
    if (x.kind === 'constant' || other.kind !== 'constant' || x.shape.length !== shape.length) return x;
    const isBehind = x.shape[0] === shape[0] && shape.length > 1;
    return isBehind ? this.expand(x, shape) : x;
  }

  /** An operand as it was before it was broadcast, where the other one alone makes the result as large. */
  private narrowed(x: Value, other: Value, shape: readonly number[]): Value {
    if (x.kind === 'constant') return x.type === 'float32' ? onceForAll(x, other.shape) : x;
    const narrow = x.kind === 'computed' ? this.known.narrow.get(x.tensor) : undefined;
    return narrow !== undefined && sameShape(commonShape([narrow.shape, other.shape]), shape) ? narrow : x;
  }
}

/** The number that all of a constant's numbers are. */
export function uniform({ values }: Constant): number | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}
