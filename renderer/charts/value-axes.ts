import type { ScaleLinear } from 'd3-scale';
import { cssColor } from './color-map.ts';
import { formatShort } from './figures.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './use-canvas.ts';

export const margin = { left: 44, right: 12, top: 8, bottom: 24 } as const;

type Scale = ScaleLinear<number, number>;

/** Lines and numbers of two axes around what is drawn. */
export function paintAxes({ context, width, height }: Surface, x: Scale, y: Scale, colors: Palette): void {
  context.font = `11px ${colors.font}`;
  context.strokeStyle = cssColor(colors.border);
  context.fillStyle = cssColor(colors.textMuted);
  context.lineWidth = 1;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.beginPath();
  for (const tick of x.ticks(Math.max(2, width / 90))) {
    const at = Math.round(x(tick)) + 0.5;
    context.moveTo(at, margin.top);
    context.lineTo(at, height - margin.bottom);
    context.fillText(formatShort(tick), at, height - margin.bottom + 6);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of y.ticks(Math.max(2, height / 45))) {
    const at = Math.round(y(tick)) + 0.5;
    context.moveTo(margin.left, at);
    context.lineTo(width - margin.right, at);
    context.fillText(formatShort(tick), margin.left - 6, at);
  }
  context.stroke();
}
