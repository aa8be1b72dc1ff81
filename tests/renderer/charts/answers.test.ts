import { describe, expect, it } from 'vitest';
import type { SampleSet } from '../../../engine/protocol/data-messages.ts';
import { answeredByThemselves, readAnswers } from '../../../renderer/charts/answers.ts';
import { numberLosses } from '../../../renderer/charts/sample-losses.ts';
import { isAskedForInput } from '../../../renderer/data/use-samples.ts';
import { template } from '../../engine/training/templates.ts';

const samples: SampleSet = {
  x: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  y: Float32Array.of(0, 1, 1, 0),
  inputShape: [2],
  inputClasses: undefined,
  targetShape: [],
  classes: [
    { en: 'a', zh: '甲' },
    { en: 'b', zh: '乙' },
  ],
  part: Uint8Array.of(1, 0, 1, 1),
};

describe('answers', () => {
  it('are right where the largest probability is that of the label', () => {
    const values = Float32Array.of(0.2, 0.8, 0.9, 0.1, 0.6, 0.4);
    const answers = readAnswers({ values, columns: 2 }, Float32Array.of(1, 1, 0), 3);
    expect(answers).toEqual({
      classes: Int32Array.of(1, 0, 0),
      wrong: Uint8Array.of(0, 1, 0),
      right: 2,
      asked: 3,
    });
  });

  it('of one probability are read as the second class above one half', () => {
    const answers = readAnswers({ values: Float32Array.of(0.7, 0.2), columns: 1 }, Float32Array.of(1, 1), 2);
    expect([...answers.classes]).toEqual([1, 0]);
    expect([...answers.wrong]).toEqual([0, 1]);
  });

  it('to sequences count place by place, and only where something is asked for', () => {
    // Two sequences of three places, three symbols each; the first place of both is not asked about.
    const one = (symbol: number): number[] => [0, 1, 2].map((s) => (s === symbol ? 1 : 0));
    const values = Float32Array.from([2, 1, 0, 2, 2, 2].flatMap(one));
    const labels = Float32Array.of(-100, 1, 0, -100, 2, 1);
    const answers = readAnswers({ values, columns: 9 }, labels, 2);
    expect([...answers.classes]).toEqual([2, 1, 0, 2, 2, 2]);
    expect([...answers.wrong]).toEqual([0, 1]);
    expect([answers.right, answers.asked]).toEqual([3, 4]);
  });
});

describe('samples that are to be answered with themselves', () => {
  it('are those whose first loss is wired to the inputs of the data', () => {
    expect(isAskedForInput(template('unet'))).toBe(true);
    expect(isAskedForInput(template('lenet'))).toBe(false);
    expect(isAskedForInput(template('line'))).toBe(false);
  });

  it('have their own numbers as targets, and no classes', () => {
    const asked = answeredByThemselves(samples);
    expect(asked).toMatchObject({ targetShape: [2], classes: undefined });
    expect([...asked.y]).toEqual([...samples.x]);
    const prediction = { values: Float32Array.of(0, 1, 12, 14, 20, 21, 30, 31), columns: 2 };
    expect([...numberLosses(prediction, asked.y, 4)]).toEqual([0, 6.5, 0, 0]);
  });
});
