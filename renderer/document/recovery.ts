import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { readDrawable } from './drawable.ts';
import { documentText } from './files.ts';
import { hasUnsavedChanges, useDocumentStore } from './store.ts';

const delayMs = 400;
let timer: number | undefined;
let warned = false;

/** The document that a crash or a closed window left unsaved. Read it before `startAutosave`, which overwrites it. */
export async function recoveredDocument(): Promise<NetwrightDocument | undefined> {
  const json = await shell.readRecovery();
  if (json === undefined) return undefined;
  try {
    return readDrawable(new TextEncoder().encode(json), 'recovery');
  } catch {
    // Nothing a person could do with half an autosave; what they saved themselves is untouched.
    return undefined;
  }
}

export async function discardRecovery(): Promise<void> {
  await shell.writeRecovery(undefined);
}

/** From now on every unsaved change is kept, a moment after it was made; nothing is kept when all is saved. */
export function startAutosave(): void {
  useDocumentStore.subscribe((state, before) => {
    if (state.project === before.project && state.saved === before.saved) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void autosave(), delayMs);
  });
}

async function autosave(): Promise<void> {
  const state = useDocumentStore.getState();
  try {
    await shell.writeRecovery(hasUnsavedChanges(state) ? documentText(state.project) : undefined);
    warned = false;
  } catch {
    if (!warned) notify({ tone: 'error', title: translate('file.autosaveFailed') });
    warned = true;
  }
}
