import { hasErrors } from '../../engine/document/analyse.ts';
import { flatten } from '../../engine/document/flatten.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { RunOptions } from '../../engine/protocol/live-run-messages.ts';
import { useDocumentStore } from '../document/store.ts';
import { orderRun, type Phase, type RunStore, resetRun, startRun, useRun } from '../engine/run-store.ts';
import type { EngineState } from '../shell/shell.ts';
import { useStartWeights } from './start-weights.ts';

/** Why a button cannot be pressed now; a key of `training.reason` in the catalogues. */
export type Reason =
  | 'connecting'
  | 'engineLost'
  | 'starting'
  | 'problems'
  | 'notRunning'
  | 'running'
  | 'alreadyRunning'
  | 'over'
  | 'noRun';

export type RunAction = 'train' | 'pause' | 'step' | 'stop' | 'reset' | 'export';

interface Situation {
  readonly phase: Phase;
  readonly connection: 'connecting' | EngineState;
  readonly hasProblems: boolean;
  /** See `isSuperseded`. */
  readonly superseded: boolean;
}

/** Undefined when the action can be taken. */
export function whyNot(action: RunAction, now: Situation): Reason | undefined {
  const { phase, connection, hasProblems, superseded } = now;
  if (action === 'reset') return phase === 'none' ? 'noRun' : undefined;
  if (connection !== 'open') return connection === 'connecting' ? 'connecting' : 'engineLost';
  if (phase === 'starting') return 'starting';
  switch (action) {
    case 'train':
      if (phase === 'running') return 'alreadyRunning';
      return (phase !== 'paused' || superseded) && hasProblems ? 'problems' : undefined;
    case 'pause':
      return phase === 'running' ? undefined : 'notRunning';
    case 'step':
      if (phase === 'running') return 'running';
      if (phase === 'none') return hasProblems ? 'problems' : undefined;
      return phase === 'paused' ? undefined : 'over';
    case 'stop':
      return phase === 'running' || phase === 'paused' ? undefined : 'notRunning';
    case 'export':
      return phase === 'none' ? 'noRun' : undefined;
    default:
      return undefined;
  }
}

export function situation(): Situation {
  const run = useRun.getState();
  const { analysis, project } = useDocumentStore.getState();
  const { phase, connection } = run;
  const superseded = isSuperseded(waitingDocument(run), project);
  return { phase, connection, hasProblems: hasErrors(analysis), superseded };
}

/** The document of a run that waits before its first step, as that of imported weights does. */
export const waitingDocument = ({ phase, live, document }: RunStore): NetwrightDocument | undefined =>
  phase === 'paused' && (live?.step ?? 0) === 0 ? document : undefined;

/** Whether what such a run began with has been changed since: nothing is lost where one of the changed document takes its place. */
export const isSuperseded = (waiting: NetwrightDocument | undefined, now: NetwrightDocument): boolean =>
  waiting !== undefined && changedSince(waiting, now) !== undefined;

/** What of a document a run depends on: not where nodes stand, nor the learning rate, which follows at once. */
export function runParts(document: NetwrightDocument): {
  canvas: string;
  settings: string;
} {
  const { learningRate: _, ...settings } = document.training;
  const { nodes, wires } = flatten(document);
  return {
    canvas: JSON.stringify([
      nodes.map(({ id, type, params, weightsOf, frozen }) => [id, type, params, weightsOf, frozen]),
      wires.map(({ from, to }) => [from, to]),
    ]),
    settings: JSON.stringify(settings),
  };
}

/** What has been changed since the run began and therefore is not part of it. */
export function changedSince(
  run: NetwrightDocument,
  now: NetwrightDocument,
): 'canvas' | 'settings' | undefined {
  if (run === now) return undefined;
  const [before, after] = [runParts(run), runParts(now)];
  if (before.canvas !== after.canvas) return 'canvas';
  return before.settings === after.settings ? undefined : 'settings';
}

/** A new run of what is on the canvas, with the weights it is to begin with. */
const startNew = (options: RunOptions): ReturnType<typeof startRun> =>
  startRun(useDocumentStore.getState().project, options, useStartWeights.getState().weights?.run);

/** Resumes a paused run, else trains what is on the canvas from the start. */
export async function train(): Promise<void> {
  const now = situation();
  if (whyNot('train', now)) return;
  if (now.phase === 'paused' && !now.superseded) orderRun({ action: 'resume' });
  else await startNew({});
}

export async function trainOrPause(): Promise<void> {
  if (useRun.getState().phase === 'running') orderRun({ action: 'pause' });
  else await train();
}

export function pause(): void {
  if (!whyNot('pause', situation())) orderRun({ action: 'pause' });
}

/** One batch; without a run, the first batch of a new one. */
export async function stepOnce(): Promise<void> {
  if (whyNot('step', situation())) return;
  if (useRun.getState().phase === 'none') {
    const started = await startNew({ paused: true });
    if (!started) return;
  }
  orderRun({ action: 'step' });
}

export function stop(): void {
  if (!whyNot('stop', situation())) orderRun({ action: 'stop' });
}

/** Leaves the current run and trains what is on the canvas now. */
export async function restart(): Promise<void> {
  resetRun();
  await train();
}

export { resetRun as reset };

/**
 * Keeps the run in step with the document: a learning rate that is edited, undone or redone is sent to the run;
 * a document that is opened in place of another leaves the former's run. Returns the function that ends it.
 */
export function followDocument(): () => void {
  return useDocumentStore.subscribe((state, before) => {
    if (state.project === before.project) return;
    const isOther = state.history.past.length === 0 && state.history.future.length === 0;
    if (isOther) {
      resetRun();
      return;
    }
    const { learningRate } = state.project.training;
    if (learningRate === before.project.training.learningRate) return;
    const { phase } = useRun.getState();
    if (phase === 'running' || phase === 'paused') orderRun({ action: 'tune', learningRate });
  });
}
