import { guideFigures } from '../../engine/protocol/live-run-messages.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { notify } from '../design/toast.tsx';
import { type Phase, type RunStore, useRun } from '../engine/run-store.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';

const key = 'netwright.offeredToTell';
/** Who has watched so long a run has so much left to wait for that they may want to do something else. */
const watchedMs = 20_000;
const leftSeconds = 60;

const isAlive = (phase: Phase): boolean => phase === 'running' || phase === 'paused' || phase === 'starting';

/** Asks before a run is left, and tells whoever looks elsewhere when it has ended. */
export function followEnd(): void {
  let runningSinceMs: number | undefined;
  let withdraw = (): void => {};
  useRun.subscribe((state, before) => {
    if (isAlive(state.phase) !== isAlive(before.phase)) shell.setTraining(isAlive(state.phase));
    if (state.phase !== before.phase) {
      runningSinceMs = state.phase === 'running' ? performance.now() : undefined;
      if (!isAlive(state.phase)) withdraw();
      if (before.phase === 'running' && (state.phase === 'done' || state.phase === 'failed')) tellEnd(state);
    }
    const isLong = (state.live?.secondsLeft ?? 0) > leftSeconds;
    if (!isLong || runningSinceMs === undefined || performance.now() - runningSinceMs < watchedMs) return;
    // Once for a run: browsers take their time to say what is permitted.
    runningSinceMs = undefined;
    withdraw = offerToTell() ?? withdraw;
  });
}

function tellEnd({ phase, document, ring, refusal, ending }: RunStore): void {
  const name = document?.name ?? '';
  const language = currentLanguage();
  if (phase === 'failed') {
    shell.tellWhenHidden(translate('runs.failedTitle', { name }), refusal?.message[language] ?? '');
    return;
  }
  const newest = ring?.epochs.newest;
  const measured = newest && guideFigures(newest);
  const figures = translate(measured?.accuracy === undefined ? 'runs.endedLoss' : 'runs.endedAccuracy', {
    loss: formatFigure(measured?.loss),
    accuracy: formatShare(measured?.accuracy),
  });
  const body = [figures, ending?.[language]].filter(Boolean).join(' ');
  shell.tellWhenHidden(translate('runs.endedTitle', { name }), body);
}

/** Once, and only where the system has not been asked yet. Hands back what takes the offer back. */
function offerToTell(): (() => void) | undefined {
  if (document.hidden || shell.canTell() !== 'ask' || localStorage.getItem(key) !== null) return undefined;
  localStorage.setItem(key, 'yes');
  return notify({
    title: translate('runs.offerToTell'),
    detail: translate('runs.offerToTellText'),
    action: { label: translate('runs.tellMe'), run: () => void shell.askToTell() },
  });
}
