import { describe, expect, it } from 'vitest';
import { arenas, type Case, compute, floatsOf } from './arena.ts';

const { portable, reference } = arenas;

const smallest = 2 ** -149;

const softmaxCase = (rows: number[][], kernel: 'softmax' | 'softmaxCrossEntropy', target = 0): Case => {
  const shape =
    kernel === 'softmax'
      ? { M: rows.length, N: rows[0].length, inner: 1 }
      : { M: rows.length, C: rows[0].length, ignored: -100, smoothing: 0 };
  const x = Float32Array.from(rows.flat());
  const y = new Float32Array(x.length);
  return {
    kernel,
    tensors:
      kernel === 'softmax'
        ? { x, y }
        : {
            logits: x,
            p: y,
            target: new Int32Array(rows.length).fill(target),
            losses: new Float32Array(rows.length),
          },
    numbers: shape,
    split: rows.length,
  };
};

describe('softmax of special values', () => {
  it('does not overflow on large logits', () => {
    const given = softmaxCase(
      [
        [1e38, -1e38, 1e38],
        [-1e38, -1e38, -3e38],
        [500, 400, 300],
      ],
      'softmax',
    );
    const y = floatsOf(given, compute(portable, given), 'y');
    expect([...y.subarray(0, 6)]).toEqual([0.5, 0, 0.5, 0.5, 0.5, 0]);
    expect([y[6], y[8]]).toEqual([1, 0]);
    expect(Math.abs(y[7] - Math.exp(-100))).toBeLessThanOrEqual(smallest);
  });

  it('gives nothing to −∞ and keeps one bad row out of the others', () => {
    const given = softmaxCase(
      [
        [0, -Infinity],
        [NaN, 0],
        [0, Infinity],
        [-Infinity, -Infinity],
        [0, 0],
      ],
      'softmax',
    );
    const found = floatsOf(given, compute(portable, given), 'y');
    expect([...found]).toEqual([1, 0, NaN, NaN, NaN, NaN, NaN, NaN, 0.5, 0.5]);
    expect(found).toEqual(floatsOf(given, compute(reference, given), 'y'));
  });
});

describe('log-softmax of special values', () => {
  it('is exact where the probability is too small to be written down, and lets no −∞ spoil its row', () => {
    const rows = [
      [0, -200, -1e38],
      [0, -Infinity, 0],
      [NaN, 0, 0],
      [1e38, 1e38, -1e38],
    ];
    const given: Case = {
      kernel: 'logSoftmax',
      tensors: { x: Float32Array.from(rows.flat()), y: new Float32Array(12) },
      numbers: { M: 4, N: 3, inner: 1 },
      split: 4,
    };
    for (const arena of [portable, reference]) {
      const y = floatsOf(given, compute(arena, given), 'y');
      const half = Math.fround(-Math.LN2);
      expect([...y.subarray(0, 9)]).toEqual([
        0,
        -200,
        Math.fround(-1e38),
        half,
        -Infinity,
        half,
        NaN,
        NaN,
        NaN,
      ]);
      expect([...y.subarray(9)]).toEqual([half, half, Math.fround(-2e38)]);
    }
  });
});

describe('cross-entropy of special values', () => {
  it('cross-entropy is 0 when certain and right, large when certain and wrong, NaN on NaN', () => {
    const given = softmaxCase(
      [
        [200, 0],
        [-200, 0],
        [0, 0],
        [NaN, 0],
        [1e38, -1e38],
      ],
      'softmaxCrossEntropy',
    );
    const losses = floatsOf(given, compute(portable, given), 'losses');
    expect([...losses]).toEqual([0, 200, Math.fround(Math.LN2), NaN, 0]);
  });

  it('cross-entropy of two classes is the same for four rows together as for each alone, whatever they hold', () => {
    const values = [0, -0, 1.5, -104, 1e38, -1e38, Infinity, -Infinity, NaN];
    const rows = values.flatMap((first) => values.map((second) => [first, second]));
    const padded = [...rows, [1, 2], [2, 1], [0, 0]];
    for (const target of [0, 1, 2]) {
      const whole = softmaxCase(padded, 'softmaxCrossEntropy', target);
      const found = compute(portable, whole);
      const [losses, p] = [floatsOf(whole, found, 'losses'), floatsOf(whole, found, 'p')];
      for (const [i, row] of padded.entries()) {
        const alone = softmaxCase([row], 'softmaxCrossEntropy', target);
        const wanted = compute(portable, alone);
        expect([losses[i], p[2 * i], p[2 * i + 1]], `${row.join(', ')}, label ${target}`).toEqual([
          floatsOf(alone, wanted, 'losses')[0],
          ...floatsOf(alone, wanted, 'p'),
        ]);
      }
    }
  });

  it('cross-entropy of a label that is no class is NaN, and no other memory is read', () => {
    for (const target of [-1, 2, 1_000_000_000]) {
      const given = softmaxCase([[1, 2]], 'softmaxCrossEntropy', target);
      for (const arena of [portable, reference]) {
        expect([...floatsOf(given, compute(arena, given), 'losses')]).toEqual([NaN]);
      }
    }
  });

  it('the gradient of cross-entropy at a label that is no class writes nowhere else', () => {
    for (const target of [-1, 2, 1_000_000_000]) {
      const given: Case = {
        kernel: 'softmaxCrossEntropyGradient',
        tensors: {
          p: Float32Array.of(0.25, 0.75),
          target: Int32Array.of(target),
          dlosses: Float32Array.of(1),
          dlogits: new Float32Array(2),
        },
        numbers: { M: 1, C: 2, ignored: -100, smoothing: 0 },
        split: 1,
      };
      const found = compute(portable, given);
      expect(found).toEqual(compute(reference, given));
      expect([...floatsOf(given, found, 'dlogits')]).toEqual([0.25, 0.75]);
    }
  });
});
