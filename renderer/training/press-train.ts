import { useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { showPanelTab } from './panel-tab.ts';
import { situation, trainOrPause, whyNot } from './run-commands.ts';
import { showProblem } from './show-problem.ts';

/** What the Train button, its key and its menu entry do: train, pause or resume; or go to what is in the way. */
export async function pressTrain(): Promise<void> {
  if (whyNot('train', situation()) === 'problems') {
    const { problems } = useDocumentStore.getState().analysis;
    const first = problems.find(({ severity }) => severity === 'error');
    if (first) showProblem(first);
    return;
  }
  if (useRun.getState().phase === 'none') showPanelTab('curves');
  await trainOrPause();
}
