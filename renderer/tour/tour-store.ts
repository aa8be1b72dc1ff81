import { create } from 'zustand';
import { newDocument } from '../document/files.ts';
import { loadDocument, useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { translate } from '../i18n/i18n.ts';
import { usePanelTab } from '../training/panel-tab.ts';
import { currentStep, steps } from './steps.ts';

const key = 'netwright.tour';

interface TourState {
  readonly active: boolean;
  /** The person took the tour or said no to it: it is not offered again. */
  readonly met: boolean;
  /** The first step that is not done; the number of steps when all are. */
  readonly step: number;
  /** What was learned was looked at; that stays done when another tab is opened. */
  readonly looked: boolean;
}

export const useTour = create<TourState>(() => ({
  active: false,
  met: globalThis.localStorage?.getItem(key) !== null,
  step: 0,
  looked: false,
}));

/** Begins on an empty canvas; asks first where something would be lost. */
export async function startTour(): Promise<void> {
  if (!(await newDocument())) return;
  loadDocument({ ...useDocumentStore.getState().project, name: translate('tour.project') });
  useTour.setState({ active: true, looked: false });
}

/** Ends it, or says no to it. */
export function leaveTour(): void {
  globalThis.localStorage?.setItem(key, 'met');
  useTour.setState({ active: false, met: true });
}

/** Keeps the step in time with what is drawn, trained and looked at. */
export function followTour(): () => void {
  const follow = (): void => {
    const { looked, step } = useTour.getState();
    const { project, analysis } = useDocumentStore.getState();
    const { live, phase } = useRun.getState();
    const hasErrors = analysis.problems.some(({ severity }) => severity === 'error');
    const progress = { project, hasErrors, epochs: phase === 'none' ? 0 : (live?.epoch ?? 0), looked };
    const isLooking = usePanelTab.getState().tab === 'evaluate';
    const looksNow = looked || (isLooking && steps[currentStep(progress)]?.id === 'look');
    const next = currentStep({ ...progress, looked: looksNow });
    if (next !== step || looksNow !== looked) useTour.setState({ step: next, looked: looksNow });
  };
  const stops = [useDocumentStore, useRun, usePanelTab].map((store) => store.subscribe(follow));
  follow();
  return () => {
    for (const stop of stops) stop();
  };
}
