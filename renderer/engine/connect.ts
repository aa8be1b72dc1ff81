import type { Shell } from '../shell/shell.ts';
import { attachEngine, refusalOf, useRun } from './run-store.ts';

/** Connects the studio to its engine; what goes wrong is shown where runs are. */
export async function connectEngine(shell: Shell): Promise<void> {
  try {
    attachEngine(await shell.connectEngine());
  } catch (error) {
    useRun.setState({ connection: 'closed', refusal: refusalOf(error) });
  }
}
