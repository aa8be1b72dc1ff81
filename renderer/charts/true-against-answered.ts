import { scaleLinear } from 'd3-scale';
import { cssColor } from './color-map.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './use-canvas.ts';
import { margin, paintAxes } from './value-axes.ts';

/** Numbers that should be and that were answered, of equal length. */
export interface Compared {
  readonly targets: Float32Array;
  readonly answers: Float32Array;
}

/** More would be one blot. */
const mostPoints = 4000;

/** The span of both, with room around it: the axes have one scale, so that the diagonal is where they agree. */
export function spanOf({ targets, answers }: Compared): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of [targets, answers])
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return [0, 1];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - room, high + room];
}

/** Each sample a point: to the right what should be answered, upwards what was. */
export function paintTrueAgainstAnswered(surface: Surface, compared: Compared, colors: Palette): void {
  const { context, width, height } = surface;
  const span = spanOf(compared);
  const x = scaleLinear()
    .domain(span)
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(span)
    .range([height - margin.bottom, margin.top]);
  paintAxes(surface, x, y, colors);
  context.strokeStyle = cssColor(colors.textMuted);
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x(span[0]), y(span[0]));
  context.lineTo(x(span[1]), y(span[1]));
  context.stroke();
  context.setLineDash([]);
  const { targets, answers } = compared;
  const every = Math.ceil(targets.length / mostPoints);
  context.fillStyle = cssColor(colors.test, 0.6);
  for (let i = 0; i < targets.length; i += every) {
    context.beginPath();
    context.arc(x(targets[i]), y(answers[i]), 2.6, 0, 2 * Math.PI);
    context.fill();
  }
}
