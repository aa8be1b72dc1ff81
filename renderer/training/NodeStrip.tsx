import { useEffect, useRef } from 'react';
import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';
import { type Living, useLiving } from '../canvas/living.ts';
import { cssColor } from '../charts/color-map.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { layoutFor } from '../charts/layouts.ts';
import { paintMiniHistogram } from '../charts/mini-histogram.ts';
import { type Palette, palette } from '../charts/palette.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { badCount, countedIn, type Histogram, zeroShare } from '../engine/histogram.ts';
import { useRun } from '../engine/run-store.ts';
import { throttle } from '../engine/throttle.ts';
import { type Translate, useT } from '../i18n/i18n.ts';
import css from './NodeStrip.module.css';

interface Watched {
  readonly index: number;
  readonly tensor: WatchedTensorInfo;
}

/** What is told of a node: its weights, what it gives, and the gradient of its weights or, without any, of what it gives. */
interface Told {
  readonly gradient: Watched | undefined;
  readonly weights: Watched | undefined;
  readonly activations: Watched | undefined;
}

function toldOf(ring: FrameRing | undefined, node: string): Told {
  const watched = ring?.watchedOf(node) ?? [];
  const first = (kind: WatchedTensorInfo['kind'], tensor?: string): Watched | undefined =>
    watched.find(
      (entry) => entry.tensor.kind === kind && (tensor === undefined || entry.tensor.tensor === tensor),
    );
  const weights = first('weight');
  return {
    weights,
    activations: first('activation'),
    gradient: weights ? first('weightGradient', weights.tensor.tensor) : first('activationGradient'),
  };
}

interface Row extends Watched {
  readonly symbol: string;
}

/** The rows that are shown, from the top. */
function rowsOf({ gradient, weights, activations }: Told, shows: Living): Row[] {
  const row = (shown: boolean, watched: Watched | undefined, symbol: string): Row[] =>
    shown && watched !== undefined ? [{ ...watched, symbol }] : [];
  return [
    ...row(shows.gradients, gradient, weights ? '∂w' : '∂a'),
    ...row(shows.weights, weights, 'w'),
    ...row(shows.activations, activations, 'a'),
  ];
}

interface Figure {
  readonly text: string;
  readonly tone?: 'bad' | 'dead';
}

const paintEveryMs = 66;
const writeEveryMs = 500;
const gap = 3;
const figuresWidth = 84;

/**
 * The living part of a node: histograms of the gradient, the weights and what it gives, as many of them as are wanted, zeros
 * hatched, each with its norm. Its size never changes. What it shows stands in words and counts on its element; words and
 * figures are refreshed twice a second.
 */
export function NodeStrip({ nodeId }: { readonly nodeId: string }) {
  const shows = useLiving();
  return shows.gradients || shows.weights || shows.activations ? (
    <Strip nodeId={nodeId} shows={shows} />
  ) : null;
}

function Strip({ nodeId, shows }: { readonly nodeId: string; readonly shows: Living }) {
  const t = useT();
  const flatId = useDocumentStore((state) => shownFlatId(state, nodeId)) ?? nodeId;
  const ring = useRun((state) => state.ring);
  const strip = useRef<HTMLDivElement>(null);
  const figures = useRef<readonly Figure[]>([]);

  const paint = ({ context, width, height }: Surface): void => {
    if (!ring) return;
    const colors = palette();
    const rows = rowsOf(toldOf(ring, flatId), shows);
    const tall = (height - gap * (rows.length - 1)) / rows.length;
    for (const [i, { index, tensor, symbol }] of rows.entries()) {
      const histogram = ring.histogram(index);
      if (!histogram) continue;
      const box = { x: 0, y: i * (tall + gap), width: width - figuresWidth - gap * 2, height: tall };
      paintMiniHistogram(context, box, layoutFor(ring, tensor.key, [histogram], 'log'), histogram, colors);
      const figure = figures.current[i];
      if (figure) paintFigure(context, { right: width, middle: box.y + tall / 2 }, symbol, figure, colors);
    }
  };
  const { canvas, invalidate } = useCanvas(paint, paintEveryMs);

  useEffect(() => {
    const element = strip.current;
    if (!ring || !element) return undefined;
    const told = toldOf(ring, flatId);
    const rows = rowsOf(told, shows);
    const write = (): void => {
      figures.current = rows.map((row) => figureOf(t, ring, row));
      describe(element, t, ring, told);
      invalidate();
    };
    const writeSoon = throttle(writeEveryMs, write);
    const unsubscribe = ring.subscribe(() => {
      invalidate();
      writeSoon();
    });
    write();
    return () => {
      unsubscribe();
      writeSoon.cancel();
    };
  }, [ring, flatId, invalidate, shows, t]);

  return (
    <div
      ref={strip}
      className={css['strip']}
      role="img"
      aria-label={t('strip.empty')}
      data-testid={`strip-${nodeId}`}
    >
      <canvas ref={canvas} className={css['canvas']} />
    </div>
  );
}

