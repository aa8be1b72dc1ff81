import { describe, expect, it } from 'vitest';
import {
  centredPlace,
  channelRanges,
  inkOf,
  inputOf,
  isMostlyDark,
} from '../../../renderer/charts/picture-input.ts';
import { coveringBox } from '../../../renderer/data/picture-file.ts';

/** Grey pixels, row by row. */
const grey = (width: number, values: readonly number[]) => ({
  width,
  height: values.length / width,
  data: values.flatMap((value) => [value, value, value, 255]),
});

describe('a picture as an input', () => {
  it('has black and white where the images it was learned from have them, channel by channel', () => {
    const images = Float32Array.of(-1, 3, 0, 10, 2, -1, 30, 20);
    const ranges = channelRanges(images, [2, 1, 2]);
    expect(ranges).toEqual([
      [-1, 3],
      [0, 30],
    ]);
    expect([...inputOf(grey(2, [0, 255]), [[-1, 3]])]).toEqual([-1, 3]);
    const red = { width: 1, height: 1, data: [255, 0, 51, 255] };
    const rgb = inputOf(red, [
      [0, 1],
      [-1, 1],
      [0, 10],
    ]);
    expect([...rgb]).toEqual([1, -1, 2]);
    expect(inputOf(red, [[0, 1]])[0]).toBeCloseTo(0.299 + 0.114 * 0.2, 6);
  });

  it('tells drawings in light on dark from those in dark on light', () => {
    expect(isMostlyDark(Float32Array.of(0, 0, 0, 1), [0, 1])).toBe(true);
    expect(isMostlyDark(Float32Array.of(1, 1, 0, 1), [0, 1])).toBe(false);
  });

  it('of a drawing finds the ink, and puts it into the middle in the size of digits', () => {
    const values = Array.from({ length: 100 }, () => 0);
    for (const at of [12, 13, 22, 23, 32, 33, 42, 43]) values[at] = 255;
    const drawing = grey(10, values);
    const ink = inkOf(drawing, 0);
    expect(ink).toEqual({ box: { x: 2, y: 1, width: 2, height: 4 }, centre: { x: 3, y: 3 } });
    expect(inkOf(drawing, 255)?.box).toEqual({ x: 0, y: 0, width: 10, height: 10 });
    expect(inkOf(grey(2, [7, 7]), 0)).toBeUndefined();
    const place = centredPlace(drawing, ink ?? expect.fail(), { width: 28, height: 28 });
    // Four rows of ink become twenty, and their middle is the picture's.
    expect(place).toEqual({ x: 14 - 15, y: 14 - 15, width: 50, height: 50 });
  });

  it('of another shape loses its edges, not its proportions', () => {
    expect(coveringBox({ width: 300, height: 100 }, { width: 32, height: 32 })).toEqual({
      x: 100,
      y: 0,
      width: 100,
      height: 100,
    });
    expect(coveringBox({ width: 20, height: 100 }, { width: 40, height: 20 })).toEqual({
      x: 0,
      y: 45,
      width: 20,
      height: 10,
    });
  });
});
