import { scaleLinear } from 'd3-scale';
import { partCodes, type SampleSet } from '../../engine/protocol/data-messages.ts';
import { cssColor } from './color-map.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './use-canvas.ts';
import { margin, paintAxes } from './value-axes.ts';

export interface LineFitPicture {
  readonly samples: SampleSet;
  /** The part that is drawn as rings. */
  readonly held: number;
  /** [count] x of the curve, and what the network answers there; absent before training. */
  readonly curve: { readonly x: Float32Array; readonly y: Float32Array };
  /** The asked x with its answer. */
  readonly asked: { readonly x: number; readonly y: number } | undefined;
  readonly yRange: readonly [low: number, high: number];
  /** The number of a sample that stands out. */
  readonly pointed?: number | undefined;
}

type Size = Pick<Surface, 'width' | 'height'>;

function scalesOf({ width, height }: Size, { curve, yRange }: Pick<LineFitPicture, 'curve' | 'yRange'>) {
  const x = scaleLinear()
    .domain([curve.x[0], curve.x.at(-1) as number])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(yRange)
    .range([height - margin.bottom, margin.top]);
  return { x, y };
}

/** The numbers of the samples that are drawn: those of the part and those that are trained on. */
export const drawnSamples = ({ samples, held }: Pick<LineFitPicture, 'samples' | 'held'>): number[] =>
  [...samples.part.keys()].filter((i) => samples.part[i] === held || samples.part[i] === partCodes.train);

/** The number of the drawn sample that is nearest to a place of the picture; undefined without any. */
export function sampleNearest(
  size: Size,
  picture: Omit<LineFitPicture, 'asked' | 'pointed'>,
  left: number,
  top: number,
): number | undefined {
  const { x, y } = scalesOf(size, picture);
  const { samples } = picture;
  let nearest: number | undefined;
  let least = Infinity;
  for (const i of drawnSamples(picture)) {
    const away = (x(samples.x[i]) - left) ** 2 + (y(samples.y[i]) - top) ** 2;
    if (away < least) [nearest, least] = [i, away];
  }
  return nearest;
}

/** Samples, the fitted curve through them, and the asked point on it. */
export function paintLineFit(surface: Surface, picture: LineFitPicture, colors: Palette): void {
  const { context } = surface;
  const { samples, held, curve, asked, pointed } = picture;
  const { x, y } = scalesOf(surface, picture);
  paintAxes(surface, x, y, colors);

  for (const i of drawnSamples(picture)) {
    context.beginPath();
    context.arc(x(samples.x[i]), y(samples.y[i]), 2.6, 0, 2 * Math.PI);
    if (samples.part[i] === held) {
      context.lineWidth = 1.4;
      context.strokeStyle = cssColor(colors.test);
      context.stroke();
    } else {
      context.fillStyle = cssColor(colors.train, 0.75);
      context.fill();
    }
  }

  if (curve.y.length > 0) paintCurve(surface, { curve, asked }, { x, y }, colors);
  if (pointed === undefined) return;
  context.beginPath();
  context.arc(x(samples.x[pointed]), y(samples.y[pointed]), 4.5, 0, 2 * Math.PI);
  context.fillStyle = cssColor(colors.accent);
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = cssColor(colors.surface);
  context.stroke();
}

function paintCurve(
  { context, width, height }: Surface,
  { curve, asked }: Pick<LineFitPicture, 'curve' | 'asked'>,
  { x, y }: ReturnType<typeof scalesOf>,
  colors: Palette,
): void {
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
