import type { PreviewPicture, PreviewSample } from '../../engine/protocol/messages.ts';
import { type ColorTable, colorIndex, cssColor, type Rgb } from '../charts/color-map.ts';
import { formatFigure } from '../charts/figures.ts';
import type { Palette } from '../charts/palette.ts';
import { imagePixels, tracePoints, usualRange } from '../charts/samples.ts';
import { paintAnswer } from './paint-answer.ts';
import type { Box, PreviewLook } from './preview-look.ts';

/** The span of the finite numbers of a picture. */
export function spanOf(values: Float32Array): readonly [low: number, high: number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? undefined : [low, high];
}

const captionHeight = 13;
const gap = 2;

/** A picture in a box, with a line below that says what of it is seen and what its colours span. */
export function paintPicture(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  picture: PreviewPicture,
  look: PreviewLook,
): void {
  const { kind } = picture;
  const hasCaption = kind !== 'points' && kind !== 'tokens' && kind !== 'answer';
  const box = { x, y, width, height: height - (hasCaption ? captionHeight : 0) };
  const isImage = look.isData && kind === 'maps';
  const span = spanOf(picture.values);
  if (kind === 'points') paintPoints(context, box, picture, look);
  else if (kind === 'tokens') paintTokens(context, box, picture, look);
  else if (kind === 'answer') paintAnswer(context, box, picture, look);
  else if (isImage) paintImage(context, box, picture);
  else if (look.isData && kind === 'sequence' && picture.rows < 4) paintTrace(context, box, picture, look);
  else paintPanes(context, box, picture, look, span);
  if (!hasCaption) return;
  paintCaption(context, { x, y: y + height, width, height: captionHeight }, picture, look, span);
}

function paintCaption(
  context: CanvasRenderingContext2D,
  { x, y, width }: Box,
  { shape, panes, of, everyRow, everyColumn }: PreviewPicture,
  { colors }: PreviewLook,
  span: readonly [number, number] | undefined,
): void {
  context.font = `10px ${colors.font}`;
  context.fillStyle = cssColor(colors.textMuted);
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  const every = Math.max(everyRow, everyColumn);
  const parts = [panes.length < of ? `${panes.length}/${of}` : '', every > 1 ? `1:${every}` : ''];
  const cut = parts.filter((part) => part !== '').join(' · ');
  context.fillText(cut === '' ? shape.join('×') || '1' : cut, x, y - 2);
  if (span === undefined) return;
  context.textAlign = 'right';
  context.fillText(`${formatFigure(span[0])} … ${formatFigure(span[1])}`, x + width, y - 2);
}

/** Numbers that can be negative on a map that is centred at zero, others from 0 or the least to the greatest. */
function scaleOf(
  [low, high]: readonly [number, number],
  { signed, sequential }: Palette,
): { readonly table: ColorTable; readonly at: (value: number) => number } {
  if (low < 0) {
    const most = Math.max(-low, high);
    return { table: signed, at: (value) => 0.5 + value / most / 2 };
  }
  const start = high > 0 && low > high / 2 ? low : 0;
  return { table: sequential, at: (value) => (value - start) / (high - start || 1) };
}

/** The most square tiling of a box by panes of one form. */
export function tilesIn({ x, y, width, height }: Box, count: number, aspect: number): Box[] {
  let best = { wide: 0, across: count };
  for (let down = 1; down <= count; down++) {
    const across = Math.ceil(count / down);
    const wide = Math.min(
      (width - gap * (across - 1)) / across,
      ((height - gap * (down - 1)) / down) * aspect,
    );
    if (wide > best.wide) best = { wide, across };
  }
  const tall = best.wide / aspect;
  const left = x + (width - best.across * (best.wide + gap) + gap) / 2;
  const down = Math.ceil(count / best.across);
  const top = y + (height - down * (tall + gap) + gap) / 2;
  return Array.from({ length: count }, (_, i) => ({
    x: left + (i % best.across) * (best.wide + gap),
    y: top + Math.floor(i / best.across) * (tall + gap),
    width: best.wide,
    height: tall,
  }));
}

function paintPanes(
  context: CanvasRenderingContext2D,
  box: Box,
  picture: PreviewPicture,
  { colors, sample }: PreviewLook,
  span: readonly [number, number] | undefined,
): void {
  const { kind, panes, rows, columns, values } = picture;
  const isStrip = kind === 'vector' || kind === 'sequence';
  const tiles = isStrip ? [box] : tilesIn(box, panes.length, columns / rows);
  const stamp = document.createElement('canvas');
  stamp.width = columns;
  stamp.height = rows;
  const brush = stamp.getContext('2d');
  if (brush === null) return;
  const { table, at } = scaleOf(span ?? [0, 1], colors);
  context.imageSmoothingEnabled = kind === 'plane';
  for (const [i, tile] of tiles.entries()) {
    const pane = values.subarray(i * rows * columns, (i + 1) * rows * columns);
    brush.putImageData(heatImage(pane, columns, rows, table, at, colors.danger), 0, 0);
    context.drawImage(stamp, tile.x, tile.y, tile.width, tile.height);
    if (kind === 'plane' && sample?.plane !== undefined) ring(context, tile, sample.plane, colors);
  }
  context.imageSmoothingEnabled = true;
}

