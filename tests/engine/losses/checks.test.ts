import { describe, expect, it } from 'vitest';
import { defaultParams } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { bce } from '../../../engine/losses/bce.ts';
import { bceWithLogits } from '../../../engine/losses/bce-with-logits.ts';
import type { LossDefinition } from '../../../engine/losses/contract.ts';
import { crossEntropy } from '../../../engine/losses/cross-entropy.ts';
import { huber } from '../../../engine/losses/huber.ts';
import { mae } from '../../../engine/losses/mae.ts';
import { mse } from '../../../engine/losses/mse.ts';
import { nll } from '../../../engine/losses/nll.ts';

const numbers = (...rest: number[]): TensorType => ({ shape: [2, ...rest], dtype: 'float32' });
const labels = (classes: number, ...rest: number[]): TensorType => ({
  shape: [2, ...rest],
  dtype: 'int32',
  classes,
});

const sentences = (
  loss: LossDefinition,
  prediction: TensorType | undefined,
  target: TensorType | undefined,
): readonly string[] =>
  loss.check(defaultParams(loss.fields), { prediction, target }).map(({ message }) => message.en);

describe('a loss', () => {
  it('accepts what it is made for', () => {
    for (const distance of [mse, mae, huber]) {
      expect(sentences(distance, numbers(1), numbers(1))).toEqual([]);
      expect(sentences(distance, numbers(3, 8, 8), numbers(3, 8, 8))).toEqual([]);
    }
    for (const binary of [bce, bceWithLogits]) {
      expect(sentences(binary, numbers(1), labels(2))).toEqual([]);
      expect(sentences(binary, numbers(5), labels(2, 5))).toEqual([]);
      expect(sentences(binary, numbers(5, 1), labels(2, 5))).toEqual([]);
      expect(sentences(binary, numbers(3, 8, 8), numbers(3, 8, 8))).toEqual([]);
    }
    for (const over of [crossEntropy, nll]) {
      expect(sentences(over, numbers(3), labels(3))).toEqual([]);
      expect(sentences(over, numbers(7, 3), labels(3, 7))).toEqual([]);
    }
    expect(sentences(crossEntropy, numbers(3), numbers(3))).toEqual([]);
    expect(sentences(crossEntropy, numbers(7, 3), numbers(7, 3))).toEqual([]);
  });

  it('names logits and classes where their numbers differ', () => {
    const [sentence] = sentences(crossEntropy, numbers(4), labels(2));
    expect(sentence).toBe('There are 4 logits per sample but 2 classes; give the last Linear 2 outputs.');
    expect(sentences(nll, numbers(4), labels(2))[0]).toMatch(/4 log-probabilities per sample but 2 classes/);
  });

  it('names both shapes where there is not one label for each row', () => {
    expect(sentences(crossEntropy, numbers(7, 3), labels(3, 6))).toEqual([
      'Labels N×6 ask for N×6×C logits, a row for each label; found N×7×3.',
    ]);
    expect(sentences(crossEntropy, numbers(3), labels(3, 6))[0]).toMatch(
      /Labels N×6 ask for N×6×C logits.* found N×3\./,
    );
    expect(sentences(crossEntropy, numbers(), labels(3))[0]).toMatch(/one logit per class \(N×C.*found N\./);
  });

  it('names what BCE needs and what it found', () => {
    expect(sentences(bceWithLogits, numbers(2), labels(2))[0]).toMatch(/needs 1 logit .* found 2 \(N×2\)/);
    expect(sentences(bce, numbers(2), labels(2))[0]).toMatch(/needs 1 probability .* found 2 \(N×2\)/);
    expect(sentences(bceWithLogits, numbers(1), labels(3))[0]).toMatch(
      /2 classes .* has 3; use Cross-Entropy/,
    );
    expect(sentences(bceWithLogits, numbers(4), labels(2, 5))).toEqual([
      'BCE needs 1 logit for each label (N×5), found N×4.',
    ]);
    expect(sentences(bce, numbers(4), numbers(5))[0]).toMatch(/prediction is N×4 and the target N×5/);
  });

  it('names both shapes where it cannot compare them', () => {
    for (const [loss, name] of [
      [mse, 'MSE'],
      [mae, 'MAE'],
      [huber, 'Huber'],
    ] as const) {
      expect(sentences(loss, numbers(2), numbers(1))).toEqual([
        `The prediction is N×2 and the target N×1; ${name} needs the same shape.`,
      ]);
    }
    expect(sentences(crossEntropy, numbers(4), numbers(3))[0]).toMatch(/\(N×4\).*holds numbers \(N×3\)/);
  });

  it('refuses labels where it needs numbers, and numbers where it needs labels, and says what to use', () => {
    for (const distance of [mse, mae, huber]) {
      expect(sentences(distance, numbers(1), labels(2))[0]).toMatch(
        /class labels \(2\).*use Cross-Entropy or BCE/,
      );
    }
    expect(sentences(crossEntropy, numbers(1), numbers(1))[0]).toMatch(/needs class labels.*use MSE/);
    expect(sentences(nll, numbers(3), numbers(3))[0]).toMatch(/needs class labels.*use MSE/);
    expect(sentences(crossEntropy, labels(2), labels(2))[0]).toMatch(/Numbers are expected at "logits"/);
  });
});
