import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { lossOf } from '../../engine/document/catalogue.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { GrowingRange, stepAxisEnd } from '../charts/axis-range.ts';
import { type CurveData, type CurveMetric, curveData, noCurveData } from '../charts/curve-data.ts';
import { formatFigure, formatShare, formatShort, formatWhole } from '../charts/figures.ts';
import { overlayOf } from '../charts/overlays.ts';
import { addPainter } from '../charts/paint-loop.ts';
import { palette } from '../charts/palette.ts';
import { tickLabel } from '../charts/ridgeline.ts';
import { TimeChart } from '../charts/time-chart.ts';
import { formatNumber } from '../design/number.ts';
import { Switch } from '../design/Switch.tsx';
import { useTheme } from '../design/theme.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import { type Overlaid, useOverlays } from '../runs/overlaid.ts';
import { RunLegend } from '../runs/RunLegend.tsx';
import { runColor, runRgb } from '../runs/run-color.ts';
import { Announcer } from './Announcer.tsx';
import css from './Curves.module.css';
import { EmptyState } from './EmptyState.tsx';

/** Loss and accuracy over the steps of the run: train solid, test dashed, single batches faint; other runs beside it. */
export function Curves() {
  const t = useT();
  const ring = useRun((state) => state.ring);
  const document = useRun((state) => state.document);
  const overlays = useOverlays();
  const [log, setLog] = useState(false);
  const { others, current } = overlays;
  if (!(ring && document) && others.length === 0) {
    return <EmptyState title={t('curves.emptyTitle')} detail={t('curves.emptyDetail')} />;
  }
  const documents = [...others.map((other) => other.document), ...(ring && document ? [document] : [])];
  const shared = { ring, others, color: current?.color };
  const run = ring?.started.run ?? '';
  return (
    <div className={css['panel']}>
      {others.length === 0 ? null : <RunLegend overlays={overlays} />}
      <div className={css['curves']}>
        <Curve key={`loss ${run}`} {...shared} metric="loss" scale={log ? 'log' : 'linear'}>
          <label className={css['switch']}>
            <span>{t('curves.logScale')}</span>
            <Switch label={t('curves.logScale')} checked={log} onChange={setLog} />
          </label>
        </Curve>
        {documents.some(hasAccuracy) ? (
          <Curve key={`accuracy ${run}`} {...shared} metric="accuracy" scale="linear" />
        ) : null}
      </div>
      {ring ? <Announcer ring={ring} /> : null}
    </div>
  );
}

/** Whether the loss of a document knows right answers from wrong ones. */
export function hasAccuracy({ nodes }: NetwrightDocument): boolean {
  return nodes.some(({ type }) => lossOf(type)?.hits !== undefined);
}

interface CurveProps {
  /** Without one only other runs are drawn. */
  readonly ring: FrameRing | undefined;
  readonly others: readonly Overlaid[];
  /** The run's colour where others are beside it. */
  readonly color: number | undefined;
  readonly metric: CurveMetric;
  readonly scale: 'linear' | 'log';
  readonly children?: React.ReactNode;
}

const paintEveryMs = 100;

