import { Pin, PinOff } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';
import { formatFigure, formatShare, formatShort, formatWhole } from '../charts/figures.ts';
import type { BinLayout } from '../charts/histogram-axis.ts';
import { layoutFor } from '../charts/layouts.ts';
import { palette } from '../charts/palette.ts';
import { ridgeRows } from '../charts/ridge-rows.ts';
import { paintRidgeline, peakOf, type Ridge, type RidgePoint, ridgeAt } from '../charts/ridgeline.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { IconButton } from '../design/Button.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { readHistogram, zeroShare } from '../engine/histogram.ts';
import { useRingVersion } from '../engine/use-ring-version.ts';
import { type Translate, useT } from '../i18n/i18n.ts';
import css from './Layers.module.css';

interface RidgePanelProps {
  readonly ring: FrameRing;
  /** Position of the tensor in a telemetry frame. */
  readonly index: number;
  readonly tensor: WatchedTensorInfo;
  readonly axis: BinLayout['kind'];
  /** Of the layer, where panels of several are side by side. */
  readonly layer: string | undefined;
  /** Positions of the tensors it shares its axes with; itself alone where each has its own. */
  readonly group: readonly number[];
  readonly isPinned: boolean;
  readonly onPin: () => void;
}

const paintEveryMs = 125;
const figuresEveryMs = 250;
const mostRows = 36;

interface Shown {
  readonly ridges: readonly Ridge[];
  readonly span: number;
  readonly layout: BinLayout;
}

/** One tensor over time as a ridgeline, with the exact figures of its newest histogram and those under the pointer. */
export function RidgePanel(props: RidgePanelProps) {
  const { ring, index, tensor, axis, layer, group, isPinned, onPin } = props;
  const t = useT();
  const shown = useRef<Shown>(undefined);
  const [pointed, point] = useState<RidgePoint>();
  const paint = (surface: Surface): void => {
    const { rows, span } = ridgeRows(ring.telemetry.snapshots, mostRows);
    const ridgesOf = (of: number): Ridge[] =>
      rows.map(({ step, words }) => ({ step, histogram: readHistogram(words, of) }));
    const ridges = ridgesOf(index);
    const all = group.length > 1 ? group.flatMap(ridgesOf) : ridges;
    const layout = layoutFor(
      ring,
      group.length > 1 ? group.join(' ') : tensor.key,
      all.map(({ histogram }) => histogram),
      axis,
    );
    shown.current = { ridges, span, layout };
    const peak = peakOf(layout, all);
    paintRidgeline(surface, { ridges, span, layout, peak, pointed, formatStep: formatShort }, palette());
  };
  const { canvas, invalidate } = useCanvas(paint, paintEveryMs);
  useEffect(() => ring.subscribe(invalidate), [ring, invalidate]);

  const follow = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    if (shown.current)
      point(ridgeAt({ width, height }, shown.current, event.clientX - left, event.clientY - top));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!shown.current) return;
    const next = moved(event.key, pointed, shown.current);
    if (next === pointed) return;
    event.preventDefault();
    event.stopPropagation();
    point(next);
  };

  const kind = t(`layers.kind.${tensor.kind}`);
  const title = layer === undefined ? kind : `${layer} · ${kind}`;
  return (
    <section
      className={css['panel']}
      aria-label={title}
      data-testid={`ridge-${tensor.key}`}
      data-pinned={isPinned || undefined}
    >
      <header className={css['panelHead']}>
        <h4 className={css['panelTitle']} title={title}>
          {title} <span className={css['shape']}>{tensor.shape.join('×')}</span>
        </h4>
        <IconButton
          label={t(isPinned ? 'layers.unpin' : 'layers.pin', { tensor: title })}
          className={css['pin']}
          onClick={onPin}
        >
          {isPinned ? <PinOff size={12} aria-hidden /> : <Pin size={12} aria-hidden />}
        </IconButton>
      </header>
      <canvas
        ref={canvas}
        className={css['canvas']}
        role="img"
        aria-label={t('layers.ridges', { tensor: title })}
        tabIndex={0}
        onPointerMove={follow}
        onPointerLeave={() => point(undefined)}
        onKeyDown={onKey}
        onBlur={() => point(undefined)}
      />
      <p className={css['pointed']} aria-live="polite" data-testid="ridge-pointed">
        {pointed && shown.current ? told(shown.current, pointed, t) : null}
      </p>
      <RidgeFigures ring={ring} index={index} tensor={tensor} />
    </section>
  );
}

