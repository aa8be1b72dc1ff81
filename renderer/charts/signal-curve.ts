import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { cssColor, type Rgb } from './color-map.ts';
import type { Palette } from './palette.ts';
import type { Range } from './samples.ts';
import type { Surface } from './use-canvas.ts';
import { margin, paintAxes } from './value-axes.ts';

type Size = Pick<Surface, 'width' | 'height'>;
type Scale = ScaleLinear<number, number>;

/** A value of a signal. */
export interface SignalPoint {
  readonly place: number;
  readonly value: number;
}

function scalesOf({ width, height }: Size, length: number, range: Range): { x: Scale; y: Scale } {
  const x = scaleLinear()
    .domain([1, Math.max(2, length)])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(range)
    .range([height - margin.bottom, margin.top]);
  return { x, y };
}

/** What lies at a place of the picture; beyond its edges, the nearest. */
export function signalPointAt(
  size: Size,
  length: number,
  range: Range,
  left: number,
  top: number,
): SignalPoint {
  const { x, y } = scalesOf(size, length, range);
  const place = Math.round(x.invert(left)) - 1;
  return {
    place: Math.min(length - 1, Math.max(0, place)),
    value: Math.min(range[1], Math.max(range[0], y.invert(top))),
  };
}

/** The signal after a stroke: between the two ends its values lie on the line from one to the other. */
export function drawnAlong(signal: Float32Array, from: SignalPoint, to: SignalPoint): Float32Array {
  const drawn = signal.slice();
  const steps = Math.abs(to.place - from.place);
  const sign = Math.sign(to.place - from.place);
  for (let i = 0; i <= steps; i++)
    drawn[from.place + sign * i] =
      steps === 0 ? to.value : from.value + (i / steps) * (to.value - from.value);
  return drawn;
}

export interface SignalPicture {
  readonly values: Float32Array;
  /** What the network makes of it, where that is a signal too. */
  readonly made: Float32Array | undefined;
  readonly range: Range;
  readonly pointed: number | undefined;
}

/** A signal over its places, and what is pointed at on it. */
export function paintSignal(surface: Surface, picture: SignalPicture, colors: Palette): void {
  const { context, width } = surface;
  const { values, made, range, pointed } = picture;
  const { x, y } = scalesOf(surface, values.length, range);
  paintAxes(surface, x, y, colors);
  const line = (signal: Float32Array, color: Rgb): void => {
    context.strokeStyle = cssColor(color);
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [place, value] of signal.entries()) context.lineTo(x(place + 1), y(value));
    context.stroke();
  };
  context.save();
  context.beginPath();
  context.rect(0, 0, width, surface.height - margin.bottom + 2);
  context.clip();
  if (made !== undefined) line(made, colors.test);
  line(values, colors.accent);
  context.restore();
  const value = pointed === undefined ? undefined : values[pointed];
  if (pointed === undefined || value === undefined) return;
  context.strokeStyle = cssColor(colors.textMuted);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(pointed + 1), margin.top);
  context.lineTo(x(pointed + 1), surface.height - margin.bottom);
  context.stroke();
  context.fillStyle = cssColor(colors.accent);
  context.strokeStyle = cssColor(colors.surface);
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(pointed + 1), y(value), 4.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
