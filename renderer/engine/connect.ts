import type { Frame } from '../../engine/protocol/live-run-messages.ts';
import { notify } from '../design/toast.tsx';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import type { Shell } from '../shell/shell.ts';
import { attachEngine, refusalOf, useRun } from './run-store.ts';

/** Connects the studio to its engine; what goes wrong is shown where runs are. */
export async function connectEngine(shell: Shell): Promise<void> {
  try {
    attachEngine(await shell.connectEngine()).onFrame(tellNotices);
  } catch (error) {
    useRun.setState({ connection: 'closed', refusal: refusalOf(error) });
  }
}

/** What is wrong though training goes on, such as a disk that is full. */
function tellNotices({ notices = [] }: Frame): void {
  for (const { severity, message } of notices) {
    const detail = message[currentLanguage()];
    if (severity === 'warning') notify({ tone: 'error', title: translate('training.notice'), detail });
    else notify({ title: translate('training.goodNotice'), detail });
  }
}
