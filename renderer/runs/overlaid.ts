import { useEffect, useMemo } from 'react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { RunCurves, RunLabel } from '../../engine/protocol/kept-run-messages.ts';
import { useRun } from '../engine/run-store.ts';
import { refreshRuns, useRuns } from './runs-store.ts';

/** A ticked run as the curves show it. */
export interface Overlaid {
  readonly run: string;
  readonly label: RunLabel;
  readonly document: NetwrightDocument;
  readonly curves: RunCurves;
}

export interface Overlays {
  readonly others: readonly Overlaid[];
  /** Of the run that is shown live, while others are beside it. */
  readonly current: RunLabel | undefined;
}

/** The runs that are drawn beside the one of this window, which is drawn live and therefore left out. */
export function useOverlays(): Overlays {
  const list = useRuns((state) => state.list);
  const picked = useRuns((state) => state.picked);
  const read = useRuns((state) => state.read);
  const shown = useRun((state) => state.ring?.started.run);
  const others = useMemo(
    () =>
      picked.flatMap((run): Overlaid[] => {
        const label = list?.runs.find((known) => known.run === run)?.label;
        const record = read.get(run)?.record;
        return run === shown || label === undefined || record === undefined
          ? []
          : [{ run, label, ...record }];
      }),
    [list, picked, read, shown],
  );
  const current = list?.runs.find(({ run }) => run === shown)?.label;
  const isMissing = others.length > 0 && shown !== undefined && current === undefined;
  useEffect(() => {
    if (isMissing) void refreshRuns();
  }, [isMissing]);
  return { others, current: others.length > 0 ? current : undefined };
}
