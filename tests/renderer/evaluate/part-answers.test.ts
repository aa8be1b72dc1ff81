import { describe, expect, it } from 'vitest';
import type { PartPrediction } from '../../../engine/protocol/live-run-messages.ts';
import { confusionOf } from '../../../renderer/charts/classes.ts';
import { GatheredAnswers } from '../../../renderer/evaluate/part-answers.ts';

/** Sample `n` of a part of `count` is of the class n mod `columns`, and so it is answered, but for every seventh. */
function slice(first: number, rows: number, count: number, columns: number, step = 5): PartPrediction {
  const numbers = Int32Array.from({ length: Math.min(rows, count - first) }, (_, i) => first + i);
  const values = new Float32Array(numbers.length * columns);
  for (const [i, number] of numbers.entries()) {
    const label = number % columns;
    values[i * columns + (number % 7 === 0 ? (label + 1) % columns : label)] = 1;
  }
  return {
    step,
    columns,
    values,
    count,
    rows: numbers,
    targets: Float32Array.from(numbers, (n) => n % columns),
  };
}

function gathered(count: number, columns: number, most = Infinity): GatheredAnswers {
  const first = slice(0, 341, count, columns);
  const answers = new GatheredAnswers(first, most);
  expect(answers.add(first)).toBe(true);
  while (answers.left > 0) {
    expect(answers.add(slice(answers.next, Math.min(341, answers.left), count, columns))).toBe(true);
  }
  return answers;
}

describe('answers to a whole part', () => {
  it('are those of all slices: of 10,000 samples of 100 classes each is counted once', () => {
    const { rows, prediction, targets, numbers, count, most } = gathered(10_000, 100).sofar;
    expect([rows, count, most]).toEqual([10_000, 10_000, 10_000]);
    expect([...numbers]).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    const confusion = confusionOf(prediction, targets, 100, () => true);
    expect([confusion.total, confusion.right]).toEqual([10_000, 10_000 - Math.ceil(10_000 / 7)]);
  });

  it('are no more than are asked for, and no more than memory is there for', () => {
    expect(gathered(2000, 10, 85).sofar).toMatchObject({ rows: 85, count: 2000, most: 2000 });
    const large = new GatheredAnswers(slice(0, 3, 50_000, 1000), Infinity);
    expect(large.sofar).toMatchObject({ count: 50_000, most: 16_777 });
    expect(large.left).toBe(16_777);
  });

  it('of a run that has gone on meanwhile are not mixed', () => {
    const answers = new GatheredAnswers(slice(0, 10, 30, 4), Infinity);
    expect(answers.add(slice(0, 10, 30, 4))).toBe(true);
    expect(answers.add(slice(10, 10, 30, 4, 6))).toBe(false);
    expect(answers.sofar).toMatchObject({ rows: 10, prediction: { step: 5 } });
  });
});
