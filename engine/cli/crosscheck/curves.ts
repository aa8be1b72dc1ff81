import type { Metrics } from '../../protocol/live-run-messages.ts';
import { type Spread, spreadOf } from '../over-seeds.ts';

/** What one run came to, epoch by epoch. */
export type Curve = readonly { readonly train: Metrics; readonly test: Metrics }[];

export const measures = ['train loss', 'train accuracy', 'test loss', 'test accuracy'] as const;
export type Measure = (typeof measures)[number];

export interface ComparedPoint {
  readonly epoch: number;
  readonly measure: Measure;
  readonly engine: Spread;
  readonly torch: Spread;
  readonly apart: number;
  readonly allowed: number;
  readonly isWithin: boolean;
}

/**
 * Means may lie as far apart as this many standard deviations of single runs. The deviation is pooled over both sides and
 * all epochs, since that of two or three runs is known too badly: of two sides that are the same, some three in a thousand
 * points lie further apart with three seeds, and one in a hundred with two.
 */
const allowedDeviations = 3;

const valueOf = (curve: Curve, epoch: number, measure: Measure): number => {
  const [part, name] = measure.split(' ') as ['train' | 'test', 'loss' | 'accuracy'];
  return curve[epoch]?.[part][name] ?? Number.NaN;
};

/** Every epoch's means of two sides that were trained alike from several seeds. */
export function compareCurves(ours: readonly Curve[], theirs: readonly Curve[]): readonly ComparedPoint[] {
  const epochs = Math.max(...[...ours, ...theirs].map((curve) => curve.length));
  return measures.flatMap((measure) => {
    const points = Array.from({ length: epochs }, (_, epoch) => ({
      epoch: epoch + 1,
      engine: spreadOf(ours.map((curve) => valueOf(curve, epoch, measure))),
      torch: spreadOf(theirs.map((curve) => valueOf(curve, epoch, measure))),
    }));
    const variances = points.flatMap(({ engine, torch }) => [engine.deviation ** 2, torch.deviation ** 2]);
    const pooled = Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length);
    const allowed = allowedDeviations * pooled;
    return points.map((point) => {
      const apart = Math.abs(point.engine.mean - point.torch.mean);
      return { ...point, measure, apart, allowed, isWithin: apart <= allowed };
    });
  });
}
