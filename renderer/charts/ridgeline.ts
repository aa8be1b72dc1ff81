import { type Histogram, zeroShare } from '../engine/histogram.ts';
import { cssColor, type Rgb } from './color-map.ts';
import { type BinLayout, densities } from './histogram-axis.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './use-canvas.ts';

export interface Ridge {
  readonly step: number;
  readonly histogram: Histogram;
}

export interface RidgelinePicture {
  readonly ridges: readonly Ridge[];
  readonly span: number;
  readonly layout: BinLayout;
  readonly formatStep: (step: number) => string;
  /** Density that reaches the full height; without it the greatest of these ridges. */
  readonly peak?: number;
  /** What is pointed at. */
  readonly pointed?: RidgePoint | undefined;
}

/** A bin of a ridge. */
export interface RidgePoint {
  readonly row: number;
  readonly bin: number;
}

/** The greatest density of some ridges on an axis. */
export function peakOf(layout: BinLayout, ridges: readonly Ridge[]): number {
  let peak = 0;
  for (const { histogram } of ridges)
    for (const value of densities(layout, histogram)) peak = Math.max(peak, value);
  return peak;
}

const margin = { left: 6, right: 44, bottom: 16, top: 4 };
/** The tallest ridge reaches over this many of the distances that 12 rows would have. */
const reach = 2.2;

interface Frame {
  readonly amplitude: number;
  readonly baseOf: (step: number) => number;
  readonly xOf: (at: number) => number;
}

function frameOf({ width, height }: Pick<Surface, 'width' | 'height'>, span: number): Frame {
  const plotWidth = width - margin.left - margin.right;
  const plotHeight = height - margin.top - margin.bottom;
  const amplitude = Math.min(plotHeight * 0.45, (plotHeight / 12) * reach);
  return {
    amplitude,
    baseOf: (step) => margin.top + amplitude + (step / span) * (plotHeight - amplitude),
    xOf: (at) => margin.left + at * plotWidth,
  };
}

/** The ridge that stands on the ground next below a place of the picture, and the bin there. */
export function ridgeAt(
  size: Pick<Surface, 'width' | 'height'>,
  { ridges, span, layout }: Pick<RidgelinePicture, 'ridges' | 'span' | 'layout'>,
  x: number,
  y: number,
): RidgePoint | undefined {
  const { baseOf, xOf } = frameOf(size, span);
  if (ridges.length === 0 || x < xOf(0) || x > xOf(1)) return undefined;
  const below = ridges.findIndex(({ step }) => baseOf(step) >= y);
  const bin = layout.edges.findIndex((edge) => xOf(edge) > x) - 1;
  return { row: below < 0 ? ridges.length - 1 : below, bin: bin < 0 ? layout.edges.length - 2 : bin };
}

/** Share of values per bin over time: steps run downwards, the newest stands in front. */
export function paintRidgeline(surface: Surface, picture: RidgelinePicture, colors: Palette): void {
  const { context } = surface;
  const { ridges, span, layout, pointed } = picture;
  const { amplitude, baseOf, xOf } = frameOf(surface, span);
  const outlines = ridges.map(({ histogram }) => densities(layout, histogram));
  const peak = picture.peak ?? peakOf(layout, ridges);

  paintAxis(surface, picture, colors, xOf);

  ridges.forEach(({ step, histogram }, row) => {
    const outline = outlines[row];
    const base = baseOf(step);
    const newest = row === ridges.length - 1;
    const age = ridges.length > 1 ? row / (ridges.length - 1) : 1;
    const path = outlinePath(layout, outline, xOf, base, peak > 0 ? amplitude / peak : 0);

    context.fillStyle = cssColor(colors.surface, 0.92);
    context.fill(path);
    context.fillStyle = signGradient(context, xOf(0), xOf(1), colors, newest ? 0.5 : 0.1 + 0.22 * age);
    context.fill(path);
    context.strokeStyle = newest ? cssColor(colors.text) : cssColor(colors.textMuted, 0.25 + 0.45 * age);
    context.lineWidth = newest ? 1.5 : 0.75;
    context.stroke(path);

    // Zeros have a bin of their own: a bar in the middle, as tall as their share.
    const share = zeroShare(histogram);
    if (share > 0) {
      const [left, right] = [xOf(layout.zero.from), xOf(layout.zero.to)];
      const tall = share * amplitude;
      context.fillStyle = cssColor(colors.textMuted, newest ? 0.9 : 0.25 + 0.3 * age);
      context.fillRect(left + 1, base - tall, Math.max(2, right - left - 2), tall);
    }
    if (histogram.nans + histogram.infinities > 0) {
      context.fillStyle = cssColor(colors.danger);
      context.fillRect(xOf(1) + 1, base - 3, 4, 4);
    }
  });

  const ridge = pointed && ridges[pointed.row];
  if (pointed && ridge) {
    const base = baseOf(ridge.step);
    const outline = outlines[pointed.row];
    const [left, right] = [xOf(layout.edges[pointed.bin]), xOf(layout.edges[pointed.bin + 1])];
    context.strokeStyle = cssColor(colors.accent);
    context.lineWidth = 1.5;
    context.stroke(outlinePath(layout, outline, xOf, base, peak > 0 ? amplitude / peak : 0));
    context.fillStyle = cssColor(colors.accent, 0.35);
    const tall = Math.max(3, peak > 0 ? (outline[pointed.bin] * amplitude) / peak : 0);
    context.fillRect(left, base - tall, Math.max(2, right - left), tall);
  }
  labelRows(surface, picture, colors, baseOf);
}

