import { useEffect } from 'react';
import { create } from 'zustand';
import { KeptRidges } from '../engine/ridge-source.ts';
import { engine } from '../engine/run-store.ts';
import { stampOf, summaryOf, tellFailure, unpick, useRuns } from './runs-store.ts';

interface Kept {
  /** What the list said of the run when it was asked for; when that changes, it is asked for again. */
  readonly stamp: string;
  /** `asked` until the answer comes, `none` where it kept no histograms. */
  readonly ridges: KeptRidges | 'asked' | 'none';
}

/** Each takes up to 8 MiB. */
const mostKept = 4;

const useKept = create<{ readonly of: ReadonlyMap<string, Kept> }>(() => ({ of: new Map() }));

/** Histograms that a run of the list has kept; undefined while none is asked for. */
export function useKeptRidges(run: string | undefined): Kept['ridges'] | undefined {
  const stamp = useRuns(({ list }) => {
    const summary = list?.runs.find((known) => known.run === run);
    return summary && stampOf(summary);
  });
  useEffect(() => {
    if (run !== undefined && stamp !== undefined) void ask(run, stamp);
  }, [run, stamp]);
  return useKept((state) => (run === undefined ? undefined : (state.of.get(run)?.ridges ?? 'asked')));
}

async function ask(run: string, stamp: string): Promise<void> {
  const known = useKept.getState().of.get(run);
  if (known?.stamp === stamp) return;
  // What is shown stays until there is newer.
  set(run, { stamp, ridges: known?.ridges ?? 'asked' });
  try {
    const { kept } = await engine().request('readHistograms', { run });
    set(run, {
      stamp,
      ridges: kept === undefined || kept.rows.length === 0 ? 'none' : new KeptRidges(run, kept),
    });
  } catch (error) {
    forget(run);
    unpick([run]);
    tellFailure(error, summaryOf(run));
  }
}

function set(run: string, kept: Kept): void {
  const others = [...useKept.getState().of].filter(([other]) => other !== run);
  useKept.setState({ of: new Map([...others.slice(1 - mostKept), [run, kept]]) });
}

function forget(run: string): void {
  useKept.setState({ of: new Map([...useKept.getState().of].filter(([other]) => other !== run)) });
}