/**
 * The norm; of weights also how far the step moved them; of what a node gives its dead units or channels, else the share of
 * its zeros; of anything how much is not finite.
 */
function figureOf(t: Translate, ring: FrameRing, { index, tensor }: Row): Figure {
  const histogram = ring.histogram(index);
  if (histogram === undefined) return { text: '' };
  const bad = badCount(histogram);
  if (bad > 0) return { text: `${bad} NaN`, tone: 'bad' };
  const dead = tensor.columns > 0 ? histogram.deadColumns : 0;
  if (dead > 0) return { text: deadText(t, dead, tensor.columns), tone: 'dead' };
  if (tensor.kind === 'activation' && histogram.zeros > 0)
    return { text: `▨ ${formatShare(zeroShare(histogram), 0)}` };
  const ratio = tensor.kind === 'weight' ? ring.updateRatio(index) : undefined;
  const moved = ratio === undefined ? '' : ` Δ${ratio.toExponential(0).replace('-', '−')}`;
  return { text: formatFigure(histogram.norm) + moved };
}

/** Long counts do not fit. */
const deadText = (t: Translate, dead: number, units: number): string =>
  units < 1000
    ? t('strip.deadShort', { dead, units })
    : t('strip.deadShare', { share: formatShare(dead / units, 0) });

function paintFigure(
  context: CanvasRenderingContext2D,
  { right, middle }: { readonly right: number; readonly middle: number },
  symbol: string,
  { text, tone }: Figure,
  colors: Palette,
): void {
  context.textBaseline = 'middle';
  context.font = `10px ${colors.font}`;
  context.textAlign = 'left';
  context.fillStyle = cssColor(colors.textMuted);
  context.fillText(symbol, right - figuresWidth, middle);
  context.font = `${tone === undefined ? 400 : 600} 10px ${colors.font}`;
  context.textAlign = 'right';
  if (tone === 'dead') {
    const width = context.measureText(text).width + 6;
    context.fillStyle = cssColor(colors.warning, 0.16);
    context.beginPath();
    context.roundRect(right - width, middle - 7, width, 13, 4);
    context.fill();
  }
  const color = tone === 'bad' ? colors.danger : tone === 'dead' ? colors.warning : colors.text;
  context.fillStyle = cssColor(color);
  context.fillText(text, right - (tone === 'dead' ? 3 : 0), middle);
}

function describe(
  element: HTMLElement,
  t: Translate,
  ring: FrameRing,
  { gradient, weights, activations }: Told,
): void {
  const read = (watched: Watched | undefined): Histogram | undefined =>
    watched && ring.histogram(watched.index);
  const [dw, w, a] = [read(gradient), read(weights), read(activations)];
  const value = w ?? a;
  if (!dw && !value) return;
  const ratio = weights && ring.updateRatio(weights.index);
  const parts: string[] = [];
  if (dw) parts.push(t('strip.gradient', { norm: formatFigure(dw.norm) }));
  if (w) parts.push(t('strip.weights', { norm: formatFigure(w.norm) }));
  if (ratio !== undefined) parts.push(t('strip.update', { ratio: formatFigure(ratio) }));
  if (a) parts.push(t('strip.output', { norm: formatFigure(a.norm) }));
  if (a && !w) parts.push(t('strip.zeros', { share: formatShare(zeroShare(a)) }));
  if (a && activations && activations.tensor.columns > 0) {
    const { columns, inner } = activations.tensor;
    parts.push(t(inner > 1 ? 'strip.deadChannels' : 'strip.dead', { dead: a.deadColumns, units: columns }));
  }
  const bad = [dw, w, a].reduce((sum, histogram) => sum + (histogram ? badCount(histogram) : 0), 0);
  if (bad > 0) parts.push(t('strip.bad', { bad }));
  element.setAttribute('aria-label', parts.join(t('strip.separator')));
  const { dataset } = element;
  dataset['step'] = String(ring.telemetry.newest?.step ?? 0);
  dataset['gradientNorm'] = dw ? String(dw.norm) : '';
  dataset['gradientCount'] = dw ? String(countedIn(dw)) : '';
  dataset['valueNorm'] = value ? String(value.norm) : '';
  dataset['valueCount'] = value ? String(countedIn(value)) : '';
  dataset['updateRatio'] = ratio === undefined ? '' : String(ratio);
  dataset['zeros'] = value ? String(value.zeros) : '';
  dataset['dead'] = value ? String(value.deadColumns) : '';
  dataset['bad'] = String(bad);
}
