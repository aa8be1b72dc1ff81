import type { Histogram } from '../engine/histogram.ts';
import type { RidgeSource } from '../engine/ridge-source.ts';
import {
  type BinLayout,
  type ExponentWindow,
  exponentWindow,
  linearLayout,
  logLayout,
} from './histogram-axis.ts';

interface Remembered {
  window: ExponentWindow;
  readonly layouts: Partial<Record<BinLayout['kind'], BinLayout>>;
}

const zerosOnly = {
  log: logLayout({ low: -8, high: 0 }),
  linear: linearLayout({ low: -8, high: 0 }),
};

const windows = new WeakMap<RidgeSource, Map<string, Remembered>>();

/**
 * The axis of a watched tensor: wide enough for these histograms and for all that were asked for before in this run.
 */
export function layoutFor(
  source: RidgeSource,
  key: string,
  histograms: readonly Histogram[],
  kind: BinLayout['kind'],
): BinLayout {
  let ofSource = windows.get(source);
  if (!ofSource) windows.set(source, (ofSource = new Map()));
  const former = ofSource.get(key);
  const window = exponentWindow(histograms, former?.window);
  // Nothing but zeros so far: any axis shows their bar, and the next that holds values has its own.
  if (!window) return kind === 'log' ? zerosOnly.log : zerosOnly.linear;
  const current = former?.window === window ? former : { window, layouts: {} };
  ofSource.set(key, current);
  current.layouts[kind] ??= kind === 'log' ? logLayout(window) : linearLayout(window);
  return current.layouts[kind];
}
