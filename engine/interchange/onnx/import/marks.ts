import { elementCount } from '../../../declaration/tensor-type.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { type Constant, constantOf } from '../reading/constant.ts';
import { commonShape, foldBinary, foldUnary, unaryFolds } from '../reading/fold.ts';
import { expanded, inShape } from '../reading/move.ts';
import { isMove, moved, type Network, placesOf, x, y } from './network.ts';
import type { KnownValues } from './rule.ts';

/**
 * Padding masks as exporters write them: marks of 0 and 1 that come in with the tokens are turned over, multiplied by a number
 * far below zero, compared, spread over heads and queries, added to scores or chosen by. What becomes of the marks is not read
 * off the operators: both are sent through them, all marks 0 and all marks 1, and it is looked at what each does to the scores.
 */

/** What a tensor is, number by number. */
interface Traced {
  /** The marks that it hangs on. */
  readonly marks: Tensor | undefined;
  /** Which of them each number hangs on; −1 for none. */
  readonly places: Constant;
  /** Where all marks are 0, and where all are 1. */
  readonly values: readonly [Constant, Constant];
}

/** What is hidden from the queries of an attention. */
export interface Hidden {
  readonly marks: Tensor | undefined;
  /** The mark of keys that are seen. */
  readonly seen: 0 | 1;
  /** Later keys are. */
  readonly causal: boolean;
}

/** What two masks hide together; undefined where their marks are not the same. */
export function bothHidden(a: Hidden, b: Hidden): Hidden | undefined {
  const causal = a.causal || b.causal;
  if (a.marks === undefined || b.marks === undefined) return { ...(a.marks === undefined ? b : a), causal };
  return a.marks === b.marks && a.seen === b.seen ? { ...a, causal } : undefined;
}

/** Next to this nothing is left of a score behind the softmax. */
const hidden = -1e4;
/** What these make is 0 where there was 0, and nowhere else. */
const keepingZeros: ReadonlySet<string> = new Set(['Abs', 'Sign']);
/** Larger tensors are not looked through. */
const mostTraced = 2 ** 23;

export class MarkReader {
  private readonly network: Network;
  private readonly known: KnownValues;
  private readonly isMarks: (input: Tensor) => boolean;
  private readonly memory = new Map<Tensor, Traced | undefined>();

  constructor(network: Network, known: KnownValues, isMarks: (input: Tensor) => boolean) {
    this.network = network;
    this.known = known;
    this.isMarks = isMarks;
  }

  /**
   * What a call hides of scores for T queries and S keys that it is given, and these; undefined where that is not all that it
   * does.
   */
  hiddenBy(call: OpCall, T: number, S: number): (Hidden & { readonly scores: Tensor }) | undefined {
    const { a, b, mask } = call.inputs;
    if (call.op.name === 'maskScores' && mask !== undefined) {
      if (Number(call.attributes['fill']) > hidden) return undefined;
      const traced = this.tracedMask(mask);
      const { shape } = x(call);
      const rows = traced && movedAs(traced, (one) => inShape(one, rowShape(shape)));
      const found = rows && hides(rows, shape, [T, S], isZero);
      return found && { ...found, scores: x(call) };
    }
    const { condition } = call.inputs;
    if (call.op.name === 'choose' && condition !== undefined && a !== undefined && b === undefined) {
      const traced = Number(call.attributes['value']) > hidden ? undefined : this.tracedMask(condition);
      const found = traced && hides(traced, a.shape, [T, S], isZero);
      return found && { ...found, scores: a };
    }
    if (call.op.name !== 'add' || a === undefined || b === undefined) return undefined;
    for (const [scores, bias] of [
      [a, b],
      [b, a],
    ] as const) {
      const traced = this.traced(bias);
      const found = traced && hides(traced, y(call).shape, [T, S], isFarBelow);
      if (found !== undefined) return { ...found, scores };
    }
    return undefined;
  }

  /** Of a mask it matters only what is 0 in it: any row of numbers may be one. */
  private tracedMask(mask: Tensor): Traced | undefined {
    const traced = this.traced(mask);
    if (traced !== undefined) return traced;
    const call = this.network.maker(mask);
    const of = call?.inputs['x'];
    const isKept =
      call?.op.name === 'numbersOf' ||
      (call?.op.name === 'elementwiseFunction' && keepingZeros.has(String(call.attributes['of'])));
    const before = call && of && (isKept || isMove(call)) ? this.tracedMask(of) : undefined;
    if (call !== undefined && before !== undefined)
      return isKept ? before : movedAs(before, (one) => moved(call, one));
    return mask.shape.length === 2 ? ownMarks(mask) : undefined;
  }

