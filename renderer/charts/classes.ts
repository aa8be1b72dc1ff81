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
