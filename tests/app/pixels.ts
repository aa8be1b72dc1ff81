import type { Locator } from '@playwright/test';

export type Rgb = readonly [r: number, g: number, b: number];

/** `rgb(…)` as computed styles write it. */
export function rgbOf(color: string): Rgb {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}

/** How many pixels of a canvas have a colour, give or take a little for smoothed edges. */
export async function countPixels(canvas: Locator, color: Rgb, tolerance = 12): Promise<number> {
  return await canvas.evaluate(
    (element: HTMLCanvasElement, { color: wanted, tolerance: within }) => {
      // Read from a copy: a canvas that is often read back is moved out of the graphics card, with a warning.
      const copy = new OffscreenCanvas(element.width, element.height);
      const context = copy.getContext('2d', { willReadFrequently: true });
      context?.drawImage(element, 0, 0);
      const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? new ImageData(1, 1);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const near = wanted.every((value, c) => Math.abs(value - (data[i + c] ?? 0)) <= within);
        if (near && data[i + 3] === 255) count++;
      }
      return count;
    },
    { color, tolerance },
  );
}

/** The mean colour of a small square around a place, given as shares of the canvas' width and height. */
export async function colorAround(canvas: Locator, x: number, y: number, reach = 6): Promise<Rgb> {
  return await canvas.evaluate(
    (element: HTMLCanvasElement, at) => {
      const [left, top] = [at.x * element.width - at.reach, at.y * element.height - at.reach];
      const size = 2 * at.reach;
      const context = new OffscreenCanvas(size, size).getContext('2d');
      context?.drawImage(element, left, top, size, size, 0, 0, size, size);
      const { data } = context?.getImageData(0, 0, size, size) ?? new ImageData(1, 1);
      const mean = (c: number): number =>
        data.reduce((sum, value, i) => (i % 4 === c ? sum + value : sum), 0) / (data.length / 4);
      return [mean(0), mean(1), mean(2)] as const;
    },
    { x, y, reach },
  );
}

/** The colours of a canvas at some places, given in CSS pixels from its corner. */
export async function colorsAt(
  canvas: Locator,
  places: readonly { readonly x: number; readonly y: number }[],
): Promise<Rgb[]> {
  return await canvas.evaluate((element: HTMLCanvasElement, at) => {
    const copy = new OffscreenCanvas(element.width, element.height);
    const context = copy.getContext('2d', { willReadFrequently: true });
    context?.drawImage(element, 0, 0);
    const scale = element.width / element.clientWidth;
    return at.map(({ x, y }) => {
      const { data } = context?.getImageData(x * scale, y * scale, 1, 1) ?? new ImageData(1, 1);
      return [data[0] ?? 0, data[1] ?? 0, data[2] ?? 0] as const;
    });
  }, places);
}

export const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
