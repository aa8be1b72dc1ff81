import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingRange, roundUp, stepAxisEnd } from '../../../renderer/charts/axis-range.ts';

describe('rounding for axes', () => {
  it('gives the next short number', () => {
    expect([0.034, 7, 10, 11, 2.6, 99].map(roundUp)).toEqual([0.04, 8, 10, 12, 3, 100]);
  });

  it('never falls short and never more than doubles', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
        expect(roundUp(value)).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(roundUp(value)).toBeLessThanOrEqual(value * 2);
      }),
    );
  });
});

describe('the step axis', () => {
  it('grows in strides and ends where the run will end', () => {
    const ends = new Set<number>();
    for (let step = 1; step <= 15_000; step++) {
      const end = stepAxisEnd(step, 15_000);
      expect(end).toBeGreaterThanOrEqual(step);
      ends.add(end);
    }
    expect(ends.size).toBeLessThan(40);
    expect(stepAxisEnd(15_000, 15_000)).toBe(15_000);
    expect(stepAxisEnd(20_000, 15_000)).toBeGreaterThanOrEqual(20_000);
  });
});

describe('a growing range', () => {
  it('starts at zero for losses and only grows', () => {
    const range = new GrowingRange();
    expect(range.linear()).toEqual([0, 1]);
    range.include(0.69);
    expect(range.linear()).toEqual([0, 0.8]);
    range.include(0.01);
    expect(range.linear()).toEqual([0, 0.8]);
    range.include(3.3);
    expect(range.linear()).toEqual([0, 4]);
  });

  it('ignores what is not finite', () => {
    const range = new GrowingRange();
    for (const value of [Number.NaN, Infinity, -Infinity, 2]) range.include(value);
    expect(range.linear()).toEqual([0, 2.5]);
  });

  it('holds negative values too', () => {
    const range = new GrowingRange();
    range.include(-1.9);
    expect(range.linear()).toEqual([-2, 0]);
  });

  it('spans whole decades on a logarithmic axis, also of zeros', () => {
    const range = new GrowingRange();
    range.include(0);
    expect(range.log()).toEqual([0.01, 1]);
    range.include(0.034);
    range.include(2);
    const [low, high] = range.log();
    expect(low).toBeCloseTo(0.01, 12);
    expect(high).toBeCloseTo(10, 9);
  });
});
