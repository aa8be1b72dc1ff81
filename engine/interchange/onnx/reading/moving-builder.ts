import { elementCount, sameShape, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { concat } from '../../../ops/concat.ts';
import type { Attributes, GraphBuilder, Named, OpDefinition, Tensor } from '../../../ops/contract.ts';
import { numbersOf } from '../../../ops/convert.ts';
import { embedding } from '../../../ops/embedding.ts';
import { linear } from '../../../ops/linear.ts';
import { permute } from '../../../ops/permute.ts';
import { reshape } from '../../../ops/reshape.ts';
import { slice } from '../../../ops/slice.ts';
import { mostCopiedDimensions } from '../../../ops/strided-copy.ts';
import { upsampleNearest } from '../../../ops/upsample.ts';
import { type Constant, cast, constantOf, isFloat } from './constant.ts';
import { type Computed, isHeldWhole, type KnownTensors, type Value } from './known-tensors.ts';
import { misfit } from './misfit.ts';
import { expanded, inShape, joined, type Movement, runLength, sliced, transposed } from './move.ts';
import { pickedAlike } from './picking.ts';
import { isOfNumbers, isOfRows } from './row-ops.ts';
import { spreadOf } from './spread.ts';

/** Emits ops, and those that only move numbers: what is known is moved at once, and a movement undone by the next is none. */
export abstract class MovingBuilder {
  readonly known: KnownTensors;
  private readonly g: GraphBuilder;

  constructor(g: GraphBuilder, known: KnownTensors) {
    this.g = g;
    this.known = known;
  }

  /** What a value is by itself, where nothing better was put together of it. */
  abstract settled(value: Value): Constant | Computed;

  tensor(value: Value): Tensor {
    if (value.kind === 'computed') return value.tensor;
    if (value.kind === 'constant') return this.known.tensorOf(value);
    return this.tensor(this.settled(value));
  }

  emit<O extends string>(
    op: OpDefinition<string, O>,
    inputs: Named<Value>,
    attributes: Attributes = {},
  ): Readonly<Record<O, Computed>> {
    const { x } = inputs;
    const behind = x && isOfRows(op, attributes, x.shape) ? this.known.samplesBehind(x) : undefined;
    if (behind !== undefined) {
      const made = this.emit(op, { ...inputs, x: behind.x }, attributes);
      const turned = Object.entries<Computed>(made).map(([name, y]) => [
        name,
        this.transpose(y, behind.axes),
      ]);
      return Object.fromEntries(turned) as Record<O, Computed>;
    }
    const apart =
      x && (op.name === linear.name || isOfRows(op, attributes, x.shape)) ? this.rowsApart(x) : undefined;
    if (x && apart) {
      const made = this.emit(op, { ...inputs, x: apart }, attributes);
      const rows = Object.entries<Computed>(made).map(([name, y]) => [
        name,
        this.reshape(y, [x.shape[0] as number, y.shape.at(-1) as number]),
      ]);
      return Object.fromEntries(rows) as Record<O, Computed>;
    }
    const column = x && isOfNumbers(op) ? this.column(x) : undefined;
    if (column !== undefined) {
      const made = this.emit(op, { ...inputs, x: column }, attributes);
      const rows = Object.entries<Computed>(made).map(([name, y]) => [name, this.reshape(y, x?.shape ?? [])]);
      return Object.fromEntries(rows) as Record<O, Computed>;
    }
    const tensors = Object.entries(inputs).map(([name, value]): [string, Tensor | undefined] => [
      name,
      value && this.tensor(value),
    ]);
    const outputs = this.g.emit(op, Object.fromEntries(tensors), attributes);
    const isMoved = op.name === permute.name && (attributes['axes'] as readonly number[])[0] !== 0;
    if (!isMoved)
      this.known.keepSamples(
        tensors.map(([, tensor]) => tensor),
        Object.values(outputs),
      );
    const entries = Object.entries<Tensor>(outputs).map(([name, tensor]) => [
      name,
      this.known.keep({
        kind: 'computed',
        shape: tensor.shape,
        type: tensor.dtype,
        tensor,
      } satisfies Computed),
    ]);
    return Object.fromEntries(entries) as Record<O, Computed>;
  }

  /** A matrix of the rows of all samples as it was when each sample had its own; undefined for all others. */
  private rowsApart(x: Value): Value | undefined {
    const before = x.kind === 'computed' ? this.known.reshapedFrom.get(x.tensor) : undefined;
    const isApart = before?.kind === 'computed' && this.known.bySample.has(before.tensor);
    const isMerged = before?.shape[0] !== x.shape[0] && before?.shape.at(-1) === x.shape[1];
    return x.shape.length === 2 && isApart && isMerged ? before : undefined;
  }

  /** Single numbers of the samples as the rows of one that they were; undefined for all others. */
  column(x: Value): Value | undefined {
    const before = x.shape.length === 1 ? this.beforeReshape(x) : undefined;
    return before && this.reshape(before, [x.shape[0] as number, 1]);
  }

  /** A value as it was before it was broadcast. */
  narrowest(x: Value): Value {
    const narrow = x.kind === 'computed' ? this.known.narrow.get(x.tensor) : undefined;
    return narrow === undefined ? x : this.narrowest(narrow);
  }

  /** Whole numbers, however they are held, as numbers to reckon with. */
  numbers(x: Value): Value {
    if (isHeldWhole(x)) return this.emit(numbersOf, { x }).y;
    if (x.kind === 'constant') return isFloat(x.type) || x.type === 'bool' ? x : cast(x, 'float32');
    return x.kind === 'computed' && x.type === 'int32' ? { ...x, type: 'float32' } : x;
  }

  /** The same numbers under the name of another type. */
  asType(x: Value, type: Computed['type']): Value {
    return { kind: 'computed', shape: x.shape, type, tensor: this.tensor(x) };
  }

  reshape(x: Value, shape: readonly number[]): Value {
    const count = elementCount(x.shape);
    const known = shape.reduce((product, n) => (n === -1 ? product : product * n), 1);
    const sizes = shape.map((n) => (n === -1 ? count / known : n));
    if (elementCount(sizes) !== count || !sizes.every((n) => Number.isInteger(n) && n >= 0)) {
      throw misfit(
        text(
          `expected a shape of ${count} numbers, as ${shapeText(x.shape)} has, found ${shapeText(shape)}`,
          `${shapeText(x.shape)} 有 ${count} 个数，形状应与之相符，实际为 ${shapeText(shape)}`,
        ),
      );
    }
    if (sameShape(sizes, x.shape)) return x;
    if (x.kind === 'constant') return inShape(x, sizes);
    const before = x.kind === 'computed' ? this.known.reshapedFrom.get(x.tensor) : undefined;
    if (x.kind === 'computed' && before !== undefined) {
      const y = this.reshape(before, sizes);
      return y.kind === 'computed' && y.type !== x.type ? this.asType(y, x.type) : y;
    }
    const y = like(x, this.emit(reshape, { x }, { shape: sizes }).y);
    if (y.kind === 'computed') this.known.reshapedFrom.set(y.tensor, x);
    return y;
  }

  /** What a value was before it was given another shape, with the same samples; undefined where it always had its own. */
  beforeReshape(x: Value): Value | undefined {
    const before = x.kind === 'computed' ? this.known.reshapedFrom.get(x.tensor) : undefined;
    return before?.shape[0] === x.shape[0] ? before : undefined;
  }

  transpose(x: Value, perm: readonly number[]): Value {
    if (perm.every((axis, at) => axis === at)) return x;
    const before = x.kind === 'computed' ? this.known.turnedFrom(x.tensor) : undefined;
    if (before !== undefined && perm.every((axis, at) => before.axes[axis] === at)) return like(x, before.x);
    const moves = transposed(perm);
    if (x.kind === 'constant') return this.known.keep(moves(x));
    if (perm.length > mostCopiedDimensions) return this.move(x, moves);
    const y = this.emit(permute, { x }, { axes: perm }).y;
    if (x.kind === 'computed') this.known.turn(y.tensor, x, perm);
    return like(x, y);
  }

  expand(x: Value, shape: readonly number[]): Value {
    if (sameShape(x.shape, shape)) return x;
    if (isHeldWhole(x)) return this.asType(this.expand(this.numbers(x), shape), 'int32');
    const spread = x.kind === 'constant' ? undefined : spreadOf(x.shape, shape);
    const wide =
      spread === undefined
        ? this.move(x, expanded(shape))
        : this.reshape(
            this.emit(upsampleNearest, { x: this.reshape(x, spread.seen) }, { scales: spread.scales }).y,
            shape,
          );
    if (wide.kind === 'computed') this.known.narrow.set(wide.tensor, x);
    return like(x, wide);
  }

  /**
   * Positions from `start` to before `end`, or every so-many-th of them, below 0 from the last one on. They are taken before
   * axes are turned where samples no longer come first.
   */
  slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
    if (start === 0 && end === x.shape[axis] && step === 1) return x;
    const turned = x.kind === 'computed' ? this.known.turnedFrom(x.tensor) : undefined;
    if (turned !== undefined && turned.axes[0] !== 0)
      return this.transpose(this.slice(turned.x, turned.axes[axis] as number, start, end, step), turned.axes);
    if (x.kind === 'computed' && end > start && x.shape.length <= mostCopiedDimensions)
      return like(x, this.emit(slice, { x }, { axis, start, end, ...(step !== 1 && { step }) }).y);
    const count = Math.max(0, Math.ceil((end - start) / Math.abs(step)));
    return this.move(x, sliced(axis, step > 0 ? start : end - 1, step, count));
  }

  /** Without an axis of one place: it goes before axes are turned. */
  withoutAxis(x: Value, axis: number): Value {
    const turned = x.kind === 'computed' ? this.known.turnedFrom(x.tensor) : undefined;
    if (turned === undefined) return this.reshape(x, x.shape.toSpliced(axis, 1));
    const from = turned.axes[axis] as number;
    const rest = turned.axes.toSpliced(axis, 1).map((at) => (at > from ? at - 1 : at));
    return this.transpose(this.withoutAxis(turned.x, from), rest);
  }

  /** What stands at one place of an axis, which is gone: taken before axes are turned, where they were. */
  select(x: Computed, axis: number, index: number): Value {
    const turned = this.known.turnedFrom(x.tensor);
    if (turned === undefined) return this.withoutAxis(this.slice(x, axis, index, index + 1), axis);
    const from = turned.axes[axis] as number;
    const rest = turned.axes.toSpliced(axis, 1).map((at) => (at > from ? at - 1 : at));
    return this.transpose(this.select(turned.x, from, index), rest);
  }

  concat(parts: readonly Value[], axis: number): Value {
    const filled = parts.filter((part) => elementCount(part.shape) > 0);
    const [first, second] = filled;
    if (first === undefined) return parts[0];
    if (second === undefined) return first;
    if (filled.every((part) => part.kind === 'constant')) return this.known.keep(joined(filled, axis));
    const isWhole = (part: Value): boolean =>
      isHeldWhole(part) || (part.kind === 'constant' && !isFloat(part.type) && part.type !== 'bool');
    const isMixed = filled.some(isWhole) && !filled.every(isHeldWhole);
    if (isMixed)
      return this.asType(
        this.concat(
          filled.map((part) => this.numbers(part)),
          axis,
        ),
        'int32',
      );
    const names = concat.inputs;
    const head = Object.fromEntries(filled.slice(0, names.length).map((part, at) => [names[at], part]));
    const y = like(
      filled.find(({ kind }) => kind === 'computed') ?? first,
      this.emit(concat, head, { axis }).y,
    );
    return filled.length > names.length ? this.concat([y, ...filled.slice(names.length)], axis) : y;
  }

  /** What an operator that only moves numbers makes of x. */
  move(x: Value, movement: Movement): Value {
    if (x.kind === 'constant') return this.known.keep(movement(x));
    const places = constantOf(
      'int32',
      x.shape,
      Float64Array.from({ length: elementCount(x.shape) }, (_, i) => i),
    );
    const { shape, values } = movement(places);
    return this.pick(x, values, shape);
  }

  /** The same from several values, whose orders follow each other. */
  pickFrom(sources: readonly Value[], places: ArrayLike<number>, shape: readonly number[]): Value {
    const alike = pickedAlike(this, sources, places, shape);
    const [first] = sources;
    if (alike !== undefined && first !== undefined) return like(first, alike);
    return this.pick(
      this.concat(
        sources.map((source) => this.reshape(source, [-1])),
        0,
      ),
      places,
      shape,
    );
  }

  /** y = the numbers of x at `places` of its own order, in this shape: whole runs of them at once where they are neighbours. */
  pick(x: Value, places: ArrayLike<number>, shape: readonly number[]): Value {
    if (places.length === 0) return constantOf(x.type, shape, []);
    if (x.kind === 'constant') {
      return this.known.keep(
        constantOf(
          x.type,
          shape,
          Float64Array.from(places, (place) => x.values[place]),
        ),
      );
    }
    if (isHeldWhole(x)) return this.asType(this.pick(this.numbers(x), places, shape), 'int32');
    const alike = pickedAlike(this, [x], places, shape);
    if (alike !== undefined) return like(x, alike);
    const run = runLength(places, elementCount(x.shape));
    const tokens = constantOf(
      'int32',
      [places.length / run],
      Float64Array.from({ length: places.length / run }, (_, row) => places[row * run] / run),
    );
    const table = this.reshape(x, [-1, run]);
    return like(x, this.reshape(this.emit(embedding, { tokens: this.known.keep(tokens), table }).y, shape));
  }
}

/** A condition that is moved about stays one, and so do whole numbers. */
const like = (x: Value, y: Value): Value =>
  x.kind === 'computed' && y.kind === 'computed' && y.type !== x.type ? { ...y, type: x.type } : y;
