import { imagePixels, type Range, tracePoints, usualRange } from '../charts/samples.ts';
import type { Sheet } from './picture.ts';

interface SheetLook {
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly font: string;
  /** What the classes are called in the language of the studio. */
  readonly names: readonly string[];
}

const margin = 6;
const gap = 3;
/** Names of more classes than these would be too small to read. */
const mostNamed = 5;
const sequenceRows = 5;

/** Some samples of images, signals or tokens: classes one below the other, each with its name. */
export function paintSheet(context: CanvasRenderingContext2D, sheet: Sheet, look: SheetLook): void {
  if (sheet.kind === 'tokens') {
    paintTokens(context, sheet, look);
    return;
  }
  const range = usualRange(sheet.x);
  const rows = rowsByClass(sheet);
  const isNamed = isByClass(sheet) && look.names.length > 0;
  const size = Math.min(11, Math.max(9, look.height / 13));
  context.font = `${size}px ${look.font}`;
  context.textBaseline = 'middle';
  const widest = Math.max(...look.names.map((name) => context.measureText(name).width));
  const left = isNamed ? margin + widest + 8 : margin;
  const pitch = (look.height - 2 * margin + gap) / rows.length;
  for (const [row, members] of rows.entries()) {
    const top = margin + row * pitch;
    context.fillStyle = look.text;
    if (isNamed) context.fillText(look.names[row] ?? '', margin, top + (pitch - gap) / 2);
    const box = { left, top, width: look.width - left - margin, height: pitch - gap };
    if (sheet.kind === 'image') paintImages(context, sheet, members, range, box);
    else paintTraces(context, sheet, members, range, box, look.accent);
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const isByClass = ({ classes, targetShape }: Sheet): boolean =>
  classes.length > 0 && classes.length <= mostNamed && targetShape.length === 0;

/** Samples of each class; without classes, or with many, all in four rows. */
function rowsByClass(sheet: Sheet): readonly (readonly number[])[] {
  const { y, count, classes } = sheet;
  const all = Array.from({ length: count }, (_, i) => i);
  if (!isByClass(sheet)) {
    const perRow = Math.ceil(count / 4);
    return [0, 1, 2, 3].map((row) => all.slice(row * perRow, (row + 1) * perRow));
  }
  return classes.map((_, label) => all.filter((i) => y[i] === label));
}

const inputOf = ({ x, inputSize }: Sheet, sample: number) =>
  x.subarray(sample * inputSize, (sample + 1) * inputSize);

function paintImages(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  members: readonly number[],
  range: Range,
  { left, top, width, height }: Box,
): void {
  const [, rows = 1, columns = 1] = sheet.inputShape;
  const wide = (height * columns) / rows;
  const fitting = Math.max(1, Math.floor((width + gap) / (wide + gap)));
  const stamp = document.createElement('canvas');
  stamp.width = columns;
  stamp.height = rows;
  for (const [i, sample] of members.slice(0, fitting).entries()) {
    stamp.getContext('2d')?.putImageData(imagePixels(inputOf(sheet, sample), sheet.inputShape, range), 0, 0);
    context.drawImage(stamp, left + i * (wide + gap), top, wide, height);
  }
}

function paintTraces(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  members: readonly number[],
  range: Range,
  { left, top, width, height }: Box,
  color: string,
): void {
  const [, length = 1] = sheet.inputShape;
  const [sample] = members.toSorted((a, b) => loudness(sheet, b) - loudness(sheet, a));
  if (sample === undefined) return;
  const points = tracePoints(inputOf(sheet, sample), length, range, { width, height });
  context.strokeStyle = color;
  context.lineWidth = 1.3;
  context.lineJoin = 'round';
  context.beginPath();
  for (let t = 0; t < length; t++)
    context.lineTo(left + (points[2 * t] ?? 0), top + (points[2 * t + 1] ?? 0));
  context.stroke();
}

/** The loudest signal shows its shape best. */
const loudness = (sheet: Sheet, sample: number): number => Math.hypot(...inputOf(sheet, sample));

/** A row for each sample: what it is asked with, and what it is to be answered with, in another colour. */
function paintTokens(context: CanvasRenderingContext2D, sheet: Sheet, look: SheetLook): void {
  const { x, y, inputSize, count } = sheet;
  const isAnswered = sheet.targetShape[0] === inputSize;
  const shown = Math.min(inputSize, 24);
  const pitch = (look.height - 2 * margin) / sequenceRows;
  const cell = (look.width - 2 * margin) / shown;
  context.font = `600 ${Math.min(13, pitch * 0.62, cell * 1.1)}px ${look.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let row = 0; row < Math.min(sequenceRows, count); row++) {
    for (let t = 0; t < shown; t++) {
      const target = isAnswered ? (y[row * inputSize + t] ?? -1) : -1;
      const isAsked = target >= 0;
      const symbol = isAsked ? target : (x[row * inputSize + t] ?? 0);
      context.fillStyle = isAsked ? look.accent : look.muted;
      context.fillText(
        look.names[symbol] ?? `${symbol}`,
        margin + (t + 0.5) * cell,
        margin + (row + 0.5) * pitch,
      );
    }
  }
}
