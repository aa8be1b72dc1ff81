import { useDocumentStore } from '../document/store.ts';
import { showPanelTab, usePanelTab } from './panel-tab.ts';
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
  // The problems are solved; every other tab shows the run, each in its way, and stays.
  if (usePanelTab.getState().tab === 'problems') showPanelTab('curves');
  await trainOrPause();
}
