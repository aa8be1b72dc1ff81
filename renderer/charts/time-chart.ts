import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { cssColor } from './color-map.ts';
import { type Column, type CurveData, noCurveData } from './curve-data.ts';
import { formatShort } from './figures.ts';
import type { Overlay, OverlayPoints } from './overlays.ts';
import type { Palette } from './palette.ts';
import {
  type ChangeMark,
  drawChanges,
  drawEpochs,
  drawGap,
  drawOverlays,
  type Layer,
  thinnedEpochs,
} from './time-chart-layers.ts';

export interface TimeChartOptions {
  readonly scale: 'linear' | 'log';
  readonly formatValue: (value: number) => string;
  readonly formatEpoch: (epoch: number) => string;
  /** Single batches are what the chart shows, not the ground of a curve over epochs. */
  readonly batchesOnly: boolean;
  /** How many times larger everything is drawn, for pictures. */
  readonly magnified?: number;
  /** The point under the pointer, and how far right of the chart's left edge that is, from 0 to 1; undefined when it leaves. */
  readonly onHover?: (index: number | undefined, at: number) => void;
  /** A stretch of the time axis was drawn out. */
  readonly onSelect?: (from: number, to: number) => void;
  readonly onReset?: () => void;
  /** Moves the window by so many steps. */
  readonly onPan?: (steps: number) => void;
  readonly onZoom?: (factor: number, at: number) => void;
}

export interface TimeChartView {
  readonly data: CurveData;
  /** Smoothed, over the same steps; drawn over `data`, which then stands back. */
  readonly smooth: Pick<CurveData, 'batch' | 'train' | 'test'> | undefined;
  readonly xRange: readonly [from: number, to: number];
  readonly yRange: readonly [low: number, high: number];
  readonly changes: readonly ChangeMark[];
  /** Undefined where there are no epochs to mark. */
  readonly stepsPerEpoch: number | undefined;
  /** Drawn beneath the curves of `data`, and what they are before they are smoothed beneath that. */
  readonly overlays: readonly Overlay[];
  readonly rawOverlays: readonly Overlay[];
}

const axisFont = 11;
const empty = noCurveData();
const emptyView: TimeChartView = {
  data: empty,
  smooth: undefined,
  xRange: [0, 10],
  // A logarithmic axis that began at 0 would have no end of ticks.
  yRange: [0.01, 1],
  changes: [],
  stepsPerEpoch: undefined,
  overlays: [],
  rawOverlays: [],
};
const roomOfAnEpoch = 52;
const roomOfAPoint = 9;
/** What a turn of the wheel by one pixel zooms by. */
const wheelZoom = 1.0025;

/** Curves over steps, drawn by uPlot; nothing else in the studio knows uPlot. Make a new one when colours or scale change. */
export class TimeChart {
  readonly #plot: uPlot;
  readonly #options: TimeChartOptions;
  readonly #colors: Palette;
  #view = emptyView;
  /** The step that the cursor was put on by key: it goes with it, as the axis grows. */
  #pinned: number | undefined;

