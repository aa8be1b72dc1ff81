import { greyOf } from '../../engine/data/sources/grey.ts';
import type { Range } from './samples.ts';

/** Pixels as a canvas gives them: red, green, blue and opacity, 0 … 255. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** What each channel of some images lies between: what black and white are to a network that learned from them. */
export function channelRanges(x: Float32Array, shape: readonly number[]): readonly Range[] {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const ranges = Array.from({ length: channels }, (): [number, number] => [Infinity, -Infinity]);
  for (let at = 0; at < x.length; at += plane) {
    const range = ranges[(at / plane) % channels] as [number, number];
    for (const value of x.subarray(at, at + plane)) {
      if (value < range[0]) range[0] = value;
      if (value > range[1]) range[1] = value;
    }
  }
  return ranges;
}

/** Whether most of the images is nearer to black than to white. */
export function isMostlyDark(x: Float32Array, [low, high]: Range): boolean {
  const middle = (low + high) / 2;
  let dark = 0;
  for (const value of x) if (value < middle) dark++;
  return dark * 2 > x.length;
}

/** Pixels as an input [C, H, W]: one channel is how light they are, three are red, green and blue, more are 0. */
export function inputOf({ data, width, height }: Pixels, ranges: readonly Range[]): Float32Array {
  const plane = width * height;
  const input = new Float32Array(ranges.length * plane);
  for (const [c, [low, high]] of ranges.entries())
    for (let pixel = 0; pixel < plane; pixel++) {
      const [red, green, blue] = [data[4 * pixel], data[4 * pixel + 1], data[4 * pixel + 2]];
      const value = ranges.length < 3 ? greyOf(red, green, blue) : ([red, green, blue][c] ?? 0);
      input[c * plane + pixel] = low + ((high - low) * value) / 255;
    }
  return input;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Differences of light that are no drawing. */
const leastInk = 32;

/** The box around everything that differs from the background, and its centre of mass; undefined where nothing does. */
export function inkOf(
  { data, width, height }: Pixels,
  background: number,
): { readonly box: Box; readonly centre: { readonly x: number; readonly y: number } } | undefined {
  let [left, top, right, bottom, mass, sumX, sumY] = [width, height, -1, -1, 0, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const ink = Math.max(...[0, 1, 2].map((c) => Math.abs((data[at + c] ?? 0) - background)));
      if (ink < leastInk) continue;
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ];
      mass += ink;
      sumX += ink * (x + 0.5);
      sumY += ink * (y + 0.5);
    }
  if (mass === 0) return undefined;
  return {
    box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
    centre: { x: sumX / mass, y: sumY / mass },
  };
}

/** Handwritten digits of MNIST fill 20 of 28 pixels. */
const inkShare = 20 / 28;

/** Where the whole drawing goes in a picture of that size, so that its ink has the usual size and its mass the middle. */
export function centredPlace(
  drawing: { readonly width: number; readonly height: number },
  { box, centre }: NonNullable<ReturnType<typeof inkOf>>,
  to: { readonly width: number; readonly height: number },
): Box {
  const scale = (inkShare * Math.min(to.width, to.height)) / Math.max(box.width, box.height);
  return {
    x: to.width / 2 - centre.x * scale,
    y: to.height / 2 - centre.y * scale,
    width: drawing.width * scale,
    height: drawing.height * scale,
  };
}
