import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { RunRecord, RunSummary, RunTakenUp } from '../../engine/protocol/kept-run-messages.ts';
import { openCopy, openRecovered } from '../document/files.ts';
import { useDocumentStore } from '../document/store.ts';
import { setTraining } from '../document/training-settings.ts';
import { engine, resetRun, takeRun, useRun } from '../engine/run-store.ts';
import { exportKept } from '../training/export-onnx.ts';
import { showPanelTab } from '../training/panel-tab.ts';
import { changedSince } from '../training/run-commands.ts';
import { showPage } from '../workspace/state.ts';
import { isUnderWay, readRun, refreshRuns, stateOf, tellFailure, unpick, useRuns } from './runs-store.ts';

/** Why something cannot be done with a run now; a key of `runs.reason` in the catalogues. */
export type RunReason = 'engineLost' | 'underWay' | 'failed' | 'noEpoch';
export type RunDeed = 'continue' | 'startFromBest' | 'export' | 'delete';

/** Undefined where it can be done. */
export function whyNotWith(deed: RunDeed, summary: RunSummary): RunReason | undefined {
  const { connection, phase, ring } = useRun.getState();
  if (connection !== 'open') return 'engineLost';
  const state = stateOf(summary, ring?.started.run, phase);
  if (deed === 'export') return undefined;
  if (deed !== 'startFromBest' && isUnderWay(state)) return 'underWay';
  if (deed === 'continue' && state === 'failed') return 'failed';
  if (deed === 'startFromBest' && summary.epochs === 0) return 'noEpoch';
  return undefined;
}

/** Whether a run has trained all the epochs it was begun for. */
export const isComplete = ({ epochs, epochsPlanned }: RunSummary): boolean => epochs >= epochsPlanned;

/** Puts a run's network and settings on the canvas; asks first where work would be lost. */
export async function openGraph({ run }: RunSummary): Promise<void> {
  const record = await readRun(run);
  if (record !== undefined) await openCopy(record.document);
}

/** Writes what a run has learnt as ONNX, without making it the run of this window. */
export async function exportModelOf({ run, label: { name }, best }: RunSummary): Promise<void> {
  const record = await readRun(run);
  if (record !== undefined) await exportKept(run, record.document, { name, best });
}

/** Goes on from the last checkpoint, to `epochs` in all where that is given. */
export async function continueRun({ run }: RunSummary, epochs?: number): Promise<void> {
  const record = await readRun(run);
  if (record === undefined || !(await showDocumentOf(record, epochs))) return;
  const asked = { run, ...(epochs !== undefined && { epochs }), options: {} };
  await take(record, () => engine().request('continueRun', asked));
}

/** A new run of the same network, beginning with the weights of the other's best epoch. */
export async function startFromBest({ run }: RunSummary): Promise<void> {
  const record = await readRun(run);
  if (record === undefined || !(await showDocumentOf(record))) return;
  await take(record, () => engine().request('startFromBest', { run, options: {} }));
}

async function take({ document }: RunRecord, ask: () => Promise<RunTakenUp>): Promise<void> {
  useRuns.setState({ offer: undefined });
  showPanelTab('curves');
  await takeRun(document, false, ask);
  void refreshRuns();
}

/** A run that goes on is seen on its own network: what is on the canvas gives way, unless it is the same. */
async function showDocumentOf({ document }: RunRecord, epochs?: number): Promise<boolean> {
  const wanted = withEpochs(document, epochs);
  const shown = useDocumentStore.getState().project;
  if (changedSince(wanted, shown) === undefined) showPage('build');
  else if (epochs !== undefined && changedSince(document, shown) === undefined) setTraining('epochs', epochs);
  else return await openCopy(wanted);
  return true;
}

const withEpochs = (document: NetwrightDocument, epochs = document.training.epochs): NetwrightDocument => ({
  ...document,
  training: { ...document.training, epochs },
});

/**
 * Goes on with the run that was under way when the studio was left. Unsaved work of that time comes back with it: it is
 * most likely the same network, and where it is not, the person is asked about it as about any other.
 */
export async function resumeOffer(
  offer: RunSummary,
  recovered: NetwrightDocument | undefined,
): Promise<boolean> {
  if (recovered !== undefined && !(await openRecovered(recovered))) return false;
  await continueRun(offer);
  return useRun.getState().phase !== 'none';
}

/** Resolves with those that could not be deleted left in the list. */
export async function deleteRuns(summaries: readonly RunSummary[]): Promise<void> {
  for (const summary of summaries) {
    const { run } = summary;
    try {
      if (useRun.getState().ring?.started.run === run) resetRun();
      await engine().request('deleteRun', { run });
      unpick([run]);
    } catch (error) {
      tellFailure(error, summary);
    }
  }
  await refreshRuns();
}
