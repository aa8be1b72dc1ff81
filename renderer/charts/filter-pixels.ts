import { type ColorTable, colorIndex } from './color-map.ts';

/**
 * A filter [C, H, W] as pixels [H, W, 4]. Of three channels red, green and blue are how much it looks for each, grey is
 * nothing; else the mean over the channels on a scale from −most to most.
 */
export function filterPixels(
  values: Float32Array,
  shape: readonly number[],
  most: number,
  signed: ColorTable,
): Uint8ClampedArray {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const scale = most > 0 ? 1 / most : 0;
  const pixels = new Uint8ClampedArray(4 * plane);
  for (let pixel = 0; pixel < plane; pixel++) {
    const own = Array.from({ length: channels }, (_, c) => (values[c * plane + pixel] ?? 0) * scale);
    const mean = own.reduce((sum, value) => sum + value / channels, 0);
    const at = colorIndex((mean + 1) / 2);
    const color =
      channels === 3 ? own.map((value) => 127.5 * (1 + value)) : [0, 1, 2].map((c) => signed[at + c] ?? 0);
    pixels.set([...color, 255], 4 * pixel);
  }
  return pixels;
}
