import { describe, expect, it } from 'vitest';
import { cosineOfHalfTurns } from '../../../engine/arithmetic/cosine.ts';
import { power } from '../../../engine/arithmetic/power.ts';

describe('exact arithmetic', () => {
  it('has the cosine of half turns to the last bits, and exactly where it is 1, 0 and −1', () => {
    for (let i = 0; i <= 10_000; i++) {
      const x = i / 10_000;
      expect(Math.abs(cosineOfHalfTurns(x) - Math.cos(Math.PI * x))).toBeLessThan(4e-16);
    }
    expect([0, 0.5, 1].map(cosineOfHalfTurns)).toEqual([1, 0, -1]);
  });

  it('is symmetric about a quarter turn, bit for bit', () => {
    for (const x of [0, 0.125, 0.25, 0.375, 0.4375]) {
      expect(cosineOfHalfTurns(1 - x)).toBe(-cosineOfHalfTurns(x));
    }
  });

  it('raises to whole powers', () => {
    expect([0, 1, 2, 10].map((n) => power(2, n))).toEqual([1, 2, 4, 1024]);
    expect(power(0.5, 0)).toBe(1);
    expect(power(0.999, 12345)).toBeCloseTo(0.999 ** 12345, 18);
  });
});
