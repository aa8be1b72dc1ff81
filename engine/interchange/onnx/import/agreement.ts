/** What a file gives out of some scores in place of them: the k largest of each row, or the places where they stand. */
export interface Picked {
  readonly of: 'values' | 'places';
  readonly k: number;
  /** Scores [outer, classes, inner] of which they are picked. */
  readonly classes: number;
  readonly inner: number;
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
  if (picked !== undefined) return pickedDifference(values, picked, found, rows);
  if (found.length !== values.length || rows === 0) return Number.MAX_VALUE;
  const size = values.length / rows;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * size, (row + 1) * size];
    most = Math.max(
      most,
      rowDifference(values.subarray(from, to), (i) => found[from + i] as number),
    );
  }
  return most;
}

function numbersIn(data: unknown): ArrayLike<number> | undefined {
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  return data instanceof Float32Array || data instanceof Int32Array ? data : undefined;
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
  { of, k, classes, inner }: Picked,
  theirs: ArrayLike<number>,
  rows: number,
): number {
  const lines = scores.length / classes;
  if (theirs.length !== lines * k || lines === 0 || rows === 0) return Number.MAX_VALUE;
  let most = 0;
  for (let line = 0; line < lines; line++) {
    const from = Math.floor(line / inner) * classes * inner + (line % inner);
    const own = Float32Array.from({ length: classes }, (_, c) => scores[from + c * inner] as number);
    const largest = own.toSorted((a, b) => b - a).subarray(0, k);
    const picked = (i: number): number => {
      const found = theirs[Math.floor(line / inner) * k * inner + i * inner + (line % inner)] as number;
      return of === 'places' ? (own[found] ?? Number.NaN) : found;
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
