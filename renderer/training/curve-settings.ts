import { create } from 'zustand';
import { type CurveMetric, curveMetrics } from '../charts/curve-data.ts';
import { strongest } from '../charts/smoothing.ts';
import type { TimeWindow } from '../charts/time-window.ts';

export interface CurveSettings {
  readonly shown: readonly CurveMetric[];
  /** Weight of what was before; 0 = the curves as they are. */
  readonly smoothing: number;
  readonly log: boolean;
}

const key = 'netwright.curves';
const standard: CurveSettings = { shown: ['loss', 'accuracy'], smoothing: 0, log: false };

function remembered(): CurveSettings {
  try {
    const { shown, smoothing, log } = JSON.parse(globalThis.localStorage?.getItem(key) ?? '{}') as Record<
      string,
      unknown
    >;
    const known = Array.isArray(shown) ? curveMetrics.filter((metric) => shown.includes(metric)) : [];
    const isWeight = typeof smoothing === 'number' && smoothing >= 0 && smoothing <= strongest;
    return {
      shown: known.length > 0 ? known : standard.shown,
      smoothing: isWeight ? smoothing : standard.smoothing,
      log: log === true,
    };
  } catch {
    return standard;
  }
}

/** How curves are shown; remembered from one day to the next. */
export const useCurveSettings = create<CurveSettings>(remembered);

export function setCurves(change: Partial<CurveSettings>): void {
  useCurveSettings.setState(change);
  globalThis.localStorage?.setItem(key, JSON.stringify(useCurveSettings.getState()));
}

/** Shows a chart or puts it away; one always stays. */
export function toggleCurve(metric: CurveMetric): void {
  const { shown } = useCurveSettings.getState();
  const next = curveMetrics.filter((other) => (other === metric) !== shown.includes(other));
  if (next.length > 0) setCurves({ shown: next });
}

/** The part of the time axis that all charts show; of the run that was shown when it was chosen. */
export const useTimeWindow = create<{ readonly run: string; readonly window: TimeWindow | undefined }>(
  () => ({
    run: '',
    window: undefined,
  }),
);

export const windowOf = (run: string): TimeWindow | undefined => {
  const state = useTimeWindow.getState();
  return state.run === run ? state.window : undefined;
};

export const showWindow = (run: string, window: TimeWindow | undefined): void =>
  useTimeWindow.setState({ run, window });
