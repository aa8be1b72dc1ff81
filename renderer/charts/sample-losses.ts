interface Values {
  readonly values: Float32Array;
  readonly columns: number;
}

/** A probability so small counts as this one: a loss must not be infinite. */
const leastProbability = 1e-12;

/** The probability that place `i` of a prediction with so many columns gives to a class. */
export function probabilityOf(values: Float32Array, columns: number, i: number, of: number): number {
  if (columns > 1) return values[i * columns + of] ?? 0;
  const second = values[i] ?? 0;
  return of === 1 ? second : 1 - second;
}

/**
 * The loss of each sample alone: −ln p of the true class, mean over the places that ask for one. `offset`: rows of the
 * prediction before the first sample. [rows]
 */
export function classLosses(
  { values, columns }: Values,
  labels: Float32Array,
  rows: number,
  offset = 0,
): Float32Array {
  const places = rows === 0 ? 1 : labels.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let [sum, asked] = [0, 0];
    for (let place = row * places; place < (row + 1) * places; place++) {
      const label = labels[place] ?? -1;
      if (label < 0) continue;
      const probability = probabilityOf(values, columns / places, place + offset * places, label);
      sum -= Math.log(Math.max(probability, leastProbability));
      asked++;
    }
    return asked === 0 ? 0 : sum / asked;
  });
}

/** The squared error of each sample, mean over its targets. [rows] */
export function numberLosses(
  { values }: Values,
  targets: Float32Array,
  rows: number,
  offset = 0,
): Float32Array {
  const width = rows === 0 ? 1 : targets.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++)
      sum += ((values[i + offset * width] ?? 0) - (targets[i] ?? 0)) ** 2;
    return sum / Math.max(1, width);
  });
}

/** Rows from the highest loss down. */
export const worstFirst = (rows: readonly number[], losses: Float32Array): number[] =>
  rows.toSorted((a, b) => (losses[b] ?? 0) - (losses[a] ?? 0) || a - b);

export interface WorstRow {
  readonly row: number;
  readonly loss: number;
}

/** As many as a table of them shows. */
export const mostWorst = 10;

/** Rows with the highest loss, the highest first. `take`: which of them are looked at. */
export function worstRows(losses: Float32Array, take: (row: number) => boolean = () => true): WorstRow[] {
  return worstFirst([...losses.keys()].filter(take), losses)
    .slice(0, mostWorst)
    .map((row) => ({ row, loss: losses[row] ?? 0 }));
}

/** Rows from the highest probability of their answer down. */
export function surestFirst(rows: readonly number[], { values, columns }: Values): number[] {
  const sure = (row: number): number => {
    if (columns === 1) return Math.max(values[row] ?? 0, 1 - (values[row] ?? 0));
    return values.subarray(row * columns, (row + 1) * columns).reduce((most, p) => Math.max(most, p), 0);
  };
  return rows.toSorted((a, b) => sure(b) - sure(a) || a - b);
}
