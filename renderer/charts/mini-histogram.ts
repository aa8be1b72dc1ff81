import { type Histogram, zeroShare } from '../engine/histogram.ts';
import { cssColor, type Rgb } from './color-map.ts';
import type { BinLayout } from './histogram-axis.ts';
import type { Palette } from './palette.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * One histogram as bars: negative values left, positive right, zeros as a hatched bar in the middle.
 * The tallest bar fills the box; the zero bar is as tall as the share of zeros.
 */
export function paintMiniHistogram(
  context: CanvasRenderingContext2D,
  box: Box,
  layout: BinLayout,
  histogram: Histogram,
  colors: Palette,
): void {
  const shares = layout.shares(histogram);
  const peak = shares.reduce((most, share) => Math.max(most, share), 0);
  const base = box.y + box.height;
  const xOf = (at: number): number => box.x + at * box.width;

  context.fillStyle = cssColor(colors.borderStrong);
  context.fillRect(box.x, base - 0.5, box.width, 0.5);
  const middle = (shares.length - 1) / 2;
  for (const [side, color] of [
    [-1, colors.negative],
    [1, colors.positive],
  ] as const) {
    context.fillStyle = cssColor(color, 0.9);
    for (let i = 0; i < shares.length; i++) {
      const share = shares[i];
      if (share === 0 || Math.sign(i - middle) === -side) continue;
      if (i === middle && side < 0) continue;
      const [left, right] = [xOf(layout.edges[i]), xOf(layout.edges[i + 1])];
      const tall = Math.max(1, (share / peak) * (box.height - 1));
      context.fillRect(left, base - tall, Math.max(1, right - left - 0.5), tall);
    }
  }
  const zeros = zeroShare(histogram);
  if (zeros > 0) {
    const tall = Math.max(1, zeros * (box.height - 1));
    const center = xOf((layout.zero.from + layout.zero.to) / 2);
    const wide = Math.max(5, (layout.zero.to - layout.zero.from) * box.width);
    hatch(context, { x: center - wide / 2, y: base - tall, width: wide, height: tall }, colors.textMuted);
  }
}

/** Diagonal lines in a frame: the mark of what is zero or dead, readable without colour. */
export function hatch(context: CanvasRenderingContext2D, box: Box, color: Rgb): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.fillStyle = cssColor(color, 0.22);
  context.fillRect(box.x, box.y, box.width, box.height);
  context.strokeStyle = cssColor(color);
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -box.height; offset < box.width; offset += 3) {
    context.moveTo(box.x + offset, box.y + box.height);
    context.lineTo(box.x + offset + box.height, box.y);
  }
  context.stroke();
  context.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
  context.restore();
}
