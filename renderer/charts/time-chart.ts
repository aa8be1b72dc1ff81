import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TuneMark } from '../engine/frame-ring.ts';
import { cssColor } from './color-map.ts';
import { type CurveData, noCurveData } from './curve-data.ts';
import { formatShort } from './figures.ts';
import type { Overlay, OverlayPoints } from './overlays.ts';
import type { Palette } from './palette.ts';

export interface TimeChartOptions {
  readonly scale: 'linear' | 'log';
  readonly formatValue: (value: number) => string;
  readonly formatRate: (rate: number) => string;
  /** The point under the pointer; undefined when it leaves. */
  readonly onHover: (index: number | undefined) => void;
}

export interface TimeChartView {
  readonly data: CurveData;
  readonly xEnd: number;
  readonly yRange: readonly [low: number, high: number];
  readonly marks: readonly TuneMark[];
  /** Drawn beneath the curves of `data`. */
  readonly overlays: readonly Overlay[];
}

const axisFont = 11;
const empty = noCurveData();

/** Curves over steps, drawn by uPlot; nothing else in the studio knows uPlot. Make a new one when colours or scale change. */
export class TimeChart {
  readonly #plot: uPlot;
  readonly #scale: TimeChartOptions['scale'];
  // A logarithmic axis that began at 0 would have no end of ticks.
  #view: TimeChartView = { data: empty, xEnd: 10, yRange: [0.01, 1], marks: [], overlays: [] };

  constructor(element: HTMLElement, options: TimeChartOptions, colors: Palette) {
    this.#scale = options.scale;
    const axis: uPlot.Axis = {
      stroke: cssColor(colors.textMuted),
      font: `${axisFont}px ${colors.font}`,
      grid: { stroke: cssColor(colors.border), width: 1 },
      ticks: { stroke: cssColor(colors.border), width: 1, size: 4 },
      gap: 4,
    };
    this.#plot = new uPlot(
      {
        width: Math.max(80, element.clientWidth),
        height: Math.max(60, element.clientHeight),
        padding: [10, 18, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: 'curves' }, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false, auto: false, range: () => [0, this.#view.xEnd] },
          y: {
            auto: false,
            distr: options.scale === 'log' ? 3 : 1,
            range: () => [this.#view.yRange[0], this.#view.yRange[1]],
          },
        },
        axes: [
          { ...axis, size: 24, values: (_, values) => values.map((value) => formatShort(value)) },
          {
            ...axis,
            size: 52,
            ...(options.scale === 'log' && { splits: (_, __, min, max) => decades(min, max) }),
            values: (_, values) => values.map((value) => (value === null ? '' : options.formatValue(value))),
          },
        ],
        series: [
          {},
          { stroke: 'transparent', points: { show: false }, spanGaps: true },
          { stroke: 'transparent', points: { show: false }, spanGaps: true },
          { stroke: cssColor(colors.train, 0.32), width: 1, points: { show: false }, spanGaps: true },
          { stroke: cssColor(colors.train), width: 2, points: { show: false }, spanGaps: true },
          { stroke: cssColor(colors.test), width: 2, dash: [6, 4], points: { show: false }, spanGaps: true },
        ],
        bands: [{ series: [2, 1], fill: cssColor(colors.train, 0.14) }],
        hooks: {
          drawAxes: [(plot) => this.#drawOverlays(plot)],
          draw: [(plot) => this.#drawMarks(plot, options, colors)],
          setCursor: [(plot) => options.onHover(plot.cursor.idx ?? undefined)],
        },
      },
      columns(empty, options.scale),
      element,
    );
  }

  show(view: TimeChartView): void {
    this.#view = view;
    const [min, max] = view.yRange;
    this.#plot.batch(() => {
      this.#plot.setData(columns(view.data, this.#scale), false);
      this.#plot.setScale('x', { min: 0, max: view.xEnd });
      this.#plot.setScale('y', { min, max });
    });
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #drawOverlays(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = window.devicePixelRatio || 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.lineWidth = 2 * ratio;
    ctx.lineJoin = 'round';
    for (const { color, train, test } of this.#view.overlays) {
      ctx.strokeStyle = cssColor(color);
      ctx.setLineDash([]);
      this.#drawLine(plot, train);
      ctx.setLineDash([6 * ratio, 4 * ratio]);
      this.#drawLine(plot, test);
    }
    ctx.restore();
  }

  #drawLine(plot: uPlot, points: OverlayPoints): void {
    const { ctx } = plot;
    ctx.beginPath();
    for (const [step, value] of points) {
      if (this.#scale === 'log' && value <= 0) continue;
      ctx.lineTo(plot.valToPos(step, 'x', true), plot.valToPos(value, 'y', true));
    }
    ctx.stroke();
  }

  /** A flag where the learning rate was changed. */
  #drawMarks(plot: uPlot, { formatRate }: TimeChartOptions, colors: Palette): void {
    const { ctx, bbox } = plot;
    const ratio = window.devicePixelRatio || 1;
    ctx.save();
    ctx.font = `${10 * ratio}px ${colors.font}`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    let free = Infinity;
    for (const [step, rate] of this.#view.marks.toReversed()) {
      const x = Math.round(plot.valToPos(step, 'x', true)) + 0.5;
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = cssColor(colors.warning, 0.9);
      ctx.lineWidth = ratio;
      ctx.setLineDash([2 * ratio, 2 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const label = formatRate(rate);
      const wide = ctx.measureText(label).width + 8 * ratio;
      const left = Math.min(x, bbox.left + bbox.width - wide);
      // Flags of changes in quick succession would cover each other: the last one, which counts, keeps its label.
      if (left + wide > free) continue;
      ctx.fillStyle = cssColor(colors.raised);
      ctx.strokeStyle = cssColor(colors.warning);
      ctx.setLineDash([]);
      ctx.fillRect(left, bbox.top, wide, 15 * ratio);
      ctx.strokeRect(left, bbox.top + 0.5, wide, 15 * ratio);
      ctx.fillStyle = cssColor(colors.text);
      ctx.fillText(label, left + 4 * ratio, bbox.top + 8 * ratio);
      free = left - 2 * ratio;
    }
    ctx.restore();
  }
}

/** At most eight whole powers of ten between the ends. */
function decades(min: number, max: number): number[] {
  const [low, high] = [Math.round(Math.log10(min)), Math.round(Math.log10(max))];
  const stride = Math.max(1, Math.ceil((high - low) / 8));
  const splits: number[] = [];
  for (let exponent = high; exponent >= low; exponent -= stride) splits.unshift(10 ** exponent);
  return splits;
}

/** A logarithmic axis has no place for what is not positive. */
const onAxis = (column: (number | null)[], scale: TimeChartOptions['scale']): (number | null)[] =>
  scale === 'linear' ? column : column.map((value) => (value !== null && value > 0 ? value : null));

const columns = (data: CurveData, scale: TimeChartOptions['scale']): uPlot.AlignedData => [
  data.steps,
  ...[data.batchLow, data.batchHigh, data.batch, data.train, data.test].map((column) =>
    onAxis(column, scale),
  ),
];
