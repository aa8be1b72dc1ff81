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

type Size = Pick<Surface, 'width' | 'height'>;

function scalesOf({ width, height }: Size, compared: Compared) {
  const span = spanOf(compared);
  const x = scaleLinear()
    .domain(span)
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(span)
    .range([height - margin.bottom, margin.top]);
  return { span, x, y };
}

/** The number of the sample whose point is nearest to a place of the picture; undefined without any. */
export function nearestTo(size: Size, compared: Compared, left: number, top: number): number | undefined {
  const { x, y } = scalesOf(size, compared);
  let nearest: number | undefined;
  let least = Infinity;
  for (const [i, target] of compared.targets.entries()) {
    const distance = (x(target) - left) ** 2 + (y(compared.answers[i]) - top) ** 2;
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

/** Each sample a point: to the right what should be answered, upwards what was. `pointed`: number of one that stands out. */
export function paintTrueAgainstAnswered(
  surface: Surface,
  compared: Compared,
  colors: Palette,
  pointed?: number,
): void {
  const { context } = surface;
  const { span, x, y } = scalesOf(surface, compared);
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
  if (pointed === undefined || pointed >= targets.length) return;
  context.fillStyle = cssColor(colors.accent);
  context.strokeStyle = cssColor(colors.surface);
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x(targets[pointed]), y(answers[pointed]), 4.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