function outlinePath(
  layout: BinLayout,
  outline: Float64Array,
  xOf: (at: number) => number,
  base: number,
  scale: number,
): Path2D {
  const path = new Path2D();
  path.moveTo(xOf(0), base);
  for (let i = 0; i < outline.length; i++) {
    const [from, to] = [layout.edges[i], layout.edges[i + 1]];
    const y = base - outline[i] * scale;
    if (layout.kind === 'log' && from === layout.zero.from) {
      // The gap around zero is flat ground on both sides.
      path.lineTo(xOf(from), base);
      path.lineTo(xOf(to), base);
    } else {
      path.lineTo(xOf((from + to) / 2), y);
    }
  }
  path.lineTo(xOf(1), base);
  return path;
}

/** Negative values in one colour, positive ones in the other. */
function signGradient(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  colors: Palette,
  alpha: number,
): CanvasGradient {
  const gradient = context.createLinearGradient(left, 0, right, 0);
  const stop = (at: number, color: Rgb): void => gradient.addColorStop(at, cssColor(color, alpha));
  stop(0, colors.negative);
  stop(0.48, colors.negative);
  stop(0.52, colors.positive);
  stop(1, colors.positive);
  return gradient;
}

function paintAxis(
  { context, width, height }: Surface,
  { layout }: RidgelinePicture,
  colors: Palette,
  xOf: (at: number) => number,
): void {
  context.font = `10px ${colors.font}`;
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  for (const { at } of layout.ticks) {
    const x = Math.round(xOf(at)) + 0.5;
    context.strokeStyle = cssColor(colors.border);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, margin.top);
    context.lineTo(x, height - margin.bottom);
    context.stroke();
  }
  context.fillStyle = cssColor(colors.textMuted);
  // Where not all have room zero, which the axis is about, keeps its own.
  const taken: { readonly x: number; readonly half: number }[] = [];
  for (const { at, value } of layout.ticks.toSorted(
    (a, b) => Number(b.value === 0) - Number(a.value === 0),
  )) {
    const label = tickLabel(value, layout.kind);
    const half = context.measureText(label).width / 2;
    const x = Math.min(Math.max(xOf(at), half), width - half);
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half + 6)) continue;
    context.fillText(label, x, height - 4);
    taken.push({ x, half });
  }
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `10⁻³` on a logarithmic axis, a plain number on a linear one. */
export function tickLabel(value: number, kind: BinLayout['kind']): string {
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (kind === 'linear') return sign + Number(size.toPrecision(2)).toString();
  const exponent = Math.round(Math.log10(size));
  if (exponent === 0) return `${sign}1`;
  if (exponent === 1) return `${sign}10`;
  const digits = String(Math.abs(exponent)).replaceAll(/\d/g, (digit) => superscripts.charAt(Number(digit)));
  return `${sign}10${exponent < 0 ? '⁻' : ''}${digits}`;
}

function labelRows(
  { context, width }: Surface,
  { ridges, formatStep }: RidgelinePicture,
  colors: Palette,
  baseOf: (step: number) => number,
): void {
  context.font = `10px ${colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  const newest = ridges.at(-1);
  if (!newest) return;
  const x = width - margin.right + 7;
  context.fillStyle = cssColor(colors.text);
  const newestY = baseOf(newest.step);
  context.fillText(formatStep(newest.step), x, newestY);
  context.fillStyle = cssColor(colors.textMuted);
  let lastY = -Infinity;
  for (const { step } of ridges) {
    const y = baseOf(step);
    if (y - lastY < 28 || newestY - y < 14) continue;
    context.fillText(formatStep(step), x, y);
    lastY = y;
  }
}