  private traced(tensor: Tensor): Traced | undefined {
    if (!this.memory.has(tensor)) {
      this.memory.set(tensor, elementCount(tensor.shape) > mostTraced ? undefined : this.sentThrough(tensor));
    }
    return this.memory.get(tensor);
  }

  private sentThrough(tensor: Tensor): Traced | undefined {
    const { shape } = tensor;
    const known = this.known(tensor);
    if (known !== undefined) {
      const values = constantOf('float32', shape, known);
      return { marks: undefined, places: filled(shape, -1), values: [values, values] };
    }
    if (this.isMarks(tensor)) return ownMarks(tensor);
    const call = this.network.maker(tensor);
    return call && this.throughCall(call);
  }

  private throughCall(call: OpCall): Traced | undefined {
    const { op, attributes, inputs } = call;
    const each = (of: Tensor | undefined, f: (one: Constant) => Constant | undefined): Traced | undefined => {
      const traced = of && this.traced(of);
      const [at0, at1] = traced?.values.map(f) ?? [];
      return traced && at0 && at1 && { ...traced, values: [at0, at1] };
    };
    const both = (f: (a: Constant, b: Constant) => Constant): Traced | undefined => {
      const { a, b } = inputs;
      return joined(a && this.traced(a), b && this.traced(b), f);
    };
    switch (op.name) {
      case 'scale':
        return each(x(call), (one) => foldBinary('Mul', one, single(Number(attributes['factor']))));
      case 'relu':
        return each(x(call), (one) => foldBinary('Max', one, single(0)));
      case 'elementwiseFunction': {
        const of = String(attributes['of']);
        const signed = of === 'Abs' ? this.network.maker(x(call)) : undefined;
        // 1 where there is not 0, which numbers of all kinds may be.
        if (signed?.attributes['of'] === 'Sign') return this.tracedMask(x(signed));
        return of in unaryFolds ? each(x(call), (one) => foldUnary(of, one)) : undefined;
      }
      case 'add':
        return both((a, b) => foldBinary('Add', a, b));
      case 'subtract':
        return both((a, b) => foldBinary('Sub', a, b));
      case 'multiply':
        return both((a, b) => foldBinary('Mul', a, b));
      case 'maskScores':
        return this.masked(call);
      case 'choose':
        return this.chosen(call);
      default: {
        const of = inputs['x'];
        const traced = of && this.traced(of);
        return traced && movedAs(traced, (one) => moved(call, one));
      }
    }
  }

  /** One of two tensors, number by number. */
  private chosen({ inputs: { condition, a, b }, attributes }: OpCall): Traced | undefined {
    if (condition === undefined) return undefined;
    const value = filled(condition.shape, Number(attributes['value'] ?? 0));
    const absent: Traced = { marks: undefined, places: filled(condition.shape, -1), values: [value, value] };
    const pick = (by: Constant, from: Constant, holds: boolean): Constant => ({
      ...from,
      values: from.values.map((one, at) => ((by.values[at] !== 0) === holds ? one : 0)),
    });
    const seen = this.traced(condition);
    const [yes, no] = [a, b].map((of) => (of === undefined ? absent : this.traced(of)));
    return joined(
      joined(seen, yes, (by, from) => pick(by, from, true)),
      joined(seen, no, (by, from) => pick(by, from, false)),
      (first, second) => foldBinary('Add', first, second),
    );
  }

  private masked({ inputs, attributes }: OpCall): Traced | undefined {
    const [of, mask] = [inputs['x'], inputs['mask']];
    const values = of && this.traced(of);
    const marks = mask && this.tracedMask(mask);
    if (of === undefined || marks === undefined) return undefined;
    const fill = Number(attributes['fill']);
    const rows = movedAs(marks, (one) => inShape(one, rowShape(of.shape)));
    return joined(values, rows, (one, mark) => {
      const seen = expanded(one.shape)(mark).values;
      return { ...one, values: one.values.map((value, at) => (seen[at] === 0 ? fill : value)) };
    });
  }
}

