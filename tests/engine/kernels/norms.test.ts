import { describe, expect, it } from 'vitest';
import { arenas, type Case, compute, floatsOf, native } from './arena.ts';

const rowNorm = (x: Float32Array): Case => ({
  kernel: 'rowNorm',
  tensors: { x, y: new Float32Array(x.length), mean: new Float32Array(1), rstd: new Float32Array(1) },
  numbers: { rows: 1, size: x.length, inner: x.length, channels: 1, epsilon: 1e-5, centred: 1 },
  split: 1,
});

const batchNorm = (x: Float32Array, C: number, inner: number): Case => ({
  kernel: 'batchNorm',
  tensors: { x, y: new Float32Array(x.length), mean: new Float32Array(C), variance: new Float32Array(C) },
  numbers: { N: x.length / (C * inner), C, inner, epsilon: 1e-5, epilogue: 0 },
  split: C,
});

describe.each(Object.entries({ ...arenas, ...(native && { native }) }))(
  'norms of the %s kernels',
  (_name, arena) => {
    it('find a variance of 1 next to a mean of a thousand, in any number of blocks', () => {
      for (const count of [16, 1024, 5000]) {
        const x = Float32Array.from({ length: count }, (_, i) => 1000 + (i % 2 ? 1 : -1));
        for (const given of [batchNorm(x, 1, count), batchNorm(x, 1, 1)]) {
          const found = compute(arena, given);
          expect(floatsOf(given, found, 'mean')[0]).toBe(1000);
          expect(floatsOf(given, found, 'variance')[0]).toBe(1);
        }
        const given = rowNorm(x);
        const [first, second] = floatsOf(given, compute(arena, given), 'y');
        expect([first, second]).toEqual([
          -Math.fround(1 / Math.sqrt(1 + 1e-5)),
          Math.fround(1 / Math.sqrt(1 + 1e-5)),
        ]);
      }
    });

    it('give 0 for numbers that are all alike, however large', () => {
      for (const size of [2 ** 66, -(2 ** 101), 0]) {
        const x = new Float32Array(64).fill(size);
        for (const given of [rowNorm(x), batchNorm(x, 1, 64), batchNorm(x, 2, 1)]) {
          expect([...floatsOf(given, compute(arena, given), 'y')]).toEqual(new Array(64).fill(0));
        }
      }
    });

    it('keep what is not finite in its own channel', () => {
      const x = Float32Array.of(1, 2, NaN, 4, 5, 7, Infinity, 8);
      const given = batchNorm(x, 2, 2);
      const y = [...floatsOf(given, compute(arena, given), 'y')];
      expect(y.map(Number.isFinite)).toEqual([true, true, false, false, true, true, false, false]);
    });
  },
);
