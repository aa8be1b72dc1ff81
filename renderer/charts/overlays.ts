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
  /** Undefined of a run that did not get as far as one epoch. */
  readonly stepsPerEpoch: number | undefined;
  /** Learning rates that were set while it trained: [step, rate] each. */
  readonly tuned: RunCurves['tuned'];
}

/** Whole epochs; single batches where a run did not get as far as one, and of what epochs do not tell. */
export function overlayOf({ epochs, steps, tuned }: RunCurves, metric: CurveMetric, color: Rgb): Overlay {
  const series = StepSeries.from(steps);
  const data = curveData({ steps: series, epochs: { records: epochs } }, metric);
  const points = (column: Column): OverlayPoints =>
    data.steps.flatMap((step, i) => {
      const value = column[i];
      return value === null || value === undefined ? [] : [[step, value] as const];
    });
  const [first] = epochs;
  const train = points(isLearned(metric) && epochs.length > 0 ? data.train : data.batch);
  return {
    color,
    train,
    test: points(data.test),
    lastStep: Math.max(series.lastStep, epochs.at(-1)?.step ?? 0),
    stepsPerEpoch: first && first.step / first.epoch,
    tuned,
  };
}

/** The last value of a line at or before a step. */
export const valueAt = (line: OverlayPoints, step: number): number | undefined =>
  line.findLast(([at]) => at <= step)?.[1];

/** Every step at which one of the runs has a point, rising. */
export const stepsOf = (overlays: readonly Overlay[]): number[] =>
  [...new Set(overlays.flatMap(({ train, test }) => [...train, ...test].map(([step]) => step)))].toSorted(
    (a, b) => a - b,
  );

/** What an epoch is in steps, where all runs agree. */
export function commonEpoch(overlays: readonly Overlay[]): number | undefined {
  const [first, ...others] = new Set(overlays.map(({ stepsPerEpoch }) => stepsPerEpoch));
  return others.length === 0 ? first : undefined;
}
