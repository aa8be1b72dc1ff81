import { NetwrightError } from '../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import type { FileKind, OpenedFile, RecentFile } from '../shell/shell.ts';
import { askAboutUnsaved, showPage, showRefusedFile } from '../workspace/state.ts';
import { readDrawable } from './drawable.ts';
import { emptyDocument } from './empty-document.ts';
import {
  type DocumentFile,
  hasUnsavedChanges,
  type LoadOptions,
  loadDocument,
  markSaved,
  useDocumentStore,
} from './store.ts';

const extension = 'netwright.json';
const kind = (): FileKind => ({ description: translate('file.kind'), extension });

/** The document as its file holds it: two spaces, one line at the end, so that it reads and compares well. */
export const documentText = (document: NetwrightDocument): string =>
  `${JSON.stringify(document, undefined, 2)}\n`;

/** False when the person would rather stay with what is open; asks only where something would be lost. */
async function mayReplace(): Promise<boolean> {
  const state = useDocumentStore.getState();
  if (!hasUnsavedChanges(state)) return true;
  const answer = await askAboutUnsaved(state.project.name);
  if (answer !== 'save') return answer === 'discard';
  await saveDocument();
  return !hasUnsavedChanges(useDocumentStore.getState());
}

/** The file for this window; to be read only where another one has it. */
async function claimed({ name, handle }: DocumentFile): Promise<DocumentFile> {
  return (await shell.claimFile(handle)) ? { name, handle } : { name, handle, isReadOnly: true };
}

/** False when the person would rather stay with what is open. */
async function replaceDocument(document: NetwrightDocument, options?: LoadOptions): Promise<boolean> {
  if (!(await mayReplace())) return false;
  loadDocument(document, { ...options, ...(options?.file && { file: await claimed(options.file) }) });
  if (options?.file === undefined) void shell.claimFile(undefined);
  showPage('build');
  return true;
}

export const newDocument = (): Promise<boolean> => replaceDocument(emptyDocument(translate('app.untitled')));

/** Takes up a template or what a run was trained on: a document of one's own, without a file yet. */
export const openCopy = (document: NetwrightDocument): Promise<boolean> => replaceDocument(document);

/** Takes up what autosave kept; it counts as unsaved. */
export const openRecovered = (document: NetwrightDocument): Promise<boolean> =>
  replaceDocument(document, { unsaved: true });

/** Shows what a file holds; a file that cannot be drawn is explained, and what is open stays as it is. */
export async function showFile({ name, bytes, handle }: OpenedFile): Promise<void> {
  try {
    await replaceDocument(readDrawable(bytes, name), { file: { name, handle } });
  } catch (error) {
    const problems = error instanceof NetwrightError ? error.problems : [];
    showRefusedFile({ name, reason: sentenceOf(error), problems });
  }
}

const explain = (error: unknown): string => sentenceOf(error)[currentLanguage()];

export async function openDocument(): Promise<void> {
  try {
    const file = await shell.openFile(kind());
    if (file !== undefined) await showFile(file);
  } catch (error) {
    notify({ tone: 'error', title: translate('file.openFailed'), detail: explain(error) });
  }
}

export async function openRecent(recent: RecentFile): Promise<void> {
  try {
    const file = await shell.openRecent(recent);
    if (file === undefined)
      notify({ tone: 'error', title: translate('file.recentGone', { name: recent.name }) });
    else await showFile(file);
  } catch (error) {
    const title = translate('file.recentGone', { name: recent.name });
    notify({ tone: 'error', title, detail: explain(error) });
  }
}

/** Reads the file anew and takes it for this window, if the other one has let go of it. */
export async function editHere(): Promise<void> {
  const { file } = useDocumentStore.getState();
  if (file === undefined) return;
  await openRecent(file);
  const { file: now } = useDocumentStore.getState();
  if (now?.isReadOnly === true) notify({ title: translate('readOnly.still', { name: now.name }) });
}

/** Goes on with a copy that has no file yet. */
export function editCopy(): void {
  const { project } = useDocumentStore.getState();
  void shell.claimFile(undefined);
  loadDocument(project, { unsaved: true });
}

/** To its own file; to a new one where it has none, or where another window has it. */
export async function saveDocument(): Promise<void> {
  const { project: document, file } = useDocumentStore.getState();
  if (file?.handle === undefined || file.isReadOnly === true) return await saveDocumentAs();
  try {
    await shell.writeFile(file.handle, new TextEncoder().encode(documentText(document)));
    markSaved(document, file);
  } catch (error) {
    notify({ tone: 'error', title: translate('file.notSaved', { name: file.name }), detail: explain(error) });
  }
}

export async function saveDocumentAs(): Promise<void> {
  const { project: document, file } = useDocumentStore.getState();
  const name = file?.name ?? `${fileName(document.name)}.${extension}`;
  try {
    const written = await shell.saveFile(new TextEncoder().encode(documentText(document)), kind(), name);
    if (written === undefined) return;
    markSaved(document, await claimed(written));
    notify({ tone: 'success', title: translate('file.saved', { name: written.name }) });
  } catch (error) {
    notify({ tone: 'error', title: translate('file.notSaved', { name }), detail: explain(error) });
  }
}

/** Without what some file system forbids. */
const fileName = (name: string): string => name.replace(/[<>:"/\\|?*]/g, ' ').trim() || 'netwright';
