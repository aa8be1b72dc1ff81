import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { classOf } from './classes.ts';

/** Some samples with their targets. */
export interface Rows {
  /** [rows, …input shape] */
  readonly x: Float32Array;
  /** [rows, …target shape] */
  readonly y: Float32Array;
  readonly rows: number;
}

/** The samples of a part, by its number in `partCodes`; `most` of them. */
export function rowsIn({ x, y, part: parts, targetShape }: SampleSet, code: number, most: number): Rows {
  const targetSize = elementCount(targetShape);
  const width = x.length / Math.max(1, parts.length);
  const rows = [...parts.keys()].filter((row) => parts[row] === code).slice(0, most);
  const part = {
    x: new Float32Array(rows.length * width),
    y: new Float32Array(rows.length * targetSize),
    rows: rows.length,
  };
  rows.forEach((row, i) => {
    part.x.set(x.subarray(row * width, (row + 1) * width), i * width);
    part.y.set(y.subarray(row * targetSize, (row + 1) * targetSize), i * targetSize);
  });
  return part;
}

/** The first of them, as views of the same numbers. */
export function firstRows(all: Rows, most: number): Rows {
  const rows = Math.min(most, all.rows);
  const share = rows / Math.max(1, all.rows);
  return { x: all.x.subarray(0, all.x.length * share), y: all.y.subarray(0, all.y.length * share), rows };
}

/** The same samples where the network is to answer each with itself. */
export const answeredByThemselves = (samples: SampleSet): SampleSet => ({
  ...samples,
  y: Float32Array.from(samples.x),
  targetShape: samples.inputShape,
  classes: undefined,
});

export interface Answers {
  /** The class that was answered at each place of each target: [rows, …target shape]. */
  readonly classes: Int32Array;
  /** 1 where a row has an answer that is wrong: [rows]. */
  readonly wrong: Uint8Array;
  /** How many answers are right, of those that were asked for; a label below 0 asks for none. */
  readonly right: number;
  readonly asked: number;
}

/** Answers held against labels. `rows` of both are the same samples. */
export function readAnswers(
  { values, columns }: { readonly values: Float32Array; readonly columns: number },
  labels: Float32Array,
  rows: number,
): Answers {
  const places = rows === 0 ? 0 : labels.length / rows;
  const classes = new Int32Array(labels.length);
  const wrong = new Uint8Array(rows);
  let right = 0;
  let asked = 0;
  for (let i = 0; i < labels.length; i++) {
    classes[i] = classOf(values, columns / places, i);
    if (labels[i] < 0) continue;
    asked++;
    if (classes[i] === labels[i]) right++;
    else wrong[Math.floor(i / places)] = 1;
  }
  return { classes, wrong, right, asked };
}

export function rootMeanSquare(values: Float32Array, targets: Float32Array): number {
  const sum = targets.reduce((all, target, i) => all + (values[i] - target) ** 2, 0);
  return Math.sqrt(sum / Math.max(1, targets.length));
}
