import { expect, it } from 'vitest';
import { colorTable } from '../../../renderer/charts/color-map.ts';
import { filterPixels } from '../../../renderer/charts/filter-pixels.ts';

it('a filter of three channels is a colour picture, any other is read off a scale with zero in its middle', () => {
  const signed = colorTable([
    [0, 0, 255],
    [255, 255, 255],
    [255, 0, 0],
  ]);
  const rgb = filterPixels(Float32Array.of(2, 0, -2), [3, 1, 1], 2, signed);
  expect([...rgb]).toEqual([255, 128, 0, 255]);
  const single = filterPixels(Float32Array.of(-1, 0, 1), [1, 1, 3], 1, signed);
  expect([...single.subarray(0, 3)]).toEqual([0, 0, 255]);
  expect(Math.min(...single.subarray(4, 7))).toBeGreaterThan(250);
  expect([...single.subarray(8, 11)]).toEqual([255, 0, 0]);
  const none = filterPixels(new Float32Array(3), [1, 1, 3], 0, signed);
  expect(Math.min(...none.subarray(0, 3))).toBeGreaterThan(250);
});