function heatImage(
  values: Float32Array,
  columns: number,
  rows: number,
  table: ColorTable,
  at: (value: number) => number,
  bad: Rgb,
): ImageData {
  const image = new ImageData(columns, rows); // [rows, columns, 4]
  for (const [i, value] of values.entries()) {
    if (Number.isFinite(value)) {
      const from = colorIndex(at(value));
      image.data.set(table.subarray(from, from + 3), 4 * i);
    } else image.data.set(bad, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

type OnPlane = NonNullable<PreviewSample['plane']>;

const placeOn = (
  { x, y, width, height }: Box,
  { extent }: Pick<OnPlane, 'extent'>,
  px: number,
  py: number,
) => ({
  x: x + ((px - extent.xMin) / (extent.xMax - extent.xMin)) * width,
  y: y + ((extent.yMax - py) / (extent.yMax - extent.yMin)) * height,
});

/** Where the sample lies, readable on every colour. */
function ring(context: CanvasRenderingContext2D, box: Box, plane: OnPlane, colors: Palette): void {
  const at = placeOn(box, plane, plane.x, plane.y);
  for (const [width, color] of [
    [3, colors.surface],
    [1.25, colors.text],
  ] as const) {
    context.beginPath();
    context.arc(at.x, at.y, 3, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = cssColor(color);
    context.stroke();
  }
}

function paintPoints(
  context: CanvasRenderingContext2D,
  box: Box,
  { values, rows }: PreviewPicture,
  { colors, sample }: PreviewLook,
): void {
  if (sample?.plane === undefined) return;
  const side = Math.min(box.width, box.height);
  const square = { x: box.x + (box.width - side) / 2, y: box.y, width: side, height: side };
  const colorOf = (target: number): Rgb =>
    sample.classes === undefined
      ? colors.textMuted
      : (colors.classes[target % colors.classes.length] ?? colors.textMuted);
  for (let row = rows - 1; row >= 0; row--) {
    const [x = 0, y = 0, target = 0] = values.subarray(3 * row, 3 * row + 3);
    const at = placeOn(square, sample.plane, x, y);
    context.beginPath();
    context.arc(at.x, at.y, row === 0 ? 3.5 : 1.3, 0, 2 * Math.PI);
    context.fillStyle = cssColor(colorOf(target));
    context.fill();
  }
  ring(context, square, sample.plane, colors);
}

/** [C, H, W] in its own colours, as large as fits. */
function paintImage(context: CanvasRenderingContext2D, box: Box, picture: PreviewPicture): void {
  const { values, panes, rows, columns } = picture;
  const stamp = document.createElement('canvas');
  stamp.width = columns;
  stamp.height = rows;
  stamp
    .getContext('2d')
    ?.putImageData(imagePixels(values, [panes.length, rows, columns], usualRange(values)), 0, 0);
  const [tile] = tilesIn(box, 1, columns / rows);
  context.imageSmoothingEnabled = false;
  if (tile !== undefined) context.drawImage(stamp, tile.x, tile.y, tile.width, tile.height);
  context.imageSmoothingEnabled = true;
}

function paintTrace(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { values, columns }: PreviewPicture,
  { colors }: PreviewLook,
): void {
  const points = tracePoints(values, columns, usualRange(values, 0), { width, height: height - 2 });
  context.strokeStyle = cssColor(colors.accent);
  context.lineWidth = 1.3;
  context.lineJoin = 'round';
  context.beginPath();
  for (let t = 0; t < columns; t++)
    context.lineTo(x + (points[2 * t] ?? 0), y + 1 + (points[2 * t + 1] ?? 0));
  context.stroke();
}

/** Tokens by the names that classes of the same number have. */
function paintTokens(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { values, columns }: PreviewPicture,
  { colors, sample, language }: PreviewLook,
): void {
  const cell = width / columns;
  context.font = `600 ${Math.min(13, cell * 1.1)}px ${colors.font}`;
  context.fillStyle = cssColor(colors.text);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [i, value] of values.entries()) {
    const name = sample?.classes?.[value]?.[language] ?? String(value);
    context.fillText(name, x + (i + 0.5) * cell, y + height / 2);
  }
}
