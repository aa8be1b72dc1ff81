import { describe, expect, it } from 'vitest';
import { spanOf } from '../../../renderer/charts/true-against-answered.ts';

describe('the axes of true against answered', () => {
  it('span both alike, with room around them, and pass over what is not finite', () => {
    const [low, high] = spanOf({
      targets: Float32Array.of(0, 10),
      answers: Float32Array.of(Number.NaN, 20),
    });
    expect([low, high]).toEqual([-1, 21]);
    expect(spanOf({ targets: new Float32Array(), answers: new Float32Array() })).toEqual([0, 1]);
    const [flat, above] = spanOf({ targets: Float32Array.of(5), answers: Float32Array.of(5) });
    expect(flat).toBeLessThan(5);
    expect(above).toBeGreaterThan(5);
  });
});
