import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occludedRows, occlusionMap, occlusionOf } from '../../../renderer/charts/occlusion.ts';

describe('an occlusion map', () => {
  it('covers every pixel of images of any size, and never more than there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (height, width) => {
        const { side, places } = occlusionOf([1, height, width]);
        const covered = new Set<number>();
        for (const [top, left] of places) {
          expect(top + side).toBeLessThanOrEqual(height);
          expect(left + side).toBeLessThanOrEqual(width);
          for (let y = top; y < top + side; y++)
            for (let x = left; x < left + side; x++) covered.add(y * width + x);
        }
        expect(covered.size).toBe(height * width);
      }),
    );
  });

  it('puts the mean of each channel over one square at a time', () => {
    const shape = [2, 4, 4];
    const image = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? i : 100));
    const occlusion = occlusionOf(shape);
    expect(occlusion.side).toBe(1);
    expect(occlusion.places).toHaveLength(16);
    const rows = occludedRows(image, shape, occlusion);
    expect(rows.subarray(0, 32)).toEqual(image);
    const sixth = rows.subarray(6 * 32, 7 * 32);
    expect([...sixth.keys()].filter((i) => sixth[i] !== image[i])).toEqual([5]);
    expect(sixth[5]).toBeCloseTo(7.5, 5);
  });

  it('is high where covering lowers the probability', () => {
    const shape = [1, 8, 8];
    const occlusion = occlusionOf(shape);
    const isSeen = ([top, left]: readonly [number, number]): boolean => top <= 2 && left <= 2;
    const map = occlusionMap(
      [0.9, ...occlusion.places.map((place) => (isSeen(place) ? 0.1 : 0.9))],
      shape,
      occlusion,
    );
    expect(map[0]).toBeCloseTo(0.8, 5);
    expect(map[63]).toBeCloseTo(0, 5);
    expect(Math.max(...map)).toBeCloseTo(0.8, 5);
  });
});
