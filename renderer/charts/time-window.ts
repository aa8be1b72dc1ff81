/** The part of the time axis that is looked at, in steps. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const fewestSteps = 2;

/** A window within [0, end]; undefined where that is the whole. */
function within(from: number, width: number, end: number): TimeWindow | undefined {
  const shown = Math.max(Math.min(fewestSteps, end), width);
  if (shown >= end) return undefined;
  const start = Math.min(Math.max(0, from), end - shown);
  return { from: start, to: start + shown };
}

export const between = (a: number, b: number, end: number): TimeWindow | undefined =>
  within(Math.min(a, b), Math.abs(b - a), end);

/** `factor` < 1 shows less; the step `at` keeps its place. */
export function zoomed(
  window: TimeWindow | undefined,
  end: number,
  factor: number,
  at: number,
): TimeWindow | undefined {
  const { from, to } = window ?? { from: 0, to: end };
  const width = Math.max(Math.min(fewestSteps, end), (to - from) * factor);
  return within(at - ((at - from) / (to - from)) * width, width, end);
}

export const panned = (window: TimeWindow, end: number, by: number): TimeWindow | undefined =>
  within(window.from + by, window.to - window.from, end);
