import { describe, expect, it } from 'vitest';
import {
  binLowerBound,
  figure,
  figureWords,
  histogramWords,
  sideBins,
} from '../../../engine/kernels/telemetry.ts';
import { type Arena, arenas, asFloats, type Case, compute, native, placeOf } from './arena.ts';

/** Counts and figures of `values`, by name; bins as `[side and lower bound, count]` where the count is not 0. */
function describeTensor(arena: Arena, values: readonly number[], stride = 1, columns = 0, inner = 1) {
  const given: Case = {
    kernel: 'histogram',
    tensors: { x: Float32Array.from(values), y: new Float32Array(histogramWords).fill(9) },
    numbers: { count: values.length, stride, columns, inner },
    split: 1,
  };
  const all = compute(arena, given);
  const at = placeOf(given, 'y');
  const counts = all.subarray(at, at + histogramWords);
  const floats = asFloats(all).subarray(at, at + histogramWords);
  const side = (sign: string, first: number): [string, number][] =>
    [...counts.subarray(first, first + sideBins).entries()]
      .filter(([, count]) => count > 0)
      .map(([bin, count]) => [`${sign}${binLowerBound(bin)}`, count]);
  return {
    sampled: counts[figure.sampled],
    zeros: counts[figure.zeros],
    nans: counts[figure.nans],
    infinities: counts[figure.infinities],
    deadColumns: counts[figure.deadColumns],
    mean: floats[figure.mean],
    variance: floats[figure.variance],
    norm: floats[figure.norm],
    minimum: floats[figure.minimum],
    maximum: floats[figure.maximum],
    bins: Object.fromEntries([...side('-', figureWords), ...side('+', figureWords + sideBins)]),
  };
}

describe.each(Object.entries({ ...arenas, ...(native && { native }) }))(
  'the histogram of the %s kernels',
  (_name, arena) => {
    it('puts every number into its half octave', () => {
      const found = describeTensor(arena, [1, 1.25, 1.5, 1.75, 2, 3, -0.75, -0.5, -0.5, -1.999]);
      expect(found.bins).toEqual({ '+1': 2, '+1.5': 2, '+2': 1, '+3': 1, '-0.75': 1, '-0.5': 2, '-1.5': 1 });
      expect(found).toMatchObject({ sampled: 10, zeros: 0, nans: 0, infinities: 0 });
    });

    it('keeps what is too small or too large in the outermost bins', () => {
      const least = binLowerBound(0);
      const greatest = binLowerBound(sideBins - 1);
      const found = describeTensor(arena, [1e-45, 1e-30, least, 1.49 * least, greatest, 65536, 3e38, -3e38]);
      expect(found.bins).toEqual({ [`+${least}`]: 4, [`+${greatest}`]: 3, [`-${greatest}`]: 1 });
    });

    it('counts zeros, NaN and infinities apart and leaves them out of the rest', () => {
      const found = describeTensor(arena, [0, -0, NaN, Infinity, -Infinity, NaN, NaN, 3, -1, 0]);
      expect(found).toEqual({
        sampled: 10,
        zeros: 3,
        nans: 3,
        infinities: 2,
        deadColumns: 0,
        // Over 0, −0, 3, −1, 0: the mean of the squares is 2.
        mean: Math.fround(0.4),
        variance: Math.fround(2 - 0.16),
        norm: Math.fround(Math.sqrt(10)),
        minimum: -1,
        maximum: 3,
        bins: { '+3': 1, '-1': 1 },
      });
    });

    it('has zeros for figures where nothing is finite', () => {
      for (const values of [[], [NaN, Infinity]]) {
        expect(describeTensor(arena, values)).toMatchObject({
          sampled: values.length,
          mean: 0,
          variance: 0,
          norm: 0,
          minimum: 0,
          maximum: 0,
          bins: {},
        });
      }
    });

    it('finds a small variance next to a large mean', () => {
      const found = describeTensor(
        arena,
        Array.from({ length: 1000 }, (_, i) => 1024 + (i % 2 ? 2 ** -10 : -(2 ** -10))),
      );
      expect(found.mean).toBe(1024);
      expect(found.variance).toBeCloseTo(2 ** -20, 9);
    });

    it('looks at every stride-th number, but at every row for dead columns', () => {
      const rows = [
        [0, 1, 0, 0, -0],
        [0, 0, 0, 0, 0],
        [0, 0, 5, 0, -0],
      ];
      const found = describeTensor(arena, rows.flat(), 4, 5);
      // Elements 0, 4, 8, 12.
      expect(found).toMatchObject({ sampled: 4, zeros: 3, deadColumns: 3, bins: { '+4': 1 }, mean: 1.25 });
    });

    it('counts channels of images that are zero everywhere, whatever the stride', () => {
      // Three samples of four channels of 3 × 2: the first is dead, the second lives in its last number only,
      // the third holds −0, the fourth is NaN in one place.
      const plane = (...last: number[]): number[] => [...new Array<number>(6 - last.length).fill(0), ...last];
      const sample = (...channels: number[][]): number[] => channels.flat();
      const values = [
        sample(plane(), plane(), plane(-0), plane()),
        sample(plane(), plane(), plane(), plane(NaN, 0)),
        sample(plane(), plane(2), plane(), plane()),
      ].flat();
      for (const stride of [1, 5, 100]) {
        expect(describeTensor(arena, values, stride, 4, 6).deadColumns).toBe(2);
      }
      expect(describeTensor(arena, [], 1, 4, 6).deadColumns).toBe(0);
    });

    it('calls a column alive that holds NaN', () => {
      expect(describeTensor(arena, [NaN, 0, 0, 0], 1, 2).deadColumns).toBe(1);
    });
  },
);
