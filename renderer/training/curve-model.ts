import { heldOutFigures } from '../../engine/protocol/live-run-messages.ts';
import { GrowingRange, stepAxisEnd } from '../charts/axis-range.ts';
import {
  type CurveData,
  type CurveMetric,
  curveData,
  isLearned,
  lastIn,
  noCurveData,
  valuesAt,
} from '../charts/curve-data.ts';
import { formatFigure, formatShare, formatShort } from '../charts/figures.ts';
import {
  commonEpoch,
  type Overlay,
  type OverlayPoints,
  overlayOf,
  stepsOf,
  valueAt,
} from '../charts/overlays.ts';
import { type Palette, palette } from '../charts/palette.ts';
import { tickLabel } from '../charts/ridgeline.ts';
import { smoothed } from '../charts/smoothing.ts';
import type { TimeChartOptions, TimeChartView } from '../charts/time-chart.ts';
import type { TimeWindow } from '../charts/time-window.ts';
import { formatNumber } from '../design/number.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import type { Translate } from '../i18n/i18n.ts';
import type { Overlaid } from '../runs/overlaid.ts';
import { runRgb } from '../runs/run-color.ts';
import { heldOutColors, heldOutOf } from './held-out.ts';

export interface CurveSubject {
  /** Without one only other runs are drawn. */
  readonly ring: FrameRing | undefined;
  readonly others: readonly Overlaid[];
  /** The run's colour where others are beside it. */
  readonly color: number | undefined;
  readonly metric: CurveMetric;
  readonly log: boolean;
  readonly smoothing: number;
}

export interface CurveValues {
  readonly step: number | undefined;
  readonly train: number | undefined;
  readonly test: number | undefined;
  readonly batch: number | undefined;
}

/** What has a ratio, and so a logarithm that says something. */
const hasLog = (metric: CurveMetric): boolean =>
  metric === 'loss' || metric === 'learningRate' || metric === 'gradientNorm';

/** A learning rate is exact: there is nothing to smooth. */
const hasNoise = (metric: CurveMetric): boolean => metric !== 'learningRate';

/** One chart of the curves: what is drawn, on which axes, and which figures stand beside it. */
export class CurveModel {
  readonly colors: Palette;
  readonly options: Pick<TimeChartOptions, 'scale' | 'formatValue' | 'formatEpoch' | 'batchesOnly'>;
  readonly #subject: CurveSubject;
  readonly #t: Translate;
  readonly #range = new GrowingRange();
  /** As they were told, before any smoothing. */
  readonly #told: readonly Overlay[];
  readonly #rawOverlays: readonly Overlay[];
  readonly #overlays: readonly Overlay[];
  #data: CurveData = noCurveData();

  constructor(subject: CurveSubject, t: Translate) {
    const { metric, log, color, others, smoothing } = subject;
    this.#subject = subject;
    this.#t = t;
    const colors = heldOutColors(palette(), heldOutOf(subject));
    this.colors = color === undefined ? colors : { ...colors, train: runRgb(color), test: runRgb(color) };
    const scale = log && hasLog(metric) ? 'log' : 'linear';
    this.options = {
      scale,
      formatValue: axisFormat(metric, scale),
      formatEpoch: (epoch) => t('curves.epochMark', { epoch: formatShort(epoch) }),
      batchesOnly: !isLearned(metric),
    };
    const overlays = others.map(({ curves, label }) => overlayOf(curves, metric, runRgb(label.color)));
    this.#told = overlays;
    if (subject.ring === undefined) this.#data = withoutRun(stepsOf(overlays));
    const isSmooth = smoothing > 0 && hasNoise(metric);
    this.#rawOverlays = isSmooth ? overlays : [];
    this.#overlays = isSmooth ? overlays.map((overlay) => smoothOverlay(overlay, smoothing)) : overlays;
    for (const { train, test } of overlays)
      for (const [, value] of [...train, ...test]) this.#range.include(value);
  }

