import { useEffect, useMemo, useRef } from 'react';
import { paramText } from '../../engine/declaration/fields.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { fittedCanvas, tokenNow } from '../charts/fitted-canvas.ts';
import { imagePixels, usualRange } from '../charts/samples.ts';
import css from '../data-picture/DataPicture.module.css';
import { dataPicture, type Sheet } from '../data-picture/picture.ts';
import { useTheme } from '../design/theme.ts';
import { type Bar, type NetworkShape, networkShape } from './network-shape.ts';

/** A network of images: one of them, and how its layers fold it up. */
export function NetworkPicture({ document: drawn }: { readonly document: NetwrightDocument }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.theme);
  const shape = useMemo(() => networkShape(drawn), [drawn]);
  const sample = useMemo(() => sampleOf(drawn), [drawn]);
  // The colours that are read from the page are those of the theme.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme is painted anew.
  useEffect(() => {
    if (canvas.current !== null) paint(canvas.current, shape, sample);
  }, [shape, sample, theme]);
  return <canvas ref={canvas} className={css['picture']} aria-hidden />;
}

/** One image of the data, of another class in each template: classes take turns there. */
function sampleOf({ nodes }: NetwrightDocument): Sheet | undefined {
  const data = nodes.find(({ type }) => type === 'data');
  if (data === undefined) return undefined;
  const count = 1 + (Number(data.params['seed']) % classesInTurn);
  const picture = dataPicture(paramText(data.params['source']), data.params, count);
  return picture?.kind === 'image' ? picture : undefined;
}

const classesInTurn = 4;
const margin = 16;
const sampleSide = 44;
const tallest = 84;
/** Between bars, in the unit of their thickness, and the most that a unit may be. */
const gap = 0.8;
const largestUnit = 7;

/** What the thickness of a bar says grows by the doublings of its channels. */
const thickness = ({ kind, width }: Bar): number => (kind === 'linear' ? 1.4 : 1 + Math.log2(width) / 3);

function paint(
  canvas: HTMLCanvasElement,
  { bars, shortcuts }: NetworkShape,
  sample: Sheet | undefined,
): void {
  const surface = fittedCanvas(canvas);
  if (surface === undefined) return;
  const { context, width, height } = surface;
  const middle = height / 2 + (shortcuts.length > 0 ? 8 : 0);
  const left = margin + sampleSide + margin;
  if (sample !== undefined) paintSample(context, sample, margin, middle - sampleSide / 2);

  const units = bars.reduce((sum, bar) => sum + thickness(bar), gap * (bars.length - 1));
  const unit = Math.min(largestUnit, (width - left - margin) / units);
  const largest = Math.max(...bars.map(({ side }) => side));
  const tall = ({ kind, side, width: features }: Bar): number =>
    kind === 'linear' ? (tallest * Math.min(10, Math.log2(features))) / 11 : (tallest * side) / largest;
  let x = left + Math.max(0, width - left - margin - unit * units) / 2;
  const placed = bars.map((bar) => {
    const wide = unit * thickness(bar);
    const at = { x, wide, tall: Math.max(3, tall(bar)) };
    context.globalAlpha = bar.isDepthwise ? 0.4 : 0.9;
    context.fillStyle = tokenNow(`--category-${bar.kind}`);
    context.beginPath();
    context.roundRect(at.x, middle - at.tall / 2, wide, at.tall, Math.min(2, wide / 3));
    context.fill();
    x += wide + unit * gap;
    return at;
  });
  context.globalAlpha = 1;
  context.strokeStyle = tokenNow('--color-text-muted');
  context.lineWidth = 1.25;
  for (const { from, to } of shortcuts) {
    const between = placed.slice(Math.max(0, from - 1), to);
    const top = middle - Math.max(...between.map((bar) => bar.tall)) / 2 - 3;
    const [first, last] = [placed[from - 1], placed[to - 1]];
    if (last === undefined) continue;
    const start = first === undefined ? left - margin / 2 : first.x + first.wide / 2;
    const end = last.x + last.wide / 2;
    const rise = Math.min(18, 5 + (end - start) / 6);
    context.beginPath();
    context.moveTo(start, top);
    context.bezierCurveTo(start, top - rise, end, top - rise, end, top);
    context.stroke();
  }
}

/** The last of the sheet. */
function paintSample(context: CanvasRenderingContext2D, sheet: Sheet, x: number, y: number): void {
  const [, rows = 1, columns = 1] = sheet.inputShape;
  const stamp = document.createElement('canvas');
  stamp.width = columns;
  stamp.height = rows;
  const image = sheet.x.subarray((sheet.count - 1) * sheet.inputSize);
  const pixels = imagePixels(image, sheet.inputShape, usualRange(sheet.x));
  stamp.getContext('2d')?.putImageData(pixels, 0, 0);
  context.drawImage(stamp, x, y, sampleSide, sampleSide);
}
