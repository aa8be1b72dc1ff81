import type uPlot from 'uplot';
import { cssColor, type Rgb } from './color-map.ts';
import type { Overlay, OverlayPoints } from './overlays.ts';
import type { Palette } from './palette.ts';

/** What is drawn on a time chart beside its curves. `unit` is a CSS pixel of the chart in pixels of its canvas. */
export interface Layer {
  readonly plot: uPlot;
  readonly unit: number;
  readonly colors: Palette;
}

/** Where something was changed, and what stands on the flag. */
export interface ChangeMark {
  readonly step: number;
  readonly label: string;
  /** Of the run, where more than one is drawn. */
  readonly color?: Rgb;
}

/** The end of an epoch. */
export interface EpochMark {
  readonly step: number;
  readonly label: string;
}

function clipped({ plot: { ctx, bbox } }: Layer, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
}

/** What lies between two curves: how much worse the network does on what it has not seen. */
export function drawGap(layer: Layer, train: OverlayPoints, test: OverlayPoints, color: Rgb): void {
  if (train.length < 2 || test.length < 2) return;
  clipped(layer, () => {
    const { plot } = layer;
    plot.ctx.fillStyle = cssColor(color, 0.13);
    plot.ctx.beginPath();
    for (const [step, value] of [...train, ...test.toReversed()])
      plot.ctx.lineTo(plot.valToPos(step, 'x', true), plot.valToPos(value, 'y', true));
    plot.ctx.fill('evenodd');
  });
}

export function drawOverlays(layer: Layer, overlays: readonly Overlay[], alpha: number): void {
  const { plot, unit } = layer;
  const { ctx } = plot;
  clipped(layer, () => {
    ctx.lineWidth = 2 * unit;
    ctx.lineJoin = 'round';
    for (const { color, train, test } of overlays) {
      ctx.strokeStyle = cssColor(color, alpha);
      ctx.setLineDash([]);
      drawLine(plot, train);
      ctx.setLineDash([6 * unit, 4 * unit]);
      drawLine(plot, test);
    }
  });
}

function drawLine(plot: uPlot, points: OverlayPoints): void {
  const { ctx } = plot;
  ctx.beginPath();
  for (const [step, value] of points)
    ctx.lineTo(plot.valToPos(step, 'x', true), plot.valToPos(value, 'y', true));
  ctx.stroke();
}

const epochSteps = [1, 2, 5];

/** Every n-th epoch, n so large that marks are at least `room` steps apart: 1, 2, 5, 10, 20 … */
export function thinnedEpochs(stepsPerEpoch: number, room: number): number {
  for (let power = 1; ; power *= 10)
    for (const step of epochSteps) if (step * power * stepsPerEpoch >= room) return step * power;
}

/** Short lines at the upper edge where epochs end, with their numbers above, out of the way of the curves. */
export function drawEpochs({ plot, unit, colors }: Layer, marks: readonly EpochMark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${9.5 * unit}px ${colors.font}`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'center';
  ctx.fillStyle = cssColor(colors.textMuted);
  ctx.strokeStyle = cssColor(colors.textMuted, 0.6);
  ctx.lineWidth = unit;
  for (const { step, label } of marks) {
    const x = Math.round(plot.valToPos(step, 'x', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + 4 * unit);
    ctx.stroke();
    ctx.fillText(label, x, bbox.top - unit);
  }
  ctx.restore();
}

/** A flag where something was changed. */
export function drawChanges({ plot, unit, colors }: Layer, marks: readonly ChangeMark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${10 * unit}px ${colors.font}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let free = Infinity;
  for (const { step, label, color = colors.warning } of marks.toReversed()) {
    const x = Math.round(plot.valToPos(step, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = cssColor(color, 0.9);
    ctx.lineWidth = unit;
    ctx.setLineDash([2 * unit, 2 * unit]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(label).width + 8 * unit;
    const left = Math.min(x, bbox.left + bbox.width - wide);
    // Flags of changes in quick succession would cover each other: the last one, which counts, keeps its label.
    if (left + wide > free) continue;
    ctx.fillStyle = cssColor(colors.raised);
    ctx.strokeStyle = cssColor(color);
    ctx.setLineDash([]);
    ctx.fillRect(left, bbox.top, wide, 15 * unit);
    ctx.strokeRect(left, bbox.top + 0.5, wide, 15 * unit);
    ctx.fillStyle = cssColor(colors.text);
    ctx.fillText(label, left + 4 * unit, bbox.top + 8 * unit);
    free = left - 2 * unit;
  }
  ctx.restore();
}
