import { scaleLinear } from 'd3-scale';
import { partCodes, type SampleSet } from '../../engine/protocol/data-messages.ts';
import { cssColor } from './color-map.ts';
import { formatShort } from './figures.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './use-canvas.ts';

export interface LineFitPicture {
  readonly samples: SampleSet;
  /** The part that is drawn as rings. */
  readonly held: number;
  /** [count] x of the curve, and what the network answers there; absent before training. */
  readonly curve: { readonly x: Float32Array; readonly y: Float32Array };
  /** The asked x with its answer. */
  readonly asked: { readonly x: number; readonly y: number } | undefined;
  readonly yRange: readonly [low: number, high: number];
}

const margin = { left: 44, right: 12, top: 8, bottom: 24 };

/** Samples, the fitted curve through them, and the asked point on it. */
export function paintLineFit(
  { context, width, height }: Surface,
  picture: LineFitPicture,
  colors: Palette,
): void {
  const { samples, held, curve, asked, yRange } = picture;
  const x = scaleLinear()
    .domain([curve.x[0], curve.x.at(-1) as number])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(yRange)
    .range([height - margin.bottom, margin.top]);

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

  for (const [i, part] of samples.part.entries()) {
    if (part !== held && part !== partCodes.train) continue;
    context.beginPath();
    context.arc(x(samples.x[i]), y(samples.y[i]), 2.6, 0, 2 * Math.PI);
    if (part === held) {
      context.lineWidth = 1.4;
      context.strokeStyle = cssColor(colors.test);
      context.stroke();
    } else {
      context.fillStyle = cssColor(colors.train, 0.75);
      context.fill();
    }
  }

  if (curve.y.length === 0) return;
  context.save();
  context.beginPath();
  context.rect(
    margin.left,
    margin.top,
    width - margin.left - margin.right,
    height - margin.top - margin.bottom,
  );
  context.clip();
  context.beginPath();
  curve.y.forEach((value, i) => {
    if (i === 0) context.moveTo(x(curve.x[i]), y(value));
    else context.lineTo(x(curve.x[i]), y(value));
  });
  context.lineWidth = 2;
  context.strokeStyle = cssColor(colors.text);
  context.stroke();
  if (asked) {
    const [px, py] = [x(asked.x), y(asked.y)];
    context.setLineDash([4, 3]);
    context.lineWidth = 1;
    context.strokeStyle = cssColor(colors.textMuted);
    context.beginPath();
    context.moveTo(px, height - margin.bottom);
    context.lineTo(px, py);
    context.lineTo(margin.left, py);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(px, py, 4.5, 0, 2 * Math.PI);
    context.fillStyle = cssColor(colors.surface);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = cssColor(colors.text);
    context.stroke();
  }
  context.restore();
}
