import { describe, expect, it } from 'vitest';
import { clippingFields } from '../../../engine/optimizers/clipping.ts';
import { regularisationFields } from '../../../engine/optimizers/regularisation.ts';
import {
  afterEpoch,
  earlyStoppingFields,
  endingText,
  notYetWaiting,
  type Waiting,
} from '../../../engine/schedules/early-stopping.ts';
import { expectDocumented, expectSentence } from '../declared.ts';

interface Figures {
  readonly loss: number;
  readonly accuracy?: number;
}

function follow(
  settings: { monitor: string; patience: number; minChange: number },
  epochs: readonly (readonly [train: Figures, guide?: Figures])[],
): Waiting[] {
  let state = notYetWaiting;
  return epochs.map(([train, guide = train], i) => {
    state = afterEpoch(settings, state, { epoch: i + 1, train, guide });
    return state;
  });
}

const losses = (...values: number[]) => values.map((loss) => [{ loss: 9 }, { loss }] as const);

describe('early stopping', () => {
  it('ends when the held-out loss was no better for as many epochs in a row as its patience', () => {
    const settings = { monitor: 'test-loss', patience: 2, minChange: 0 };
    const states = follow(settings, losses(1, 0.5, 0.6, 0.4, 0.5, 0.4));
    expect(states.map(({ ended }) => ended)).toEqual([false, false, false, false, false, true]);
    expect(states.at(-1)).toMatchObject({ best: 0.4, bestEpoch: 4 });
  });

  it('does not take a smaller change than the least for better', () => {
    const settings = { monitor: 'test-loss', patience: 2, minChange: 0.1 };
    const states = follow(settings, losses(1, 0.95, 0.91));
    expect(states.at(-1)).toMatchObject({ ended: true, bestEpoch: 1 });
  });

  it('wants an accuracy to grow', () => {
    const settings = { monitor: 'test-accuracy', patience: 1, minChange: 0 };
    const states = follow(settings, [
      [{ loss: 1 }, { loss: 1, accuracy: 0.5 }],
      [{ loss: 1 }, { loss: 2, accuracy: 0.6 }],
      [{ loss: 1 }, { loss: 0, accuracy: 0.6 }],
    ]);
    expect(states.map(({ ended }) => ended)).toEqual([false, false, true]);
    expect(states.at(-1)?.bestEpoch).toBe(2);
  });

  it('watches the training part when asked to, and where there is no other', () => {
    const settings = { monitor: 'train-loss', patience: 1, minChange: 0 };
    expect(
      follow(settings, [
        [{ loss: 1 }, { loss: 1 }],
        [{ loss: 0.5 }, { loss: 2 }],
      ]).at(-1)?.ended,
    ).toBe(false);
    const test = { ...settings, monitor: 'test-loss' };
    expect(follow(test, [[{ loss: 1 }], [{ loss: 1 }]]).at(-1)?.ended).toBe(true);
  });

  it('says what it waited for and which weights are kept', () => {
    const state = { best: 0.4, bestEpoch: 4, ended: true };
    const sentence = endingText({ monitor: 'test-loss', keep: 'best' }, 'test', state, 14);
    expectSentence(sentence);
    expect(sentence.en).toMatch(/epoch 14.*test loss.*epoch 4; the weights of epoch 4/);
    const guided = endingText({ monitor: 'test-accuracy', keep: 'best' }, 'validation', state, 14);
    expectSentence(guided);
    expect(guided.en).toMatch(/the validation accuracy has not/);
    expect(endingText({ monitor: 'test-loss', keep: 'last' }, 'test', state, 14).zh).toMatch(
      /第 14 轮.*最后一轮/,
    );
  });
});

describe('settings in groups', () => {
  it.each([
    ['early stopping', earlyStoppingFields],
    ['clipping', clippingFields],
    ['regularisation', regularisationFields],
  ])('%s explains every field in both languages', (_name, fields) => {
    const doc = {
      summary: { en: 'Settings.', zh: '设置。' },
      formula: 'x',
      references: [{ title: 't', authors: 'a', year: 2000 }],
    };
    expectDocumented({ en: 'x', zh: 'x' }, doc, fields);
  });
});
