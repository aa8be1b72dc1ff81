import { greyOf } from '../sources/grey.ts';

/** Decoded: red, green, blue and opacity of every pixel, [height, width, 4]. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Which pixels of a line a pixel of the new one is made of, and how much of each. */
interface Taps {
  readonly from: Int32Array;
  readonly count: Int32Array;
  /** [size, most] */
  readonly weights: Float64Array;
  readonly most: number;
}

/**
 * The middle of [start, start + length) as `size` pixels: a tent as wide as one new pixel, and never narrower than an old
 * one, so that making smaller averages and making larger interpolates.
 */
function tapsOf(length: number, start: number, extent: number, size: number): Taps {
  const ratio = extent / size;
  const support = Math.max(1, ratio);
  const most = Math.ceil(support) * 2 + 1;
  const from = new Int32Array(size);
  const count = new Int32Array(size);
  const weights = new Float64Array(size * most);
  for (let i = 0; i < size; i++) {
    const centre = start + (i + 0.5) * ratio;
    const first = Math.max(0, Math.floor(centre - support));
    const end = Math.min(length, Math.ceil(centre + support));
    let sum = 0;
    for (let at = first; at < end && at - first < most; at++) {
      const weight = Math.max(0, 1 - Math.abs(at + 0.5 - centre) / support);
      weights[i * most + at - first] = weight;
      sum += weight;
    }
    from[i] = first;
    count[i] = Math.min(most, end - first);
    for (let tap = 0; tap < most; tap++) weights[i * most + tap] /= sum;
  }
  return { from, count, weights, most };
}

/** Writes the image as [C, size, size] bytes: the square in its middle, or all of it squeezed into a square. */
export function resizeTo(
  { width, height, data }: Pixels,
  size: number,
  fit: 'crop' | 'stretch',
  channels: 1 | 3,
  to: Uint8Array,
  at: number,
): void {
  const side = Math.min(width, height);
  const [wide, tall] = fit === 'crop' ? [side, side] : [width, height];
  const across = tapsOf(width, (width - wide) / 2, wide, size);
  const down = tapsOf(height, (height - tall) / 2, tall, size);
  const lines = new Float64Array(3 * height * size); // [3, height, size]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let tap = 0; tap < across.count[x]; tap++)
          sum += across.weights[x * across.most + tap] * data[4 * (y * width + across.from[x] + tap) + c];
        lines[(c * height + y) * size + x] = sum;
      }
    }
  }
  const colour = [0, 0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let tap = 0; tap < down.count[y]; tap++)
          sum += down.weights[y * down.most + tap] * lines[(c * height + down.from[y] + tap) * size + x];
        colour[c] = sum;
      }
      const [red = 0, green = 0, blue = 0] = colour;
      const pixel = at + y * size + x;
      if (channels === 1) to[pixel] = Math.round(greyOf(red, green, blue));
      else for (let c = 0; c < 3; c++) to[pixel + c * size * size] = Math.round(colour[c]);
    }
  }
}
