/** A rectangle of the input plane that holds all points with room around them. */
export interface Extent {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
}

/** Points are [x, y] pairs; both sides of the extent are equally long, so that a circle looks like one. */
export function squareExtent(points: Float32Array, room = 0.12): Extent {
  let [xMin, xMax, yMin, yMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i], points[i + 1]];
    xMin = Math.min(xMin, x);
    xMax = Math.max(xMax, x);
    yMin = Math.min(yMin, y);
    yMax = Math.max(yMax, y);
  }
  if (xMin > xMax) return { xMin: -1, xMax: 1, yMin: -1, yMax: 1 };
  const half = (Math.max(xMax - xMin, yMax - yMin) / 2 || 1) * (1 + 2 * room);
  const [x, y] = [(xMin + xMax) / 2, (yMin + yMax) / 2];
  return { xMin: x - half, xMax: x + half, yMin: y - half, yMax: y + half };
}

/** Centres of size × size cells, row by row from the top: [size · size, 2]. */
export function gridOf({ xMin, xMax, yMin, yMax }: Extent, size: number): Float32Array {
  const grid = new Float32Array(size * size * 2); // [size · size, 2]
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * 2;
      grid[at] = xMin + ((column + 0.5) / size) * (xMax - xMin);
      grid[at + 1] = yMax - ((row + 0.5) / size) * (yMax - yMin);
    }
  }
  return grid;
}

/** From a little left of the least x to a little right of the greatest: [count, 1]. */
export function lineOf(x: Float32Array, include: number, count: number): Float32Array {
  let [low, high] = [include, include];
  for (const value of x) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low || 1) * 0.06;
  return Float32Array.from(
    { length: count },
    (_, i) => low - room + (i / (count - 1)) * (high - low + 2 * room),
  );
}

/** Rows of one array after those of the other. */
export function concatenated(...arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