  constructor(element: HTMLElement, options: TimeChartOptions, colors: Palette) {
    this.#options = options;
    this.#colors = colors;
    const { scale, batchesOnly, magnified = 1 } = options;
    const axis: uPlot.Axis = {
      stroke: cssColor(colors.textMuted),
      font: `${axisFont * magnified}px ${colors.font}`,
      grid: { stroke: cssColor(colors.border), width: magnified },
      ticks: { stroke: cssColor(colors.border), width: magnified, size: 4 * magnified },
      gap: 4 * magnified,
    };
    const line = { points: { show: false }, spanGaps: true } as const;
    const solid = (alpha: number, width: number): uPlot.Series => ({
      ...line,
      stroke: () => cssColor(colors.train, this.#view.smooth ? Math.min(alpha, 0.3) : alpha),
      width: width * magnified,
    });
    this.#plot = new uPlot(
      {
        width: Math.max(80, element.clientWidth),
        height: Math.max(60, element.clientHeight),
        padding: [14 * magnified, 18 * magnified, 0, 0],
        legend: { show: false },
        cursor: {
          sync: {
            key: 'curves',
            filters: { pub: (type) => !type.startsWith('mousedown') && type !== 'mouseup' },
          },
          drag: { x: true, y: false, setScale: false, dist: 4 },
          points: { size: 6 },
          bind: {
            mousedown: (_plot, _target, handle) => (event) => {
              if (event.shiftKey) this.#startPan(event);
              else handle(event);
              return null;
            },
            dblclick: () => () => {
              options.onReset?.();
              return null;
            },
          },
        },
        scales: {
          x: { time: false, auto: false, range: () => [...this.#view.xRange] as [number, number] },
          y: {
            auto: false,
            distr: scale === 'log' ? 3 : 1,
            range: () => [...this.#view.yRange] as [number, number],
          },
        },
        axes: [
          {
            ...axis,
            size: 24 * magnified,
            space: 50 * magnified,
            values: (_, values) => values.map((value) => formatShort(value)),
          },
          {
            ...axis,
            size: 52 * magnified,
            space: 22 * magnified,
            ...(scale === 'log' && { splits: (_, __, min, max) => decades(min, max) }),
            values: (_, values) => values.map((value) => (value === null ? '' : options.formatValue(value))),
          },
        ],
        series: [
          {},
          { ...line, stroke: 'transparent' },
          { ...line, stroke: 'transparent' },
          { ...(batchesOnly ? solid(1, 1.5) : solid(0.32, 1)), points: this.#fewPoints(batchesOnly) },
          solid(1, 2),
          {
            ...line,
            stroke: () => cssColor(colors.test, this.#view.smooth ? 0.3 : 1),
            width: 2 * magnified,
            dash: [6 * magnified, 4 * magnified],
          },
          { ...line, stroke: cssColor(colors.train, batchesOnly ? 1 : 0.5), width: 1.5 * magnified },
          { ...line, stroke: cssColor(colors.train), width: 2 * magnified },
          {
            ...line,
            stroke: cssColor(colors.test),
            width: 2 * magnified,
            dash: [6 * magnified, 4 * magnified],
          },
        ],
        bands: [{ series: [2, 1], fill: cssColor(colors.train, 0.14) }],
        hooks: {
          drawAxes: [() => this.#drawBeneath()],
          draw: [() => drawChanges(this.#layer, this.#view.changes)],
          setCursor: [
            (plot) =>
              options.onHover?.(
                plot.cursor.idx ?? undefined,
                (plot.cursor.left ?? 0) / Math.max(1, plot.over.clientWidth),
              ),
          ],
          setSelect: [(plot) => this.#select(plot)],
        },
      },
      columns(emptyView, scale),
      element,
    );
    this.#plot.over.addEventListener('mousemove', () => {
      this.#pinned = undefined;
    });
    this.#plot.over.addEventListener('wheel', (event) => this.#turn(event), { passive: false });
  }

  show(view: TimeChartView): void {
    this.#view = view;
    const [low, high] = view.yRange;
    const [from, to] = view.xRange;
    this.#plot.batch(() => {
      this.#plot.setData(columns(view, this.#options.scale), false);
      this.#plot.setScale('x', { min: from, max: to });
      this.#plot.setScale('y', { min: low, max: high });
    });
    if (this.#pinned !== undefined) this.#putCursor(this.#pinned);
  }

  /** Puts the cursor of all linked charts on a point. */
  point(index: number): void {
    const step = this.#view.data.steps[index];
    if (step === undefined) return;
    this.#pinned = step;
    this.#putCursor(step);
  }

  #putCursor(step: number): void {
    this.#plot.setCursor({ left: this.#plot.valToPos(step, 'x'), top: this.#plot.over.clientHeight / 2 });
  }

  unpoint(): void {
    this.#pinned = undefined;
    this.#plot.setCursor({ left: -10, top: -10 });
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  /** What was drawn. */
  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  destroy(): void {
    this.#plot.destroy();
  }

  get #layer(): Layer {
    const unit = uPlot.pxRatio * (this.#options.magnified ?? 1);
    return { plot: this.#plot, unit, colors: this.#colors };
  }

  /** What was measured only now and then shows when; where points would touch they are left out. */
  #fewPoints(batchesOnly: boolean): uPlot.Series.Points {
    const size = 5 * (this.#options.magnified ?? 1);
    return {
      show: batchesOnly,
      size,
      width: 0,
      stroke: 'transparent',
      fill: cssColor(this.#colors.train),
      filter: (plot, series, show) => {
        if (!show) return null;
        const [from, to] = this.#view.xRange;
        const column = plot.data[series] ?? [];
        const found = this.#view.data.steps.flatMap((step, i) =>
          step >= from && step <= to && typeof column[i] === 'number' ? [i] : [],
        );
        const room = plot.bbox.width / this.#layer.unit / roomOfAPoint;
        return found.length <= room ? found : [];
      },
    };
  }

  #drawBeneath(): void {
    const { data, smooth, xRange, stepsPerEpoch, overlays, rawOverlays } = this.#view;
    const { scale, formatEpoch } = this.#options;
    const layer = this.#layer;
    const { train, test } = smooth ?? data;
    drawGap(layer, points(data.steps, train, scale), points(data.steps, test, scale), this.#colors.test);
    const placed = overlays.map(positive(scale));
    if (!this.#options.batchesOnly)
      for (const other of placed) drawGap(layer, other.train, other.test, other.color);
    drawOverlays(layer, rawOverlays.map(positive(scale)), 0.3);
    drawOverlays(layer, placed, 1);
    if (stepsPerEpoch === undefined) return;
    const [from, to] = xRange;
    const room = ((to - from) * roomOfAnEpoch * layer.unit) / Math.max(1, this.#plot.bbox.width);
    const stride = thinnedEpochs(stepsPerEpoch, room);
    const first = Math.max(1, Math.ceil(from / stepsPerEpoch / stride)) * stride;
    const marks = [];
    for (let epoch = first; epoch * stepsPerEpoch <= to; epoch += stride)
      marks.push({ step: epoch * stepsPerEpoch, label: formatEpoch(epoch) });
    drawEpochs(layer, marks);
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width <= 0) return;
    const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.onSelect?.(from, to);
  }

  get #stepsPerPixel(): number {
    const [from, to] = this.#view.xRange;
    return (to - from) / Math.max(1, this.#plot.over.clientWidth);
  }

  #startPan(event: MouseEvent): void {
    let at = event.clientX;
    const move = (moved: MouseEvent): void => {
      const by = at - moved.clientX;
      at = moved.clientX;
      this.#options.onPan?.(by * this.#stepsPerPixel);
    };
    const end = (): void => {
      removeEventListener('mousemove', move);
      removeEventListener('mouseup', end);
    };
    addEventListener('mousemove', move);
    addEventListener('mouseup', end);
  }

  /** The wheel moves along the axis, with Ctrl or ⌘ it zooms; where nothing is zoomed it scrolls what lies around. */
  #turn(event: WheelEvent): void {
    const { onPan, onZoom } = this.#options;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const at = this.#plot.posToVal(event.clientX - this.#plot.over.getBoundingClientRect().left, 'x');
      onZoom?.(wheelZoom ** event.deltaY, at);
    } else if (this.#isZoomed) {
      event.preventDefault();
      onPan?.((event.deltaX + event.deltaY) * this.#stepsPerPixel);
    }
  }

  #isZoomed = false;

  /** Whether the wheel is the chart's. */
  set zoomed(zoomed: boolean) {
    this.#isZoomed = zoomed;
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

type Scale = TimeChartOptions['scale'];

const hasPlace = (value: number | null | undefined, scale: Scale): value is number =>
  value !== null && value !== undefined && (scale === 'linear' || value > 0);

/** A logarithmic axis has no place for what is not positive. */
const onAxis = (column: Column, scale: Scale): Column =>
  scale === 'linear' ? column : column.map((value) => (hasPlace(value, scale) ? value : null));

const points = (steps: readonly number[], column: Column, scale: Scale): OverlayPoints =>
  steps.flatMap((step, i) => {
    const value = column[i];
    return hasPlace(value, scale) ? [[step, value] as const] : [];
  });

const positive =
  (scale: Scale) =>
  (overlay: Overlay): Overlay => {
    if (scale === 'linear') return overlay;
    const kept = (line: OverlayPoints): OverlayPoints => line.filter(([, value]) => value > 0);
    return { ...overlay, train: kept(overlay.train), test: kept(overlay.test) };
  };

function columns({ data, smooth }: TimeChartView, scale: Scale): uPlot.AlignedData {
  const nothing: Column = data.steps.map(() => null);
  const { batch, train, test } = smooth ?? { batch: nothing, train: nothing, test: nothing };
  return [
    data.steps,
    ...[data.batchLow, data.batchHigh, data.batch, data.train, data.test, batch, train, test].map((column) =>
      onAxis(column, scale),
    ),
  ];
}
