import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { classOf } from './classes.ts';

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
