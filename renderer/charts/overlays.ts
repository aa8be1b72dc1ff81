import type { RunCurves } from '../../engine/protocol/messages.ts';
import { StepSeries } from '../../engine/protocol/step-series.ts';
import type { Rgb } from './color-map.ts';
import type { CurveMetric } from './curve-data.ts';

/** One line of another run: [step, value] each, steps rising. */
export type OverlayPoints = readonly (readonly [step: number, value: number])[];

/** A run that is drawn beside the one that trains: what it learned on solid, what it was tested on dashed. */
export interface Overlay {
  readonly color: Rgb;
  readonly train: OverlayPoints;
  readonly test: OverlayPoints;
  readonly lastStep: number;
}

/** Whole epochs; single batches where a run did not get as far as one. */
export function overlayOf({ epochs, steps }: RunCurves, metric: CurveMetric, color: Rgb): Overlay {
  const isPoint = (point: readonly [number, number | undefined]): point is readonly [number, number] =>
    point[1] !== undefined && Number.isFinite(point[1]);
  const of = (part: 'train' | 'test'): OverlayPoints =>
    epochs.map((record) => [record.step, record[part]?.[metric]] as const).filter(isPoint);
  const { buckets, lastStep } = StepSeries.from(steps);
  const train =
    epochs.length > 0
      ? of('train')
      : buckets.map((bucket) => [bucket.step, bucket[metric]] as const).filter(isPoint);
  return { color, train, test: of('test'), lastStep: Math.max(lastStep, epochs.at(-1)?.step ?? 0) };
}