  /** Where the time axis ends when nothing is zoomed. */
  get end(): number {
    const { ring } = this.#subject;
    const latest = ring?.latest;
    const othersEnd = Math.max(0, ...this.#overlays.map(({ lastStep }) => lastStep));
    const total = latest ? latest.epochs * latest.stepsPerEpoch : 0;
    const ownEnd =
      latest || !ring ? stepAxisEnd(latest?.step ?? 0, total) : stepAxisEnd(ring.steps.lastStep, 0);
    return othersEnd > ownEnd || !ring ? stepAxisEnd(othersEnd, othersEnd) : ownEnd;
  }

  /** How many points of the time axis there are figures of. */
  get points(): number {
    return this.#data.steps.length;
  }

  view(window: TimeWindow | undefined): TimeChartView {
    const { ring, metric, smoothing } = this.#subject;
    if (ring) this.#data = curveData(ring, metric);
    const data = this.#data;
    for (const column of [data.batch, data.batchLow, data.batchHigh, data.train, data.test])
      for (const value of column) if (value !== null) this.#range.include(value);
    const isSmooth = smoothing > 0 && hasNoise(metric);
    return {
      data,
      smooth: isSmooth
        ? {
            batch: smoothed(data.batch, smoothing),
            train: smoothed(data.train, smoothing),
            test: smoothed(data.test, smoothing),
          }
        : undefined,
      xRange: window ? [window.from, window.to] : [0, this.end],
      yRange: window ? this.#rangeWithin(window) : this.#wholeRange(),
      changes: this.#changes(),
      stepsPerEpoch: ring ? ring.started.stepsPerEpoch : commonEpoch(this.#told),
      overlays: this.#overlays,
      rawOverlays: this.#rawOverlays,
    };
  }

  /** The number of the point at a step, or of the last before it. */
  pointAt(step: number): number {
    const after = this.#data.steps.findIndex((other) => other > step);
    return (after < 0 ? this.points : after) - 1;
  }

  stepAt(point: number): number | undefined {
    return this.#data.steps[point];
  }

  /** At a step; a curve without a point there gives its last one before. Without a step the newest. */
  values(step: number | undefined): CurveValues {
    const { ring, metric } = this.#subject;
    const data = this.#data;
    const index = step === undefined ? -1 : Math.max(0, this.pointAt(step));
    if (index < 0 || data.steps.length === 0) {
      const epoch = ring?.epochs.newest;
      const isOfEpochs = isLearned(metric);
      return {
        step: ring?.latest?.step,
        train: isOfEpochs ? epoch?.train[metric] : undefined,
        test: isOfEpochs && epoch ? heldOutFigures(epoch)?.[metric] : undefined,
        batch: metric === 'gradientNorm' ? lastIn(data.batch) : ring?.lastStep?.[metric],
      };
    }
    return { step: data.steps[index], ...valuesAt(data, index) };
  }

  /** What the other runs had come to at a step, in their order. */
  othersAt(step: number): readonly Pick<CurveValues, 'train' | 'test'>[] {
    return this.#told.map(({ train, test }) => ({ train: valueAt(train, step), test: valueAt(test, step) }));
  }

  format(value: number | undefined): string {
    const { metric } = this.#subject;
    if (metric === 'accuracy') return formatShare(value);
    if (metric === 'stepsPerSecond' && value !== undefined && value >= 1000) return formatShort(value);
    return value === undefined || Number.isNaN(value) ? '–' : formatFigure(value);
  }

  #changes(): TimeChartView['changes'] {
    const { ring } = this.#subject;
    const marks = (tuned: Overlay['tuned'], color?: Overlay['color']) =>
      tuned.map(([step, rate]) => ({
        step,
        label: this.#t('curves.rateFlag', { rate: formatNumber(rate) }),
        ...(color && { color }),
      }));
    const resumedAt = ring?.started.resumedAt;
    const resumed = resumedAt ? [{ step: resumedAt.step, label: this.#t('curves.resumedFlag') }] : [];
    const others = this.#told.flatMap(({ tuned, color }) => marks(tuned, color));
    return [...resumed, ...marks(ring?.tuned ?? []), ...others].toSorted((a, b) => a.step - b.step);
  }

  #wholeRange(): [number, number] {
    if (this.#subject.metric === 'accuracy') return [0, 1];
    return this.options.scale === 'log' ? this.#range.log() : this.#range.linear();
  }

  /** What is zoomed in on fills the chart. */
  #rangeWithin({ from, to }: TimeWindow): [number, number] {
    const seen = new GrowingRange();
    let [low, high] = [Infinity, -Infinity];
    const include = (value: number): void => {
      seen.include(value);
      low = Math.min(low, value);
      high = Math.max(high, value);
    };
    const { steps, batch, batchLow, batchHigh, train, test } = this.#data;
    for (const [i, step] of steps.entries()) {
      if (step < from || step > to) continue;
      for (const column of [batch, batchLow, batchHigh, train, test]) {
        const value = column[i];
        if (value !== null && value !== undefined) include(value);
      }
    }
    for (const { train: trained, test: tested } of this.#rawOverlays.length > 0
      ? this.#rawOverlays
      : this.#overlays)
      for (const [step, value] of [...trained, ...tested]) if (step >= from && step <= to) include(value);
    if (low > high) return this.#wholeRange();
    if (this.options.scale === 'log') return seen.log();
    // Means of equal numbers differ in their last digits.
    const isFlat = high - low <= Math.abs(high) * 1e-5;
    const margin = isFlat ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.06;
    return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
  }
}

/** Points of the time axis at which other runs can be read, where the chart has no run of its own. */
const withoutRun = (steps: number[]): CurveData => {
  const nothing = steps.map(() => null);
  return { steps, batch: nothing, batchLow: nothing, batchHigh: nothing, train: nothing, test: nothing };
};

function smoothOverlay(overlay: Overlay, weight: number): Overlay {
  const smooth = (line: OverlayPoints): OverlayPoints => {
    const values = smoothed(
      line.map(([, value]) => value),
      weight,
    );
    return line.map(([step, value], i) => [step, values[i] ?? value] as const);
  };
  return { ...overlay, train: smooth(overlay.train), test: smooth(overlay.test) };
}

function axisFormat(metric: CurveMetric, scale: 'linear' | 'log'): (value: number) => string {
  if (metric === 'accuracy') return (value) => formatShare(value, 0);
  return scale === 'log' ? (value) => tickLabel(value, 'log') : formatShort;
}
