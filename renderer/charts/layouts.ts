import type { FrameRing } from '../engine/frame-ring.ts';
import type { Histogram } from '../engine/histogram.ts';
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

const windows = new WeakMap<FrameRing, Map<string, Remembered>>();

/**
 * The axis of a watched tensor: wide enough for these histograms and for all that were asked for before in this run.
 */
export function layoutFor(
  ring: FrameRing,
  key: string,
  histograms: readonly Histogram[],
  kind: BinLayout['kind'],
): BinLayout {
  let ofRing = windows.get(ring);
  if (!ofRing) windows.set(ring, (ofRing = new Map()));
  const former = ofRing.get(key);
  const window = exponentWindow(histograms, former?.window);
  // Nothing but zeros so far: any axis shows their bar, and the next that holds values has its own.
  if (!window) return kind === 'log' ? zerosOnly.log : zerosOnly.linear;
  const current = former?.window === window ? former : { window, layouts: {} };
  ofRing.set(key, current);
  current.layouts[kind] ??= kind === 'log' ? logLayout(window) : linearLayout(window);
  return current.layouts[kind];
}
