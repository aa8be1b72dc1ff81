import { describe, expect, it } from 'vitest';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { bceWithLogits } from '../../../engine/losses/bce-with-logits.ts';
import { crossEntropy } from '../../../engine/losses/cross-entropy.ts';
import { mse } from '../../../engine/losses/mse.ts';

const numbers = (...rest: number[]): TensorType => ({ shape: [2, ...rest], dtype: 'float32' });
const labels = (classes: number): TensorType => ({ shape: [2], dtype: 'int32', classes });

const sentences = (
  loss: { check: typeof mse.check },
  prediction: TensorType,
  target: TensorType,
): readonly string[] => loss.check({}, { prediction, target }).map(({ message }) => message.en);

describe('a loss', () => {
  it('accepts what it is made for', () => {
    expect(sentences(mse, numbers(1), numbers(1))).toEqual([]);
    expect(sentences(bceWithLogits, numbers(1), labels(2))).toEqual([]);
    expect(sentences(crossEntropy, numbers(3), labels(3))).toEqual([]);
  });

  it('names logits and classes where their numbers differ', () => {
    const [sentence] = sentences(crossEntropy, numbers(4), labels(2));
    expect(sentence).toBe('There are 4 logits per sample but 2 classes; give the last Linear 2 outputs.');
  });

  it('names what BCE needs and what it found', () => {
    expect(sentences(bceWithLogits, numbers(2), labels(2))[0]).toMatch(/needs 1 logit .* found 2 \(N×2\)/);
    expect(sentences(bceWithLogits, numbers(1), labels(3))[0]).toMatch(
      /2 classes .* has 3; use Cross-Entropy/,
    );
  });

  it('names both shapes where MSE cannot compare them', () => {
    expect(sentences(mse, numbers(2), numbers(1))[0]).toMatch(/N×2 and the target N×1/);
  });

  it('refuses labels where it needs numbers, and numbers where it needs labels, and says what to use', () => {
    expect(sentences(mse, numbers(1), labels(2))[0]).toMatch(/class labels \(2\).*use Cross-Entropy or BCE/);
    expect(sentences(crossEntropy, numbers(1), numbers(1))[0]).toMatch(/needs class labels.*use MSE/);
    expect(sentences(bceWithLogits, numbers(1), numbers(1))[0]).toMatch(/needs class labels.*use MSE/);
    expect(sentences(crossEntropy, labels(2), labels(2))[0]).toMatch(/Numbers are expected at "logits"/);
  });
});
