import type { PreviewPicture } from '../../engine/protocol/messages.ts';
import { cssColor } from '../charts/color-map.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import type { Box, PreviewLook } from './preview-look.ts';

/** So many rows have room to be read. */
const mostRows = 4;
const nameShare = 0.42;
/** What `100 %` takes. */
const figureWidth = 36;

export interface AnswerRow {
  readonly label: string;
  /** Of a class. */
  readonly number: number;
  readonly share: number;
  readonly isTarget: boolean;
}

/** The likeliest classes and the one that it should be, in the order that classes have. */
export function answerRows(
  values: Float32Array,
  { sample, language }: Pick<PreviewLook, 'sample' | 'language'>,
): readonly AnswerRow[] {
  const { classes = [], target = [] } = sample ?? {};
  const [only = Number.NaN] = values;
  // One number for two classes is the probability of the second.
  const shares = values.length === 1 && classes.length === 2 ? [1 - only, only] : [...values];
  const rows = shares.map((share, number): AnswerRow => {
    const label = classes[number]?.[language] ?? String(number);
    return { label, number, share, isTarget: target[0] === number };
  });
  return rows
    .toSorted((a, b) => Number(b.isTarget) - Number(a.isTarget) || b.share - a.share)
    .slice(0, mostRows)
    .toSorted((a, b) => a.number - b.number);
}

/** What the network answers beside what it should: a bar for each class, or numbers. */
export function paintAnswer(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { values }: PreviewPicture,
  look: PreviewLook,
): void {
  const { colors, sample } = look;
  context.textBaseline = 'middle';
  if (sample?.classes === undefined) {
    const shown = values.subarray(0, mostRows);
    const tall = Math.min(16, height / shown.length);
    context.font = `11px ${colors.font}`;
    for (const [i, value] of shown.entries()) {
      const middle = y + (i + 0.5) * tall;
      context.textAlign = 'left';
      context.fillStyle = cssColor(colors.text);
      context.fillText(`ŷ ${formatFigure(value)}`, x, middle);
      context.textAlign = 'right';
      context.fillStyle = cssColor(colors.textMuted);
      context.fillText(`y ${formatFigure(sample?.target[i])}`, x + width, middle);
    }
    return;
  }
  const rows = answerRows(values, look);
  const tall = Math.min(16, height / rows.length);
  const left = x + width * nameShare;
  const long = width * (1 - nameShare) - figureWidth - 4;
  for (const [i, { label, number, share, isTarget }] of rows.entries()) {
    const middle = y + (i + 0.5) * tall;
    const color = colors.classes[number % colors.classes.length] ?? colors.textMuted;
    context.font = `${isTarget ? 600 : 400} 11px ${colors.font}`;
    context.fillStyle = cssColor(isTarget ? colors.text : colors.textMuted);
    context.textAlign = 'left';
    context.fillText(label, x, middle, width * nameShare - 6);
    context.fillStyle = cssColor(color);
    context.fillRect(left, middle - 4, long * (Number.isFinite(share) ? share : 0), 8);
    // What it should be has a frame as long as a whole bar.
    context.strokeStyle = cssColor(isTarget ? colors.text : colors.border);
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, middle - 4.5, long - 1, 9);
    context.textAlign = 'right';
    context.fillStyle = cssColor(isTarget ? colors.text : colors.textMuted);
    context.fillText(formatShare(share, 0), x + width, middle);
  }
}
