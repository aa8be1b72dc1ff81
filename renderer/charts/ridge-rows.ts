import type { Snapshot } from '../engine/telemetry-history.ts';

export interface RidgeRows {
  /** Oldest first; the newest snapshot is always the last. */
  readonly rows: readonly Snapshot[];
  /** Steps from the first to the last place on the time axis; doubles when the run outgrows it. */
  readonly span: number;
}

/**
 * Snapshots at even distances in time. The distance is a power of two and changes only by doubling, so that rows stay
 * where they are while a run grows. With `untilStep` the time axis has room for that step too.
 */
export function ridgeRows(snapshots: readonly Snapshot[], most: number, untilStep = 0): RidgeRows {
  const newest = snapshots.at(-1);
  if (!newest) return { rows: [], span: most };
  let interval = 1;
  while (Math.max(newest.step, untilStep) > interval * most) interval *= 2;
  const nearest = new Map<number, Snapshot>();
  for (const snapshot of snapshots) {
    const place = Math.round(snapshot.step / interval);
    const found = nearest.get(place);
    const off = Math.abs(snapshot.step - place * interval);
    if (!found || off < Math.abs(found.step - place * interval)) nearest.set(place, snapshot);
  }
  const rows = [...nearest.values()].filter(({ step }) => step < newest.step);
  return { rows: [...rows, newest], span: interval * most };
}
