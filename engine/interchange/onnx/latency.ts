import type { Latency } from '../../protocol/model-messages.ts';

/** A figure of some hundred runs, or of what fits into about a second and a half. */
const runs = { fewest: 5, most: 100, budgetMs: 1500 };

/** How often to run what takes about so long. */
export const timedRuns = (eachMs: number): number =>
  Math.round(Math.min(runs.most, Math.max(runs.fewest, runs.budgetMs / Math.max(eachMs, 1e-3))));

/** The median, and what 95 of 100 runs stay below. */
export function latencyOf(eachMs: readonly number[]): Latency {
  const sorted = eachMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95), runs: sorted.length };
}
