/** A rectangle of the input plane that holds all points with room around them. */
export interface Extent {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
}

/** Points are [x, y] pairs; both sides of the extent are equally long, so that a circle looks like one. */
export function squareExtent(points: ArrayLike<number>, room = 0.12): Extent {
  let [xMin, xMax, yMin, yMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
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
