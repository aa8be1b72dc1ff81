import { describe, expect, it } from 'vitest';
import { glowScale } from '../../../renderer/canvas/glow-scale.ts';

describe('the glow of wires', () => {
  it('is full for the largest gradient, nothing four decades below it, and even between them on a log scale', () => {
    const scale = glowScale([1e-3, 10, 1e-9]);
    expect([scale(10), scale(1e-3), scale(1e-9), scale(0)]).toEqual([1, 0, 0, 0]);
    expect(scale(0.1)).toBeCloseTo(0.5);
    expect(scale(1)).toBeCloseTo(0.75);
  });

  it('is nothing where no gradient is known, and does not mind what is not finite', () => {
    expect(glowScale([])(1)).toBe(0);
    expect(glowScale([Number.NaN, Infinity, 2])(2)).toBe(1);
    expect(glowScale([2])(Number.NaN)).toBe(0);
  });
});
