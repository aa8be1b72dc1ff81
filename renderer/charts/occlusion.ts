import { elementCount } from '../../engine/declaration/tensor-type.ts';

/** Squares that an image is covered with, one at a time. */
export interface Occlusion {
  readonly side: number;
  /** Upper left corners, [row, column]. */
  readonly places: readonly (readonly [number, number])[];
}

/** Squares of a quarter of the shorter side, each half covered by the next, up to every edge. */
export function occlusionOf(shape: readonly number[]): Occlusion {
  const [, height = 1, width = 1] = shape;
  const side = Math.max(1, Math.round(Math.min(height, width) / 4));
  const [down, across] = [startsOf(height, side), startsOf(width, side)];
  return { side, places: down.flatMap((row) => across.map((column) => [row, column] as const)) };
}

function startsOf(length: number, side: number): readonly number[] {
  const last = length - side;
  const count = Math.ceil(last / Math.max(1, Math.floor(side / 2))) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * last) / Math.max(1, count - 1)));
}

/**
 * The image as it is, then once for each square with that square in the mean colour of the image
 * (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014, section 4.2): [1 + places, …shape].
 */
export function occludedRows(
  image: Float32Array,
  shape: readonly number[],
  { side, places }: Occlusion,
): Float32Array {
  const [channels = 1, height = 1, width = 1] = shape;
  const size = elementCount(shape);
  const plane = height * width;
  const means = Array.from({ length: channels }, (_, c) =>
    image.subarray(c * plane, (c + 1) * plane).reduce((sum, value) => sum + value / plane, 0),
  );
  const rows = new Float32Array((1 + places.length) * size);
  rows.set(image);
  for (const [i, [top, left]] of places.entries()) {
    const row = rows.subarray((1 + i) * size, (2 + i) * size);
    row.set(image);
    for (const [c, mean] of means.entries())
      for (let y = top; y < top + side; y++)
        row.fill(mean, c * plane + y * width + left, c * plane + y * width + left + side);
  }
  return rows;
}

/**
 * How much each pixel mattered to an answer: the mean fall of its probability over the squares that cover the pixel.
 * `probabilities`: of the rows above. [height, width]
 */
export function occlusionMap(
  probabilities: ArrayLike<number>,
  shape: readonly number[],
  { side, places }: Occlusion,
): Float32Array {
  const [, height = 1, width = 1] = shape;
  const falls = new Float32Array(height * width);
  const covers = new Uint16Array(height * width);
  const whole = probabilities[0] ?? 0;
  for (const [i, [top, left]] of places.entries()) {
    const fall = whole - (probabilities[1 + i] ?? 0);
    for (let y = top; y < top + side; y++)
      for (let x = left; x < left + side; x++) {
        falls[y * width + x] = (falls[y * width + x] ?? 0) + fall;
        covers[y * width + x] = (covers[y * width + x] ?? 0) + 1;
      }
  }
  return falls.map((fall, i) => fall / Math.max(1, covers[i] ?? 1));
}
