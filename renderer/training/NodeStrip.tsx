import { useEffect, useRef } from 'react';
import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';
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

/** What the two rows of a node show: its weights, or without weights its output, and the gradient of either. */
interface Rows {
  readonly gradient: Watched | undefined;
  readonly value: Watched | undefined;
}

function rowsOf(ring: FrameRing | undefined, node: string): Rows {
  const watched = ring?.watchedOf(node) ?? [];
  const first = (kind: WatchedTensorInfo['kind'], tensor?: string): Watched | undefined =>
    watched.find(
      (entry) => entry.tensor.kind === kind && (tensor === undefined || entry.tensor.tensor === tensor),
    );
  const weight = first('weight');
  if (weight) return { value: weight, gradient: first('weightGradient', weight.tensor.tensor) };
  return { value: first('activation'), gradient: first('activationGradient') };
}

const paintEveryMs = 66;
const writeEveryMs = 500;
/** Of one histogram, in the units of the drawing. */
const box = { width: 68, height: 20 } as const;
const gap = 3;
const parts = ['negative', 'positive', 'zeros', 'hatch'] as const;

/** Gives the paths of both histograms their shapes; none where there is nothing to show. */
function paint(svg: SVGSVGElement | null, ring: FrameRing, { gradient, value }: Rows): void {
  for (const [row, watched] of [gradient, value].entries()) {
    const group = svg?.children[row];
    const histogram = watched && ring.histogram(watched.index);
    const layout = histogram && layoutFor(ring, watched.tensor.key, [histogram], 'log');
    const shown = layout && miniHistogram(box, layout, histogram);
    group?.toggleAttribute('data-empty', shown === undefined);
    for (const [i, part] of parts.entries()) group?.children[i + 1]?.setAttribute('d', shown?.[part] ?? '');
  }
}

/**
 * The living part of a node: gradient above, weights (or output) below, zeros hatched. Its size never changes.
 * What it shows stands in words and counts on its element, refreshed twice a second.
 */
export function NodeStrip({ nodeId }: { readonly nodeId: string }) {
  const t = useT();
  const flatId = useDocumentStore((state) => shownFlatId(state, nodeId)) ?? nodeId;
  const ring = useRun((state) => state.ring);
  const strip = useRef<HTMLDivElement>(null);
  const bars = useRef<SVGSVGElement>(null);
  const figures = useRef<HTMLDivElement>(null);
  const gradientText = useRef<HTMLSpanElement>(null);
  const valueText = useRef<HTMLSpanElement>(null);
  const rows = rowsOf(ring, flatId);

  useEffect(() => {
    const element = strip.current;
    const drawing = bars.current;
    if (!ring || !element) return undefined;
    const found = rowsOf(ring, flatId);
    const write = (): void => {
      const gradient = found.gradient && ring.histogram(found.gradient.index);
      const value = found.value && ring.histogram(found.value.index);
      writeField(gradientText.current, gradient);
      writeField(valueText.current, value, t, found.value?.tensor);
      describe(element, t, ring, found, gradient, value);
    };
    const writer = addPainter(figures.current ?? element, writeEveryMs, write);
    const painter = addPainter(element, paintEveryMs, () => paint(drawing, ring, found));
    const unsubscribe = ring.subscribe(() => {
      painter.invalidate();
      writer.invalidate();
    });
    return () => {
      unsubscribe();
      painter.remove();
      writer.remove();
      paint(drawing, ring, { gradient: undefined, value: undefined });
    };
  }, [ring, flatId, t]);

  const ofOutput = rows.value?.tensor.kind === 'activation';
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
        className={css['bars']}
        viewBox={`0 0 ${box.width} ${2 * box.height + gap}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        {[0, box.height + gap].map((top) => (
          <g key={top} transform={`translate(0 ${top})`}>
            <path className={css['base']} d={`M0 ${box.height}h${box.width}`} />
            {parts.map((part) => (
              <path key={part} className={css[part]} />
            ))}
          </g>
        ))}
      </svg>
      <div ref={figures} className={css['figures']} aria-hidden>
        <span className={css['figure']}>
          <span className={css['symbol']}>{rows.gradient ? (ofOutput ? '∂a' : '∂w') : ''}</span>
          <span ref={gradientText} className={css['number']} />
        </span>
        <span className={css['figure']}>
          <span className={css['symbol']}>{rows.value ? (ofOutput ? 'a' : 'w') : ''}</span>
          <span ref={valueText} className={css['number']} />
        </span>
      </div>
    </div>
  );
}

/** The norm; of an output its dead units or channels, else the share of its zeros; in red how much is not finite. */
function writeField(
  element: HTMLElement | null,
  histogram: Histogram | undefined,
  t?: Translate,
  tensor?: WatchedTensorInfo,
): void {
  if (!element) return;
  const bad = histogram ? badCount(histogram) : 0;
  const dead = histogram && tensor && tensor.columns > 0 ? histogram.deadColumns : 0;
  let text = '';
  if (histogram && bad > 0) text = `${bad} NaN`;
  else if (t && tensor && dead > 0) text = deadText(t, dead, tensor.columns);
  else if (histogram && tensor?.kind === 'activation' && histogram.zeros > 0)
    text = `▨ ${formatShare(zeroShare(histogram), 0)}`;
  else if (histogram) text = formatFigure(histogram.norm);
  if (element.textContent !== text) element.textContent = text;
  element.toggleAttribute('data-bad', bad > 0);
  element.toggleAttribute('data-dead', bad === 0 && dead > 0);
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
  rows: Rows,
  gradient: Histogram | undefined,
  value: Histogram | undefined,
): void {
  if (!gradient && !value) return;
  const isOutput = rows.value?.tensor.kind === 'activation';
  const parts: string[] = [];
  if (gradient) parts.push(t('strip.gradient', { norm: formatFigure(gradient.norm) }));
  if (value) {
    parts.push(t(isOutput ? 'strip.output' : 'strip.weights', { norm: formatFigure(value.norm) }));
    if (isOutput) parts.push(t('strip.zeros', { share: formatShare(zeroShare(value)) }));
    if (rows.value && rows.value.tensor.columns > 0) {
      const { columns, inner } = rows.value.tensor;
      const key = inner > 1 ? 'strip.deadChannels' : 'strip.dead';
      parts.push(t(key, { dead: value.deadColumns, units: columns }));
    }
  }
  const bad = (gradient ? badCount(gradient) : 0) + (value ? badCount(value) : 0);
  if (bad > 0) parts.push(t('strip.bad', { bad }));
  element.setAttribute('aria-label', parts.join(t('strip.separator')));
  const { dataset } = element;
  dataset['step'] = String(ring.telemetry.newest?.step ?? 0);
  dataset['gradientNorm'] = gradient ? String(gradient.norm) : '';
  dataset['gradientCount'] = gradient ? String(countedIn(gradient)) : '';
  dataset['valueNorm'] = value ? String(value.norm) : '';
  dataset['valueCount'] = value ? String(countedIn(value)) : '';
  dataset['zeros'] = value ? String(value.zeros) : '';
  dataset['dead'] = value ? String(value.deadColumns) : '';
  dataset['bad'] = String(bad);
}