/** Up and down through time, left and right through the bins. */
function moved(key: string, at: RidgePoint | undefined, { ridges, layout }: Shown): RidgePoint | undefined {
  const bins = layout.edges.length - 1;
  const { row, bin } = at ?? { row: ridges.length - 1, bin: Math.floor(bins / 2) };
  const inside = (next: RidgePoint): RidgePoint => ({
    row: Math.min(Math.max(0, next.row), ridges.length - 1),
    bin: Math.min(Math.max(0, next.bin), bins - 1),
  });
  switch (key) {
    case 'ArrowUp':
      return inside({ row: row - 1, bin });
    case 'ArrowDown':
      return inside({ row: row + 1, bin });
    case 'ArrowLeft':
      return inside({ row, bin: bin - 1 });
    case 'ArrowRight':
      return inside({ row, bin: bin + 1 });
    case 'Escape':
      return undefined;
    default:
      return at;
  }
}

function told({ ridges, layout }: Shown, { row, bin }: RidgePoint, t: Translate): string {
  const ridge = ridges[row];
  if (!ridge || bin >= layout.edges.length - 1) return '';
  const { histogram, step } = ridge;
  const [from, to] = layout.bounds(bin);
  const isZero = from === 0 && to === 0;
  const share = isZero ? zeroShare(histogram) : (layout.shares(histogram)[bin] ?? 0);
  return t(isZero ? 'layers.pointedZero' : layout.kind === 'log' ? 'layers.pointed' : 'layers.pointedAbout', {
    step: formatWhole(step),
    from: formatFigure(from),
    to: formatFigure(to),
    share: formatShare(share),
    count: formatWhole(share * histogram.sampled),
  });
}

function RidgeFigures({ ring, index, tensor }: Pick<RidgePanelProps, 'ring' | 'index' | 'tensor'>) {
  const t = useT();
  useRingVersion(ring, figuresEveryMs);
  const h = ring.histogram(index);
  const bad = h ? h.nans + h.infinities : 0;
  const badText = h ? `${formatWhole(h.nans)} / ${formatWhole(h.infinities)}` : '–';
  const figure = (key: 'norm' | 'mean' | 'deviation' | 'range' | 'zeros' | 'dead' | 'bad', value: string) => (
    <div
      data-figure={key}
      data-bad={(key === 'bad' && bad > 0) || undefined}
      data-dead={(key === 'dead' && h !== undefined && h.deadColumns > 0) || undefined}
    >
      <dt>{t(key === 'dead' && tensor.inner > 1 ? 'layers.figure.deadChannels' : `layers.figure.${key}`)}</dt>
      <dd>{value}</dd>
    </div>
  );
  return (
    <dl className={css['figures']} data-step={ring.telemetry.newest?.step}>
      {figure('norm', formatFigure(h?.norm))}
      {figure('mean', formatFigure(h?.mean))}
      {figure('deviation', formatFigure(h && Math.sqrt(h.variance)))}
      {tensor.columns > 0
        ? figure('dead', h ? `${formatWhole(h.deadColumns)} / ${formatWhole(tensor.columns)}` : '–')
        : figure('bad', badText)}
      {figure('range', h ? `${formatFigure(h.minimum)} … ${formatFigure(h.maximum)}` : '–')}
      {figure(
        'zeros',
        h ? `${formatWhole(h.zeros)} / ${formatWhole(h.sampled)} (${formatShare(zeroShare(h), 0)})` : '–',
      )}
      {tensor.columns > 0 ? figure('bad', badText) : null}
    </dl>
  );
}
