import type { Comparison } from '../reading/known-tensors.ts';

/** What a file gives out of a prediction in place of it. */
export type Picked = PickedScores | PickedCondition;

/** The k largest of each row of scores, or the places where they stand. */
interface PickedScores {
  readonly of: 'values' | 'places';
  readonly k: number;
  /** The file picks the smallest numbers. */
  readonly smallest: boolean;
  /** The prediction is these numbers with the other sign: what the file picks as smallest is largest there. */
  readonly isNegated: boolean;
  /** Scores [outer, classes, inner] of which they are picked. */
  readonly classes: number;
  readonly inner: number;
}

/** Whether each number of the prediction lies above a bound, or below it. */
interface PickedCondition extends Pick<Comparison, 'by' | 'than'> {
  readonly of: 'condition';
}

/** What a project says of an output of its file. */
export interface OurOutput {
  readonly values: Float32Array;
  /** Set where the file gives out what it picks from these values. */
  readonly picked: Picked | undefined;
}

/** The largest difference between what a project and its file give out, in units of the row's largest number, or of 1. */
export function differenceFrom({ values, picked }: OurOutput, theirs: unknown, rows: number): number {
  const found = numbersIn(theirs);
  if (found === undefined) return Number.MAX_VALUE;
  if (picked !== undefined && picked.of !== 'condition') return pickedDifference(values, picked, found, rows);
  if (found.length !== values.length || rows === 0) return Number.MAX_VALUE;
  const compared =
    picked === undefined ? found : values.map((value, at) => bySide(value, picked, found[at] === 1));
  const size = values.length / rows;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * size, (row + 1) * size];
    most = Math.max(
      most,
      rowDifference(values.subarray(from, to), (i) => compared[from + i] as number),
    );
  }
  return most;
}

const holds: Readonly<Record<Comparison['by'], (value: number, than: number) => boolean>> = {
  Greater: (value, than) => value > than,
  GreaterOrEqual: (value, than) => value >= than,
  Less: (value, than) => value < than,
  LessOrEqual: (value, than) => value <= than,
};

/** The number nearest to ours that lies on the side of the bound where the file's does. */
const bySide = (value: number, { by, than }: PickedCondition, isHeld: boolean): number =>
  holds[by](value, than) === isHeld ? value : than;

function numbersIn(data: unknown): ArrayLike<number> | undefined {
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  const isListed = data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;
  return isListed ? data : undefined;
}

function rowDifference(ours: Float32Array, theirs: (i: number) => number): number {
  let unit = 1;
  let apart = 0;
  for (const [i, value] of ours.entries()) {
    const other = theirs(i);
    unit = Math.max(unit, Math.abs(other));
    apart = Math.max(apart, Math.abs(value - other));
  }
  return Number.isNaN(apart) ? Number.MAX_VALUE : apart / unit;
}

/** Of two scores that are all but the same either may be the larger: what counts is how far the picked ones lie below ours. */
function pickedDifference(
  scores: Float32Array,
  { of, k, classes, inner, smallest, isNegated }: PickedScores,
  theirs: ArrayLike<number>,
  rows: number,
): number {
  const lines = scores.length / classes;
  const sign = smallest === isNegated ? 1 : -1;
  if (theirs.length !== lines * k || lines === 0 || rows === 0) return Number.MAX_VALUE;
  let most = 0;
  for (let line = 0; line < lines; line++) {
    const from = Math.floor(line / inner) * classes * inner + (line % inner);
    const own = Float32Array.from({ length: classes }, (_, c) => sign * (scores[from + c * inner] as number));
    const largest = own.toSorted((a, b) => b - a).subarray(0, k);
    const picked = (i: number): number => {
      const found = theirs[Math.floor(line / inner) * k * inner + i * inner + (line % inner)] as number;
      return of === 'places' ? (own[found] ?? Number.NaN) : sign * found;
    };
    most = Math.max(most, rowDifference(largest, picked));
  }
  return most;
}

/** The shares that a softmax makes of each row. */
export function softmaxRows(values: Float32Array, rows: number): Float32Array {
  const size = values.length / rows;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const one = values.subarray(row * size, (row + 1) * size);
    const largest = one.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = Float64Array.from(one, (value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    result.set(
      powers.map((power) => power / sum),
      row * size,
    );
  }
  return result;
}
