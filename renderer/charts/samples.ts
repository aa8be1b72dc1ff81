/** How samples are shown that are neither points of a plane nor of a line. */
export type SampleKind = 'image' | 'signal' | 'tokens';

/** By the shape of one input: [C, H, W] is an image, [C, L] a signal; tokens have classes. Undefined for bare numbers. */
export function sampleKind(
  inputShape: readonly number[],
  inputClasses: number | undefined,
): SampleKind | undefined {
  if (inputClasses !== undefined) return inputShape.length === 1 ? 'tokens' : undefined;
  if (inputShape.length === 3) return 'image';
  return inputShape.length === 2 ? 'signal' : undefined;
}

export type Range = readonly [low: number, high: number];

const surveyed = 4096;

/** What nearly all values lie between, so that a few far ones leave the others their contrast. */
export function usualRange(values: ArrayLike<number>, outside = 0.005): Range {
  const stride = Math.max(1, Math.floor(values.length / surveyed));
  const taken: number[] = [];
  for (let i = 0; i < values.length; i += stride) taken.push(values[i] ?? 0);
  const sorted = Float32Array.from(taken).sort();
  const cut = Math.floor(sorted.length * outside);
  const [low, high] = [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 1];
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

/** [C, H, W] as colours: three channels or more are red, green and blue; fewer are grey, by the first. */
export function imagePixels(
  values: ArrayLike<number>,
  shape: readonly number[],
  [low, high]: Range,
): ImageData {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const image = new ImageData(width, height); // [H, W, 4]
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let c = 0; c < 3; c++) {
      const value = values[(channels >= 3 ? c * plane : 0) + pixel] ?? low;
      image.data[4 * pixel + c] = (255 * (value - low)) / (high - low);
    }
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}

/** The first channel of a signal [C, L] in a box, as x and y in turn: [L, 2]. */
export function tracePoints(
  values: ArrayLike<number>,
  length: number,
  [low, high]: Range,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const points = new Float32Array(2 * length);
  for (let t = 0; t < length; t++) {
    points[2 * t] = (t / Math.max(1, length - 1)) * width;
    points[2 * t + 1] = (1 - ((values[t] ?? 0) - low) / (high - low)) * height;
  }
  return points;
}
