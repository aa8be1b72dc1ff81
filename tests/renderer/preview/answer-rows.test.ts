import { describe, expect, it } from 'vitest';
import { text } from '../../../engine/declaration/text.ts';
import { answerRows } from '../../../renderer/preview/paint-answer.ts';

const sampleOf = (target: number, names: readonly string[]) => ({
  index: 0,
  count: 1,
  part: 'train' as const,
  target: Float32Array.of(target),
  classes: names.map((name) => text(name, name)),
  plane: undefined,
});

describe('the rows of an answer', () => {
  it('are the likeliest classes and the one it should be, in the order of the classes', () => {
    const sample = sampleOf(5, ['a', 'b', 'c', 'd', 'e', 'f']);
    const values = Float32Array.of(0.1, 0.3, 0.02, 0.35, 0.2, 0.03);
    const rows = answerRows(values, { sample, language: 'en' });
    expect(rows.map(({ label }) => label)).toEqual(['b', 'd', 'e', 'f']);
    expect(rows.map(({ isTarget }) => isTarget)).toEqual([false, false, false, true]);
  });

  it('are both classes where one number is the probability of the second', () => {
    const rows = answerRows(Float32Array.of(0.25), { sample: sampleOf(0, ['no', 'yes']), language: 'zh' });
    expect(rows.map(({ label, share, isTarget }) => [label, share, isTarget])).toEqual([
      ['no', 0.75, true],
      ['yes', 0.25, false],
    ]);
  });
});
