import type { RunCurves } from '../../engine/protocol/kept-run-messages.ts';
import { StepSeries } from '../../engine/protocol/step-series.ts';
import type { Rgb } from './color-map.ts';
import { type Column, type CurveMetric, curveData, isLearned } from './curve-data.ts';

/** One line of another run: [step, value] each, steps rising. */
export type OverlayPoints = readonly (readonly [step: number, value: number])[];

/** A run that is drawn beside the one that trains: what it learned on solid, what it was tested on dashed. */
export interface Overlay {
  readonly color: Rgb;
  readonly train: OverlayPoints;
  readonly test: OverlayPoints;
  readonly lastStep: number;
}

/** Whole epochs; single batches where a run did not get as far as one, and of what epochs do not tell. */
export function overlayOf({ epochs, steps }: RunCurves, metric: CurveMetric, color: Rgb): Overlay {
  const series = StepSeries.from(steps);
  const data = curveData({ steps: series, epochs: { records: epochs } }, metric);
  const points = (column: Column): OverlayPoints =>
    data.steps.flatMap((step, i) => {
      const value = column[i];
      return value === null || value === undefined ? [] : [[step, value] as const];
    });
  const train = points(isLearned(metric) && epochs.length > 0 ? data.train : data.batch);
  return {
    color,
    train,
    test: points(data.test),
    lastStep: Math.max(series.lastStep, epochs.at(-1)?.step ?? 0),
  };
}
