import { useEffect } from 'react';
import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';
import { formatFigure, formatShare, formatShort, formatWhole } from '../charts/figures.ts';
import type { BinLayout } from '../charts/histogram-axis.ts';
import { layoutFor } from '../charts/layouts.ts';
import { palette } from '../charts/palette.ts';
import { ridgeRows } from '../charts/ridge-rows.ts';
import { paintRidgeline } from '../charts/ridgeline.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { readHistogram, zeroShare } from '../engine/histogram.ts';
import { useRingVersion } from '../engine/use-ring-version.ts';
import { useT } from '../i18n/i18n.ts';
import css from './Layers.module.css';

interface RidgePanelProps {
  readonly ring: FrameRing;
  /** Position of the tensor in a telemetry frame. */
  readonly index: number;
  readonly tensor: WatchedTensorInfo;
  readonly axis: BinLayout['kind'];
}

const paintEveryMs = 125;
const figuresEveryMs = 250;
const mostRows = 36;

/** One tensor over time as a ridgeline, with the exact figures of its newest histogram. */
export function RidgePanel({ ring, index, tensor, axis }: RidgePanelProps) {
  const t = useT();
  const paint = (surface: Surface): void => {
    const { rows, span } = ridgeRows(ring.telemetry.snapshots, mostRows);
    const ridges = rows.map(({ step, words }) => ({ step, histogram: readHistogram(words, index) }));
    const layout = layoutFor(
      ring,
      tensor.key,
      ridges.map(({ histogram }) => histogram),
      axis,
    );
    paintRidgeline(surface, { ridges, span, layout, formatStep: formatShort }, palette());
  };
  const { canvas, invalidate } = useCanvas(paint, paintEveryMs);
  useEffect(() => ring.subscribe(invalidate), [ring, invalidate]);

  const title = t(`layers.kind.${tensor.kind}`);
  return (
    <section className={css['panel']} aria-label={title} data-testid={`ridge-${tensor.key}`}>
      <h4 className={css['panelTitle']}>
        {title} <span className={css['shape']}>{tensor.shape.join('×')}</span>
      </h4>
      <canvas ref={canvas} className={css['canvas']} aria-hidden />
      <RidgeFigures ring={ring} index={index} tensor={tensor} />
    </section>
  );
}

function RidgeFigures({ ring, index, tensor }: Omit<RidgePanelProps, 'axis'>) {
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
