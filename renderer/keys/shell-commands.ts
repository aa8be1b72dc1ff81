import { useDocumentStore } from '../document/store.ts';
import type { ShellCommand } from '../shell/shell.ts';
import { pressTrain } from '../training/press-train.ts';
import { useWorkspace } from '../workspace/state.ts';
import { type ActionId, actionOf } from './actions.ts';

const needsCanvas = (id: ActionId): boolean => actionOf(id).reach !== 'studio';

/** Does what an entry of a native menu asks for; in a text field, editing commands are the field's. */
export function runShellCommand(command: ShellCommand): void {
  if (command === 'train') {
    void pressTrain();
    return;
  }
  const action = actionOf(command);
  if (needsCanvas(command) && useWorkspace.getState().page !== 'build') return;
  if (editField(command) || action.enabled?.(useDocumentStore.getState()) === false) return;
  action.run();
}

const fieldCommands: readonly ActionId[] = ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'delete'];

/** True where the command was meant for the text field that has the keyboard, which then has done it. */
function editField(command: ActionId): boolean {
  const field = document.activeElement;
  const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
  if (!isField || !fieldCommands.includes(command)) return false;
  if ((command === 'undo' || command === 'redo') && 'pristine' in field.dataset) return false;
  if (command === 'selectAll') field.select();
  else if (command === 'paste')
    void navigator.clipboard.readText().then((text) => document.execCommand('insertText', false, text));
  else document.execCommand(command);
  return true;
}
