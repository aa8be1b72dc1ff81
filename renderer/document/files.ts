import { readDocument } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import type { FileKind, OpenedFile, RecentFile } from '../shell/shell.ts';
import { showPage } from '../workspace/state.ts';
import { emptyDocument } from './empty-document.ts';
import { loadDocument, markSaved, useDocumentStore } from './store.ts';

const extension = 'netwright.json';
const kind = (): FileKind => ({ description: translate('file.kind'), extension });

/** The document as its file holds it: two spaces, one line at the end, so that it reads and compares well. */
export const documentText = (document: NetwrightDocument): string =>
  `${JSON.stringify(document, undefined, 2)}\n`;

export function newDocument(): void {
  loadDocument(emptyDocument(translate('app.untitled')));
  showPage('build');
}

/** Takes up a template: a document of one's own, without a file yet. */
export function openTemplate(document: NetwrightDocument): void {
  loadDocument(document);
  showPage('build');
}

/** Shows what a file holds; a file that cannot be read is explained, and what is open stays as it is. */
export function showFile({ name, bytes, handle }: OpenedFile): void {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    loadDocument(readDocument(text, name), { file: { name, handle } });
    showPage('build');
  } catch (error) {
    notify({ tone: 'error', title: translate('file.notOpened', { name }), detail: explain(error) });
  }
}

const explain = (error: unknown): string => sentenceOf(error)[currentLanguage()];

export async function openDocument(): Promise<void> {
  try {
    const file = await shell.openFile(kind());
    if (file !== undefined) showFile(file);
  } catch (error) {
    notify({ tone: 'error', title: translate('file.openFailed'), detail: explain(error) });
  }
}

export async function openRecent(recent: RecentFile): Promise<void> {
  try {
    const file = await shell.openRecent(recent);
    if (file === undefined)
      notify({ tone: 'error', title: translate('file.recentGone', { name: recent.name }) });
    else showFile(file);
  } catch (error) {
    const title = translate('file.recentGone', { name: recent.name });
    notify({ tone: 'error', title, detail: explain(error) });
  }
}

/** To its own file; to a new one where it has none. */
export async function saveDocument(): Promise<void> {
  const { document, file } = useDocumentStore.getState();
  if (file?.handle === undefined) return await saveDocumentAs();
  try {
    await shell.writeFile(file.handle, new TextEncoder().encode(documentText(document)));
    markSaved(document, file);
  } catch (error) {
    notify({ tone: 'error', title: translate('file.notSaved', { name: file.name }), detail: explain(error) });
  }
}

export async function saveDocumentAs(): Promise<void> {
  const { document, file } = useDocumentStore.getState();
  const name = file?.name ?? `${fileName(document.name)}.${extension}`;
  try {
    const written = await shell.saveFile(new TextEncoder().encode(documentText(document)), kind(), name);
    if (written === undefined) return;
    markSaved(document, { name: written.name, handle: written.handle });
    notify({ tone: 'success', title: translate('file.saved', { name: written.name }) });
  } catch (error) {
    notify({ tone: 'error', title: translate('file.notSaved', { name }), detail: explain(error) });
  }
}

/** Without what some file system forbids. */
const fileName = (name: string): string => name.replace(/[<>:"/\\|?*]/g, ' ').trim() || 'netwright';
