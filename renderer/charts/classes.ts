/** The class that a row of a prediction answers: one probability means the second of two, several mean the largest. */
export function classOf(values: Float32Array, columns: number, row: number): number {
  if (columns === 1) return values[row] > 0.5 ? 1 : 0;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if (values[row * columns + column] > values[row * columns + best]) best = column;
  }
  return best;
}

export interface Confusion {
  /** [classes, classes]: rows are the true class, columns the answered one. */
  readonly counts: Int32Array;
  readonly classes: number;
  readonly right: number;
  readonly total: number;
}

/** Counts answers against labels over the rows for which `take` is true; row r of the labels is row r + offset of the values. */
export function confusionOf(
  prediction: { readonly values: Float32Array; readonly columns: number },
  labels: Float32Array,
  classes: number,
  take: (row: number) => boolean,
  offset = 0,
): Confusion {
  const counts = new Int32Array(classes * classes); // [classes, classes]
  let right = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    if (!take(row)) continue;
    const truth = labels[row];
    const answer = classOf(prediction.values, prediction.columns, row + offset);
    counts[truth * classes + answer] = counts[truth * classes + answer] + 1;
    if (truth === answer) right++;
    total++;
  }
  return { counts, classes, right, total };
}

/** How many samples of a true class there are. */
export const samplesOf = ({ counts, classes }: Confusion, truth: number): number =>
  counts.subarray(truth * classes, (truth + 1) * classes).reduce((sum, count) => sum + count, 0);

/** The same answers by the groups that classes belong to: right where the answered class is of the true one's group. */
export function byGroup(
  { counts, classes, total }: Confusion,
  groupOf: readonly number[],
  groups: number,
): Confusion {
  const grouped = new Int32Array(groups * groups); // [groups, groups]
  let right = 0;
  for (const [i, count] of counts.entries()) {
    const [truth, answer] = [groupOf[Math.floor(i / classes)] ?? 0, groupOf[i % classes] ?? 0];
    grouped[truth * groups + answer] = (grouped[truth * groups + answer] ?? 0) + count;
    if (truth === answer) right += count;
  }
  return { counts: grouped, classes: groups, right, total };
}

/** Right where the true class is among the `k` that the row gives most to; of equal ones the first count. */
export function rightWithin(
  { values, columns }: { readonly values: Float32Array; readonly columns: number },
  labels: ArrayLike<number>,
  k: number,
): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    const truth = labels[row] as number;
    const own = values[row * columns + truth] as number;
    let before = 0;
    for (let column = 0; column < columns; column++) {
      const other = values[row * columns + column] as number;
      if (other > own || (other === own && column < truth)) before++;
    }
    if (before < k) right++;
  }
  return right;
}

/** The classes that a row gives most to, most first. */
export const topClasses = (row: Float32Array, most: number): readonly number[] =>
  Array.from(row.keys())
    .toSorted((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b)
    .slice(0, most);
