import { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import type { ModelComparison, ModelResult } from '../../protocol/model-messages.ts';

/** One of two models, and what it answered to the same rows. */
export interface AnsweredModel {
  readonly name: string;
  readonly result: ModelResult;
}

/** Rows that are named. */
const mostFurthest = 10;

/** Sets the first outputs of two models side by side. Throws a NetwrightError where they cannot be. */
export function compareAnswers(a: AnsweredModel, b: AnsweredModel): ModelComparison {
  const [one, other] = [a.result.outputs[0], b.result.outputs[0]];
  const { rows } = a.result;
  if (one === undefined || other === undefined || one.values.length !== other.values.length) {
    const found = [one, other].map((output) => (output === undefined ? '–' : `[${output.shape.join(', ')}]`));
    throw new NetwrightError(
      'models-unlike',
      text(
        `${a.name} and ${b.name}: expected first outputs of one size, found ${found.join(' and ')}.`,
        `${a.name} 与 ${b.name}：首个输出的大小应相同，实际为 ${found.join(' 与 ')}。`,
      ),
    );
  }
  const columns = one.values.length / rows;
  const each = Array.from({ length: rows }, (_, row) => ({
    row,
    maxAbsDiff: apart(one.values, other.values, row, columns),
  }));
  let total = 0;
  for (let i = 0; i < one.values.length; i++) total += distance(one.values[i], other.values[i]);
  const same = each.filter(
    ({ row }) => largest(one.values, row, columns) === largest(other.values, row, columns),
  );
  return {
    rows,
    maxAbsDiff: Math.max(0, ...each.map(({ maxAbsDiff }) => maxAbsDiff)),
    meanAbsDiff: one.values.length === 0 ? 0 : total / one.values.length,
    agreement: columns < 2 ? undefined : same.length / rows,
    accuracy: a.result.accuracy,
    otherAccuracy: b.result.accuracy,
    furthest: each
      .filter(({ maxAbsDiff }) => maxAbsDiff > 0)
      .toSorted((x, y) => y.maxAbsDiff - x.maxAbsDiff)
      .slice(0, mostFurthest),
  };
}

/** Two that are the same, infinite or no numbers, are not apart. */
function distance(a = 0, b = 0): number {
  if (Object.is(a, b) || a === b) return 0;
  const size = Math.abs(a - b);
  return Number.isNaN(size) ? Number.MAX_VALUE : size;
}

function apart(a: Float32Array, b: Float32Array, row: number, columns: number): number {
  let most = 0;
  for (let i = row * columns; i < (row + 1) * columns; i++) most = Math.max(most, distance(a[i], b[i]));
  return most;
}

function largest(values: Float32Array, row: number, columns: number): number {
  let best = 0;
  for (let i = 1; i < columns; i++)
    if ((values[row * columns + i] ?? 0) > (values[row * columns + best] ?? 0)) best = i;
  return best;
}
