import { sourceOf } from '../../engine/data/sources/index.ts';
import type { Params } from '../../engine/declaration/fields.ts';
import { completeParams } from '../../engine/document/check-params.ts';

/** A data source as a small picture: its own points, and which class a place belongs to. */
export interface DataPicture {
  readonly points: readonly PicturePoint[];
  /** Share of the second class among the nearest points, row by row, `columns` × `rows`; absent where y is a number. */
  readonly field: Float32Array | undefined;
  /** The line of least squares from the left edge to the right one, where y is a number. */
  readonly line: readonly [number, number] | undefined;
}

/** In the unit square, y downwards. */
interface PicturePoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

export const columns = 56;
export const rows = 36;
const drawn = 190;
const surveyed = 900;
const neighbours = 5;

/** Undefined where the source is not known, or has more inputs than a picture has sides. */
export function dataPicture(source: string, params: Params): DataPicture | undefined {
  const definition = sourceOf(source);
  if (definition === undefined) return undefined;
  const complete = completeParams(definition.fields, { ...params, count: surveyed });
  const own = Object.fromEntries(Object.keys(definition.fields).map((name) => [name, complete[name] ?? 0]));
  const { x, y } = definition.generate({ ...own, count: surveyed });
  const [size] = definition.inputShape;
  const isLine = definition.target.kind === 'number';
  if (size !== (isLine ? 1 : 2)) return undefined;

  const across = Array.from({ length: surveyed }, (_, i) => x[isLine ? i : 2 * i] ?? 0);
  const up = Array.from({ length: surveyed }, (_, i) => (isLine ? y[i] : x[2 * i + 1]) ?? 0);
  const reach = 1.08 * Math.max(...across.map(Math.abs), ...up.map(Math.abs));
  // Both axes keep one scale; the picture is wider than tall, so the sides show more than the data.
  const wide = (reach * columns) / rows;
  const place = (i: number): PicturePoint => ({
    x: isLine ? ((across[i] ?? 0) / reach + 1) / 2 : ((across[i] ?? 0) / wide + 1) / 2,
    y: (1 - (up[i] ?? 0) / reach) / 2,
    label: isLine ? 0 : (y[i] ?? 0),
  });
  const all = Array.from({ length: surveyed }, (_, i) => place(i));
  const points = all.slice(0, isLine ? drawn / 5 : drawn);
  if (isLine) return { points, field: undefined, line: leastSquares(all) };
  return { points, field: classField(all), line: undefined };
}

function classField(points: readonly PicturePoint[]): Float32Array {
  const field = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const px = (column + 0.5) / columns;
      const py = (row + 0.5) / rows;
      const near: { distance: number; label: number }[] = [];
      for (const { x, y, label } of points) {
        const distance = ((x - px) * columns) ** 2 + ((y - py) * rows) ** 2;
        const last = near.at(-1);
        if (near.length === neighbours && last !== undefined && distance >= last.distance) continue;
        near.push({ distance, label });
        near.sort((a, b) => a.distance - b.distance);
        near.length = Math.min(near.length, neighbours);
      }
      field[row * columns + column] = near.reduce((sum, { label }) => sum + label, 0) / neighbours;
    }
  }
  return field;
}

function leastSquares(points: readonly PicturePoint[]): readonly [number, number] {
  const mean = (of: (point: PicturePoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const slope = mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) ** 2);
  return [my - slope * mx, my + slope * (1 - mx)];
}
