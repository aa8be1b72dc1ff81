import type { Text } from '../../engine/declaration/text.ts';
import { classOf } from '../charts/classes.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { probabilityOf } from '../charts/sample-losses.ts';

interface Rows {
  readonly values: Float32Array;
  readonly columns: number;
}

/** `inside · 97.3 %`: the class that a row of a prediction answers with its probability, or its number. */
export function answerTold(
  { values, columns }: Rows,
  row: number,
  classes: readonly Text[] | undefined,
  text: (text: Text) => string,
): string {
  if (!classes) return formatFigure(values[row * columns]);
  const answer = classOf(values, columns, row);
  const name = classes[answer];
  return `${name ? text(name) : answer} · ${formatShare(probabilityOf(values, columns, row, answer))}`;
}