function Curve({ ring, others, color, metric, scale, children }: CurveProps) {
  const t = useT();
  const theme = useTheme((state) => state.theme);
  const plot = useRef<HTMLDivElement>(null);
  const readouts = useRef<Record<'step' | 'train' | 'test' | 'batch', HTMLElement | null>>({
    step: null,
    train: null,
    test: null,
    batch: null,
  });

  useEffect(() => {
    const element = plot.current;
    if (!element) return undefined;
    let data: CurveData | undefined;
    let hovered: number | undefined;
    const range = new GrowingRange();
    const colors = palette();
    const own = color === undefined ? colors : { ...colors, train: runRgb(color), test: runRgb(color) };
    const overlays = others.map(({ curves, label }) => overlayOf(curves, metric, runRgb(label.color)));
    for (const { train, test } of overlays) {
      if (metric === 'loss') for (const [, value] of [...train, ...test]) range.include(value);
    }
    const othersEnd = Math.max(0, ...overlays.map(({ lastStep }) => lastStep));
    const format = metric === 'accuracy' ? formatShare : formatFigure;

    const write = (): void => {
      const shown = data && hovered !== undefined && hovered < data.steps.length ? hovered : undefined;
      const values = shown === undefined ? newestValues(ring, metric) : valuesAt(data as CurveData, shown);
      const fields = readouts.current;
      put(fields.step, values.step === undefined ? '–' : formatWhole(values.step));
      put(fields.train, format(values.train));
      put(fields.test, format(values.test));
      put(fields.batch, format(values.batch));
    };
    const chart = new TimeChart(
      element,
      {
        scale,
        formatValue: axisFormat(metric, scale),
        formatRate: (rate) => t('curves.rateFlag', { rate: formatNumber(rate) }),
        onHover: (index) => {
          hovered = index;
          write();
        },
      },
      own,
    );
    const paint = (): void => {
      data = ring ? curveData(ring, metric) : noCurveData();
      if (metric === 'loss') {
        for (const column of [data.batch, data.batchLow, data.batchHigh, data.train, data.test])
          for (const value of column) if (value !== null) range.include(value);
      }
      const latest = ring?.latest;
      const total = latest ? latest.epochs * latest.stepsPerEpoch : 0;
      const ownEnd =
        latest || !ring ? stepAxisEnd(latest?.step ?? 0, total) : stepAxisEnd(ring.steps.lastStep, 0);
      chart.show({
        data,
        overlays,
        xEnd: othersEnd > ownEnd || !ring ? stepAxisEnd(othersEnd, othersEnd) : ownEnd,
        yRange: metric === 'accuracy' ? [0, 1] : scale === 'log' ? range.log() : range.linear(),
        marks: ring?.tuned ?? [],
      });
      write();
    };
    const painter = addPainter(element, paintEveryMs, paint);
    const unsubscribe = ring?.subscribe(painter.invalidate);
    const resize = new ResizeObserver(() => {
      chart.resize(element.clientWidth, element.clientHeight);
      painter.invalidate();
    });
    resize.observe(element);
    return () => {
      unsubscribe?.();
      resize.disconnect();
      painter.remove();
      chart.destroy();
    };
  }, [ring, others, color, metric, scale, theme, t]);

  const title = t(metric === 'loss' ? 'curves.loss' : 'curves.accuracy');
  const readout = (part: 'train' | 'test' | 'batch', label: string) => (
    <div className={css['readout']} data-part={part}>
      <dt>
        <i aria-hidden className={css['swatch']} data-part={part} />
        {label}
      </dt>
      <dd data-testid={`${part}-${metric}`} ref={(element) => void (readouts.current[part] = element)} />
    </div>
  );
  return (
    <section
      className={css['curve']}
      aria-label={title}
      {...(color !== undefined && { style: ownColor(color) })}
    >
      <header className={css['header']}>
        <h3 className={css['title']}>{title}</h3>
        <dl className={css['readouts']} hidden={!ring}>
          {readout('train', t('curves.train'))}
          {readout('test', t('curves.test'))}
          {readout('batch', t('curves.batch'))}
          <div className={css['readout']} data-part="step">
            <dt>{t('curves.step')}</dt>
            <dd ref={(element) => void (readouts.current.step = element)} />
          </div>
        </dl>
        {children}
      </header>
      <div ref={plot} className={css['plot']} aria-hidden />
    </section>
  );
}

/** The swatches beside the figures follow the curves. */
const ownColor = (color: number): CSSProperties => {
  const value = runColor(color);
  return { '--color-train': value, '--color-test': value } as CSSProperties;
};

function axisFormat(metric: CurveMetric, scale: CurveProps['scale']): (value: number) => string {
  if (metric === 'accuracy') return (value) => formatShare(value, 0);
  return scale === 'log' ? (value) => tickLabel(value, 'log') : formatShort;
}

interface Values {
  readonly step: number | undefined;
  readonly train: number | undefined;
  readonly test: number | undefined;
  readonly batch: number | undefined;
}

function newestValues(ring: FrameRing | undefined, metric: CurveMetric): Values {
  const epoch = ring?.epochs.newest;
  return {
    step: ring?.latest?.step,
    train: epoch?.train[metric],
    test: epoch?.test?.[metric],
    batch: ring?.lastStep?.[metric],
  };
}

/** At a point of the time axis; a curve without a point there gives its last one before. */
function valuesAt(data: CurveData, index: number): Values {
  const before = (column: readonly (number | null)[]): number | undefined => {
    for (let i = index; i >= 0; i--) {
      const value = column[i];
      if (value !== null && value !== undefined) return value;
    }
    return undefined;
  };
  return {
    step: data.steps[index],
    train: before(data.train),
    test: before(data.test),
    batch: before(data.batch),
  };
}

function put(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
