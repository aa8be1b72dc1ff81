import type { ImportedProject } from '../../engine/protocol/model-messages.ts';
import { notify } from '../design/toast.tsx';
import { openCopy } from '../document/files.ts';
import { engine, takeRun } from '../engine/run-store.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { refreshRuns } from '../runs/runs-store.ts';
import { beginWith } from '../training/start-weights.ts';
import { formatDifference } from './differences.ts';
import { importModel } from './model-store.ts';

/** Makes a project of the open model, shows it, and takes up the run that holds its weights: it stands before its first step. */
export const openOnCanvas = (): Promise<void> => importModel(show);

async function show({ document, run, maxAbsDiff, isEqual, remarks }: ImportedProject): Promise<void> {
  if (!(await openCopy(document))) return;
  beginWith({ run, name: document.name });
  const said = { difference: formatDifference(maxAbsDiff) };
  notify({
    tone: isEqual ? 'success' : 'error',
    title: translate(isEqual ? 'models.imported' : 'models.importedUnlike', said),
    detail: remarks.map((remark) => remark[currentLanguage()]).join(' '),
  });
  await takeRun(document, true, () => engine().request('continueRun', { run, options: { paused: true } }));
  void refreshRuns();
}
