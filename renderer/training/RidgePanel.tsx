import { Pin, PinOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { RunLabel } from '../../engine/protocol/kept-run-messages.ts';
import type { WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import { formatFigure, formatShare, formatShort, formatWhole } from '../charts/figures.ts';
import type { BinLayout } from '../charts/histogram-axis.ts';
import { layoutFor } from '../charts/layouts.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { palette } from '../charts/palette.ts';
import { ridgeRows } from '../charts/ridge-rows.ts';
import { paintRidgeline, peakOf, type Ridge, type RidgePoint, ridgeAt } from '../charts/ridgeline.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { movedInGrid, usePointed } from '../charts/use-pointed.ts';
import { IconButton } from '../design/Button.tsx';
import { readHistogram, zeroShare } from '../engine/histogram.ts';
import type { RidgeSource } from '../engine/ridge-source.ts';
import { useRingVersion } from '../engine/use-ring-version.ts';
import { type Translate, useT } from '../i18n/i18n.ts';
import { runColor } from '../runs/run-color.ts';
import css from './Layers.module.css';

/** A tensor of a run. */
export interface RidgeOf {
  readonly source: RidgeSource;
  /** Position of the tensor in what the run watches. */
  readonly index: number;
}

interface RidgePanelProps extends RidgeOf {
  readonly tensor: WatchedTensorInfo;
  readonly axis: BinLayout['kind'];
  /** Of the layer, where panels of several are side by side. */
  readonly layer: string | undefined;
  /** Of the run, where panels of two are side by side. */
  readonly label: RunLabel | undefined;
  /** The tensors it shares its axes with, itself among them; alone where each has its own. */
  readonly group: readonly RidgeOf[];
  /** Absent where it cannot be pinned. */
  readonly pin?: { readonly isPinned: boolean; readonly toggle: () => void };
}

const paintEveryMs = 150;
const figuresEveryMs = 250;
const mostRows = 36;

interface Shown {
  readonly ridges: readonly Ridge[];
  readonly span: number;
  readonly layout: BinLayout;
}

/** One tensor over time as a ridgeline, with the exact figures of its newest histogram and those under the pointer. */
export function RidgePanel(props: RidgePanelProps) {
  const { source, index, tensor, axis, layer, label, group, pin } = props;
  const t = useT();
  const shown = useRef<Shown>(undefined);
  const { pointed, handlers } = usePointed<RidgePoint>({
    at: ({ x, y, width, height }) => shown.current && ridgeAt({ width, height }, shown.current, x, y),
    moved: (key, from) => (shown.current ? moved(key, from, shown.current) : from),
  });
  const paint = (surface: Surface): void => {
    const until = Math.max(...group.map((one) => one.source.snapshots.at(-1)?.step ?? 0));
    const rowsOf = (of: RidgeSource) => ridgeRows(of.snapshots, mostRows, until);
    const ridgesOf = (of: RidgeOf): Ridge[] =>
      rowsOf(of.source).rows.map(({ step, words }) => ({ step, histogram: readHistogram(words, of.index) }));
    const { span } = rowsOf(source);
    const ridges = ridgesOf({ source, index });
    const all = group.length > 1 ? group.flatMap(ridgesOf) : ridges;
    const [first = { source }] = group;
    const layout = layoutFor(
      first.source,
      group.length > 1 ? group.map((one) => `${one.source.run} ${one.index}`).join(' ') : tensor.key,
      all.map(({ histogram }) => histogram),
      axis,
    );
    shown.current = { ridges, span, layout };
    const peak = peakOf(layout, all);
    paintRidgeline(surface, { ridges, span, layout, peak, pointed, formatStep: formatShort }, palette());
  };
  const { canvas, invalidate } = useCanvas(paint, paintEveryMs);
  // The axes follow the other run that shares them, too.
  const beside = group.find((one) => one.source !== source)?.source;
  useEffect(() => source.subscribe(invalidate), [source, invalidate]);
  useEffect(() => beside?.subscribe(invalidate), [beside, invalidate]);

  const kind = t(`layers.kind.${tensor.kind}`);
  // Beside its like of another run, which run it is says enough.
  const shortTitle =
    pin === undefined ? label?.name : [layer, kind].filter((part) => part !== undefined).join(' · ');
  const title = [layer, kind, label?.name].filter((part) => part !== undefined).join(' · ');
  return (
    <section
      className={css['panel']}
      aria-label={title}
      data-testid={`${pin === undefined ? 'beside' : 'ridge'}-${tensor.key}`}
      data-run={source.run}
      data-pinned={pin?.isPinned || undefined}
    >
      <h4 className={css['panelTitle']} title={title}>
        {label === undefined ? null : (
          <i aria-hidden className={css['dot']} style={{ background: runColor(label.color) }} />
        )}
        {shortTitle} <span className={css['shape']}>{tensor.shape.join('×')}</span>
      </h4>
      <div className={css['picture']}>
        <canvas
          ref={canvas}
          className={css['canvas']}
          role="img"
          aria-label={t('layers.ridges', { tensor: title })}
          {...handlers}
        />
        {pin === undefined ? null : (
          <IconButton
            label={t(pin.isPinned ? 'layers.unpin' : 'layers.pin', { tensor: title })}
            className={css['pin']}
            onClick={pin.toggle}
          >
            {pin.isPinned ? <PinOff size={12} aria-hidden /> : <Pin size={12} aria-hidden />}
          </IconButton>
        )}
      </div>
      <Pointed told={pointed && shown.current && told(shown.current, pointed, t)} testId="ridge-pointed" />
      <RidgeFigures source={source} index={index} tensor={tensor} />
    </section>
  );
}

/** Up and down through time, left and right through the bins. */
function moved(key: string, from: RidgePoint | undefined, { ridges, layout }: Shown): RidgePoint | undefined {
  const bins = layout.edges.length - 1;
  const at = from && { row: from.row, column: from.bin };
  const start = { row: ridges.length - 1, column: Math.floor(bins / 2) };
  const next = movedInGrid(key, at, { rows: ridges.length, columns: bins, start });
  return next === at ? from : next && { row: next.row, bin: next.column };
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

function RidgeFigures({ source, index, tensor }: Pick<RidgePanelProps, 'source' | 'index' | 'tensor'>) {
  const t = useT();
  useRingVersion(source, figuresEveryMs);
  const h = source.histogram(index);
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
    <dl className={css['figures']} data-step={source.snapshots.at(-1)?.step}>
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
