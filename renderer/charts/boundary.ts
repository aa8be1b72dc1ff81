import { partCodes, type SampleSet } from '../../engine/protocol/data-messages.ts';
import type { Extent } from '../../engine/protocol/plane.ts';
import { classOf } from './classes.ts';
import { colorIndex, cssColor } from './color-map.ts';
import { contourSegments } from './contour.ts';
import { heatStrength, type Palette } from './palette.ts';
import type { GridPlace } from './use-pointed.ts';

export interface HeatMap {
  /** [size · size (+ more rows), columns] */
  readonly values: Float32Array;
  readonly columns: number;
  readonly size: number;
}

/** One pixel per cell of the grid: two classes on the diverging map, more by the colour and certainty of the winner. */
export function heatPixels({ values, columns, size }: HeatMap, colors: Palette): ImageData {
  const image = new ImageData(size, size);
  const { data } = image;
  const { neutral } = colors;
  for (let cell = 0; cell < size * size; cell++) {
    if (columns <= 2) {
      const at = colorIndex(values[cell * columns + columns - 1]);
      data.set(colors.diverging.subarray(at, at + 3), cell * 4);
    } else {
      const winner = classOf(values, columns, cell);
      const certainty = (values[cell * columns + winner] - 1 / columns) / (1 - 1 / columns);
      const color = colors.classes[winner % colors.classes.length];
      for (let c = 0; c < 3; c++) {
        const from = neutral[c];
        data[cell * 4 + c] = from + (color[c] - from) * certainty * heatStrength;
      }
    }
    data[cell * 4 + 3] = 255;
  }
  return image;
}

/** A number at every cell, from the least to the greatest, on the sequential map. */
export function numberPixels(
  { values, size }: HeatMap,
  low: number,
  high: number,
  colors: Palette,
): ImageData {
  const image = new ImageData(size, size);
  for (let cell = 0; cell < size * size; cell++) {
    const at = colorIndex((values[cell] - low) / (high - low || 1));
    image.data.set(colors.sequential.subarray(at, at + 3), cell * 4);
    image.data[cell * 4 + 3] = 255;
  }
  return image;
}

/** Points cover about a twentieth of the plane, however many there are, so that what lies below stays visible. */
const pointRadius = (count: number, side: number): number =>
  Math.min(4, Math.max(1.1, side * Math.sqrt(0.05 / (Math.PI * Math.max(1, count)))));

/** What is trained on in the colours of the classes, and on top, with a rim, the samples of the part `held`. */
export function paintPoints(
  context: CanvasRenderingContext2D,
  samples: SampleSet,
  held: number,
  extent: Extent,
  side: number,
  colors: Palette,
): void {
  const { x, y, part: parts, classes } = samples;
  const radius = pointRadius(parts.length, side);
  context.lineWidth = Math.min(1.2, Math.max(0.7, radius * 0.4));
  context.strokeStyle = cssColor(colors.text);
  for (const part of [partCodes.train, held]) {
    for (let i = 0; i < parts.length; i++) {
      if (parts[i] !== part) continue;
      const px = ((x[i * 2] - extent.xMin) / (extent.xMax - extent.xMin)) * side;
      const py = ((extent.yMax - x[i * 2 + 1]) / (extent.yMax - extent.yMin)) * side;
      const color = classes ? colors.classes[y[i] % colors.classes.length] : colors.textMuted;
      context.beginPath();
      context.arc(px, py, part === held ? radius * 1.15 : radius, 0, 2 * Math.PI);
      context.fillStyle = cssColor(color);
      context.fill();
      if (part === held) context.stroke();
    }
  }
}

/** How far the answer for a class is ahead of the best other one in a cell: 0 on its border. */
function lead({ values, columns }: HeatMap, cell: number, winner: number): number {
  if (columns === 1) return values[cell] - 0.5;
  let other = -Infinity;
  for (let column = 0; column < columns; column++) {
    if (column !== winner) other = Math.max(other, values[cell * columns + column]);
  }
  return values[cell * columns + winner] - other;
}

/** Where the two most likely classes are equally likely. */
export function paintBoundary(
  context: CanvasRenderingContext2D,
  map: HeatMap,
  side: number,
  colors: Palette,
): void {
  const cell = side / map.size;
  context.beginPath();
  // With two classes both have the same border.
  for (let winner = map.columns <= 2 ? map.columns - 1 : 0; winner < map.columns; winner++) {
    const segments = contourSegments((i) => lead(map, i, winner), map.size);
    for (let i = 0; i < segments.length; i += 4) {
      context.moveTo(segments[i] * cell, segments[i + 1] * cell);
      context.lineTo(segments[i + 2] * cell, segments[i + 3] * cell);
    }
  }
  // A halo parts the line from the points that it runs through.
  context.lineCap = 'round';
  context.lineWidth = 5;
  context.strokeStyle = cssColor(colors.surface, 0.85);
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = cssColor(colors.text);
  context.stroke();
}

/** The point whose answer is asked for: a cross in a ring. */
export function paintAsked(
  context: CanvasRenderingContext2D,
  point: { readonly x: number; readonly y: number },
  { xMin, xMax, yMin, yMax }: Extent,
  side: number,
  colors: Palette,
): void {
  const x = ((point.x - xMin) / (xMax - xMin)) * side;
  const y = ((yMax - point.y) / (yMax - yMin)) * side;
  for (const [color, width] of [
    [colors.surface, 5],
    [colors.accent, 2],
  ] as const) {
    context.strokeStyle = cssColor(color);
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    }
    context.stroke();
  }
}

/** A frame around a cell of the grid. */
export function paintCell(
  context: CanvasRenderingContext2D,
  { row, column }: GridPlace,
  size: number,
  side: number,
  colors: Palette,
): void {
  const [x, y] = [((column + 0.5) / size) * side, ((row + 0.5) / size) * side];
  for (const [color, half] of [
    [colors.surface, 4.5],
    [colors.text, 3.5],
  ] as const) {
    context.strokeStyle = cssColor(color);
    context.lineWidth = 1;
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }
}
