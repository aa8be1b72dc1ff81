import { useEffect, useRef } from 'react';
import type { WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import { type Living, useLiving, usesStrip } from '../canvas/living.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { layoutFor } from '../charts/layouts.ts';
import { miniHistogram } from '../charts/mini-histogram.ts';
import { addPainter } from '../charts/paint-loop.ts';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { badCount, countedIn, type Histogram, zeroShare } from '../engine/histogram.ts';
import { useRun } from '../engine/run-store.ts';
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

interface Row {
  readonly symbol: string;
  /** Undefined for the gradient of what has none. */
  readonly index: number | undefined;
  readonly tensor: WatchedTensorInfo;
}

/** The rows that are shown, from the top; where nothing trained lies before a node, one that says there is no gradient. */
function rowsOf({ gradient, weights, activations }: Told, shows: Living): Row[] {
  const row = (shown: boolean, watched: Omit<Row, 'symbol'> | undefined, symbol: string): Row[] =>
    shown && watched !== undefined ? [{ ...watched, symbol }] : [];
  const tensor = (weights ?? activations)?.tensor;
  const none = tensor && { index: undefined, tensor };
  return [
    ...row(shows.gradients, gradient ?? none, weights ? '∂w' : '∂a'),
    ...row(shows.weights, weights, 'w'),
    ...row(shows.activations, activations, 'a'),
  ];
}

interface Figure {
  readonly text: string;
  readonly tone?: 'bad' | 'dead';
}

const paintEveryMs = 50;
const writeEveryMs = 500;
/** Of the drawing, in its own units, and from one histogram to the next. */
const drawn = { width: 68, height: 43, gap: 3 } as const;
const parts = ['negative', 'positive', 'zeros', 'hatch'] as const;

const heightOf = (rows: number): number => (drawn.height - drawn.gap * (rows - 1)) / rows;

/**
 * The living part of a node: histograms of the gradient, the weights and what it gives, as many of them as are wanted, zeros
 * hatched, each with its norm. Its size never changes. What it shows stands in words and counts on its element; words and
 * figures are refreshed twice a second.
 */
export function NodeStrip({ nodeId }: { readonly nodeId: string }) {
  const shows = useLiving();
  return usesStrip(shows) ? <Strip nodeId={nodeId} shows={shows} /> : null;
}

function Strip({ nodeId, shows }: { readonly nodeId: string; readonly shows: Living }) {
  const t = useT();
  const flatId = useDocumentStore((state) => shownFlatId(state, nodeId)) ?? nodeId;
  const ring = useRun((state) => state.ring);
  const strip = useRef<HTMLDivElement>(null);
  const bars = useRef<SVGSVGElement>(null);
  const figures = useRef<HTMLDivElement>(null);
  const rows = rowsOf(toldOf(ring, flatId), shows);

  useEffect(() => {
    const element = strip.current;
    const drawing = bars.current;
    const list = figures.current;
    if (!ring || !element || !drawing || !list) return undefined;
    const told = toldOf(ring, flatId);
    const own = rowsOf(told, shows);
    const painter = addPainter(element, paintEveryMs, () => drawBars(drawing, ring, own));
    const writer = addPainter(element, writeEveryMs, () => {
      for (const [i, row] of own.entries()) writeFigure(list.children[i], figureOf(t, ring, row));
      describe(element, t, ring, told);
    });
    const unsubscribe = ring.subscribe(() => {
      painter.invalidate();
      writer.invalidate();
    });
    return () => {
      unsubscribe();
      painter.remove();
      writer.remove();
    };
  }, [ring, flatId, shows, t]);

  const tall = heightOf(rows.length);
  return (
    <div
      ref={strip}
      className={css['strip']}
      role="img"
      aria-label={t('strip.empty')}
      data-testid={`strip-${nodeId}`}
    >
      {/* Not a canvas: every canvas is a layer of its own to the browser, and hundreds of layers halt it. */}
      <svg
        ref={bars}
        key={ring?.started.run}
        className={css['bars']}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        {rows.map(({ symbol }, i) => (
          <g key={symbol} transform={`translate(0 ${i * (tall + drawn.gap)})`}>
            {/* Without a run there is nothing to draw, and hundreds of nodes open sooner. */}
            {ring && parts.map((part) => <path key={part} className={css[part]} />)}
            <path className={css['base']} d={`M0 ${tall}h${drawn.width}`} />
          </g>
        ))}
      </svg>
      <div ref={figures} className={css['figures']} aria-hidden>
        {rows.map(({ symbol }) => (
          <span key={symbol} className={css['figure']} style={{ height: tall }}>
            <span className={css['symbol']}>{symbol}</span>
            <span className={css['number']} />
          </span>
        ))}
      </div>
    </div>
  );
}

function drawBars(drawing: SVGSVGElement, ring: FrameRing, rows: readonly Row[]): void {
  const box = { width: drawn.width, height: heightOf(rows.length) };
  for (const [i, { index, tensor }] of rows.entries()) {
    const histogram = index === undefined ? undefined : ring.histogram(index);
    const group = drawing.children[i];
    if (!histogram || !group) continue;
    const shown = miniHistogram(box, layoutFor(ring, tensor.key, [histogram], 'log'), histogram);
    for (const [at, part] of parts.entries()) group.children[at]?.setAttribute('d', shown[part]);
  }
}

function writeFigure(figure: Element | undefined, { text, tone }: Figure): void {
  const number = figure?.lastElementChild;
  if (!(number instanceof HTMLElement)) return;
  if (number.textContent !== text) number.textContent = text;
  if (tone === undefined) delete number.dataset['tone'];
  else number.dataset['tone'] = tone;
}

/**
 * The norm; of weights also how far the step moved them; of what a node gives its dead units or channels, else the share of
 * its zeros; of anything how much is not finite.
 */
function figureOf(t: Translate, ring: FrameRing, { index, tensor }: Row): Figure {
  if (index === undefined) return { text: t(tensor.kind === 'weight' ? 'strip.frozen' : 'strip.noGradient') };
  const histogram = ring.histogram(index);
  if (histogram === undefined) return { text: '' };
  const bad = badCount(histogram);
  if (bad > 0) return { text: `${bad} NaN/∞`, tone: 'bad' };
  const dead = tensor.columns > 0 ? histogram.deadColumns : 0;
  if (dead > 0) return { text: deadText(t, dead, tensor.columns), tone: 'dead' };
  if (tensor.kind === 'activation' && histogram.zeros > 0)
    return { text: `▨ ${formatShare(zeroShare(histogram), 0)}` };
  const ratio = tensor.kind === 'weight' ? ring.updateRatio(index) : undefined;
  const moved =
    ratio === undefined
      ? ''
      : ` Δ${ratio === 0 ? 0 : ratio.toExponential(0).replace('e+', 'e').replace('-', '−')}`;
  return { text: formatFigure(histogram.norm) + moved };
}

/** Long counts do not fit. */
const deadText = (t: Translate, dead: number, units: number): string =>
  units < 1000
    ? t('strip.deadShort', { dead, units })
    : t('strip.deadShare', { share: formatShare(dead / units, 0) });

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
  if (weights && !gradient) parts.push(t('strip.frozen'));
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
