import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import { hasErrors } from '../../engine/document/analyse.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { Measured, StepTimes } from '../../engine/protocol/live-run-messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { engine, refusalOf, useRun, useRunActive } from '../engine/run-store.ts';
import { runParts } from '../training/run-commands.ts';

/** What the engine found out about a document, by what of it bears on a run. */
interface Measurements {
  /** The last document that was measured. */
  readonly predicted: { readonly key: string; readonly measured: Measured } | undefined;
  readonly refused: { readonly key: string; readonly refusal: Refusal } | undefined;
  /** The one that is being measured. */
  readonly measuring: string | undefined;
  /** Where the steps of a run go. */
  readonly timed: { readonly run: string; readonly times: StepTimes } | undefined;
}

const useMeasurements = create<Measurements>(() => ({
  predicted: undefined,
  refused: undefined,
  measuring: undefined,
  timed: undefined,
}));

/** Edits come in bursts; one is measured when it has settled. */
const settleMs = 800;
const askTimesEveryMs = 1000;

const keyOf = (document: NetwrightDocument): string => JSON.stringify(runParts(document));

const useKey = (): string => {
  const document = useDocumentStore((state) => state.project);
  return useMemo(() => keyOf(document), [document]);
};

/** The run that is shown, where it is one of what stands on the canvas. */
function useOwnRun(key: string): FrameRing | undefined {
  const document = useRun((state) => state.document);
  const ring = useRun((state) => state.ring);
  const runKey = useMemo(() => document && keyOf(document), [document]);
  return runKey === key ? ring : undefined;
}

/** What is known of the cost of the document on the canvas. */
export type Costs =
  | { readonly state: 'run'; readonly ring: FrameRing; readonly times: StepTimes | undefined }
  | { readonly state: 'predicted'; readonly measured: Measured; readonly times: StepTimes | undefined }
  | { readonly state: 'refused'; readonly refusal: Refusal; readonly times: undefined }
  | {
      readonly state: 'problems' | 'disconnected' | 'otherRun' | 'measuring';
      readonly times: undefined;
    };

/** Those of its run, else those that were measured for it, and why there are none. */
export function useCosts(): Costs {
  const key = useKey();
  const ring = useOwnRun(key);
  const { predicted, refused, timed } = useMeasurements();
  const connection = useRun((state) => state.connection);
  const isActive = useRunActive();
  const cannotRun = useDocumentStore((state) => hasErrors(state.analysis));
  if (ring !== undefined) {
    return { state: 'run', ring, times: timed?.run === ring.started.run ? timed.times : undefined };
  }
  if (cannotRun) return { state: 'problems', times: undefined };
  if (predicted?.key === key) {
    return { state: 'predicted', measured: predicted.measured, times: predicted.measured.times };
  }
  if (refused?.key === key) return { state: 'refused', refusal: refused.refusal, times: undefined };
  if (connection !== 'open') return { state: 'disconnected', times: undefined };
  return { state: isActive ? 'otherRun' : 'measuring', times: undefined };
}

/** What was predicted for the document as it is now. */
export function usePredicted(): Measured | undefined {
  const key = useKey();
  return useMeasurements(({ predicted }) => (predicted?.key === key ? predicted.measured : undefined));
}

/** Keeps the measurements up to date while they are looked at: measures what has no run, asks what has one. */
export function useMeasuring({ state }: Costs): void {
  const key = useKey();
  const ring = useOwnRun(key);
  const phase = useRun((run) => run.phase);
  const isUnderway = useMeasurements(({ measuring }) => measuring === key);
  useEffect(() => {
    if (state !== 'measuring' || isUnderway) return undefined;
    const timer = setTimeout(() => void measure(key), settleMs);
    return () => clearTimeout(timer);
  }, [state, key, isUnderway]);
  useEffect(() => {
    if (ring === undefined) return undefined;
    const ask = (): void => void askTimes(ring.started.run);
    ask();
    if (phase !== 'running') return undefined;
    const timer = setInterval(ask, askTimesEveryMs);
    return () => clearInterval(timer);
  }, [ring, phase]);
}

async function measure(key: string): Promise<void> {
  useMeasurements.setState({ measuring: key });
  try {
    const measured = await engine().request('measure', { document: useDocumentStore.getState().project });
    useMeasurements.setState({ predicted: { key, measured } });
  } catch (error) {
    const refusal = refusalOf(error);
    // What gave way to a run or to a later edit is measured again when it is looked at.
    if (refusal.code !== 'measure.stopped' && refusal.code !== 'engine-lost')
      useMeasurements.setState({ refused: { key, refusal } });
  }
  if (useMeasurements.getState().measuring === key) useMeasurements.setState({ measuring: undefined });
}

async function askTimes(run: string): Promise<void> {
  try {
    const { times } = await engine().request('times', { run });
    if (times !== undefined) useMeasurements.setState({ timed: { run, times } });
  } catch {
    // The run or the engine is gone: what it told last stays.
  }
}