/** What two tensors give together, number by number; undefined where two marks meet. */
function joined(
  a: Traced | undefined,
  b: Traced | undefined,
  f: (a: Constant, b: Constant) => Constant,
): Traced | undefined {
  if (a === undefined || b === undefined) return undefined;
  const marks = a.marks ?? b.marks;
  const places = bothPlaces(a.places, b.places);
  if (places === undefined || (b.marks ?? marks) !== marks) return undefined;
  return { marks, places, values: [f(a.values[0], b.values[0]), f(a.values[1], b.values[1])] };
}

/** A row of marks for each sample as it meets scores [N, …, T, S]. */
const rowShape = (scores: readonly number[]): readonly number[] => [
  scores[0] ?? 1,
  ...scores.slice(2).map(() => 1),
  scores.at(-1) ?? 1,
];

const filled = (shape: readonly number[], value: number): Constant =>
  constantOf('float32', shape, new Float32Array(elementCount(shape)).fill(value));

const ownMarks = (marks: Tensor): Traced => ({
  marks,
  places: placesOf(marks.shape),
  values: [filled(marks.shape, 0), filled(marks.shape, 1)],
});

const single = (value: number): Constant => constantOf('float32', [], [value]);
const isZero = (value: number): boolean => value === 0;
/** Undefined for what changes a score that it does not hide. */
const isFarBelow = (value: number): boolean | undefined =>
  value <= hidden ? true : value === 0 ? false : undefined;

function movedAs(traced: Traced, move: (one: Constant) => Constant | undefined): Traced | undefined {
  const [places, at0, at1] = [traced.places, ...traced.values].map(move);
  return places && at0 && at1 && { marks: traced.marks, places, values: [at0, at1] };
}

/** The places of two tensors that meet number by number; undefined where two marks meet. */
function bothPlaces(a: Constant, b: Constant): Constant | undefined {
  const shape = commonShape([a.shape, b.shape]);
  const [first, second] = [a, b].map((one) => expanded(shape)(one).values) as [Float64Array, Float64Array];
  const meet = first.some((place, at) => {
    const other = second[at] as number;
    return place >= 0 && other >= 0 && place !== other;
  });
  return meet
    ? undefined
    : constantOf(
        'int64',
        shape,
        first.map((place, at) => Math.max(place, second[at] as number)),
      );
}

/** The axes before T and S, those of heads left out where the same holds for all, and samples too where no marks tell them apart. */
function leadingSizes(
  traced: readonly number[],
  scores: readonly number[],
  byMarks: boolean,
): readonly number[] {
  const all = scores.slice(0, -2);
  const own = [...scores.map(() => 1), ...traced].slice(-scores.length).slice(0, -2);
  const isSame = own.slice(1).every((size) => size === 1) && (!byMarks || own[0] === all[0]);
  return isSame ? own : all;
}

/**
 * Which scores are hidden, all of shape [.., T, S] or in the same order in another; `hides` is asked of each number, which may
 * be there once for many scores.
 */
function hides(
  { marks, places, values }: Traced,
  scores: readonly number[],
  [T, S]: readonly [number, number],
  isHidden: (value: number) => boolean | undefined,
): Hidden | undefined {
  const isRows = scores.at(-1) === S && scores.at(-2) === T;
  const rows = isRows && (places.shape.at(-2) ?? 1) === 1 ? 1 : T;
  const shape = isRows ? [...leadingSizes(places.shape, scores, marks !== undefined), rows, S] : scores;
  if (elementCount(shape) > mostTraced) return undefined;
  const spread = (one: Constant): Constant['values'] => expanded(shape)(one).values;
  const [at0, at1] = values.map((one) => [...spread(one)].map(isHidden));
  if (at0 === undefined || at1 === undefined || [...at0, ...at1].includes(undefined)) return undefined;
  const seen = at0.every((is) => is === true) ? 1 : 0;
  if (marks !== undefined) {
    if (seen === 0 && !at1.every((is) => is === true)) return undefined;
    const [B = 1, keys, ...more] = marks.shape;
    if (keys !== S || more.length > 0) return undefined;
    const each = elementCount(shape) / B;
    const isOwn = spread(places).every((place, at) => place === Math.floor(at / each) * S + (at % S));
    if (!isOwn) return undefined;
  }
  const shown = seen === 1 ? at1 : at0;
  if (shown.every((is) => is === false)) return { marks, seen, causal: false };
  const isCausal = shown.every((is, at) => is === at % S > Math.floor(at / S) % rows);
  return isCausal && rows === T ? { marks, seen, causal: true } : undefined;
}
