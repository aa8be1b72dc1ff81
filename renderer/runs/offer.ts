import type { RunSummary } from '../../engine/protocol/kept-run-messages.ts';

/** The run that trained last, where it was left under way and nobody has said that it should stay so. */
export function offerOf(runs: readonly RunSummary[], declined: string | null): RunSummary | undefined {
  const [last] = runs.toSorted((a, b) => b.trainedAtMs - a.trainedAtMs);
  return last?.state === 'interrupted' && last.run !== declined ? last : undefined;
}
