import { NetwrightError } from '../../engine/declaration/problem.ts';
import { blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import { blockOf } from '../../engine/document/blocks.ts';
import { readDocument } from '../../engine/document/read.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { emptyDocument } from '../document/empty-document.ts';
import { documentText } from '../document/files.ts';
import { useDocumentStore } from '../document/store.ts';
import { sentenceOf } from '../engine/engine-client.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { type LibraryBlock, libraryBlock, useMine } from './known-blocks.ts';

/** Fetches the person's blocks. One that cannot be read is told of, and kept. */
export async function loadMine(): Promise<void> {
  try {
    showMine(await shell.readBlocks());
  } catch (error) {
    useMine.setState({ failure: sentenceOf(error) });
  }
}

function showMine(texts: readonly string[]): void {
  const blocks = texts.flatMap((json, i) => {
    try {
      return libraryBlock(`mine:${i}`, readDocument(json, translate('blocks.mine'))) ?? [];
    } catch (error) {
      const detail = sentenceOf(error)[currentLanguage()];
      notify({ tone: 'error', title: translate('blocks.mineUnreadable'), detail });
      return [];
    }
  });
  useMine.setState({ failure: undefined, texts, blocks });
}

/** Keeps the block of an instance for every project, in place of one of the same name. */
export async function saveToMine({ type, name, params }: DocumentNode): Promise<void> {
  const { blocks } = useDocumentStore.getState().document;
  const block = blockOf(blocks, type);
  if (block === undefined) return;
  const instance: DocumentNode = { id: 'block-1', type, name, position: { x: 0, y: 0 }, params };
  const document = {
    ...emptyDocument(block.name),
    nodes: [instance],
    blocks: blocksUsedBy([type], blocks),
  };
  await keep(block.name, documentText(document));
}

export async function removeFromMine({ key, title }: LibraryBlock): Promise<void> {
  const at = Number(key.slice('mine:'.length));
  await tellFailure(title.en, () => writeMine(useMine.getState().texts.filter((_, i) => i !== at)));
}

async function keep(name: string, json: string): Promise<void> {
  const { texts, blocks } = useMine.getState();
  const same = new Set(blocks.filter(({ title }) => title.en === name).map(({ key }) => key));
  await tellFailure(name, async () => {
    await writeMine([...texts.filter((_, i) => !same.has(`mine:${i}`)), json]);
    notify({ tone: 'success', title: translate('blocks.savedMine', { name }) });
  });
}

async function tellFailure(name: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const detail = sentenceOf(error)[currentLanguage()];
    notify({ tone: 'error', title: translate('blocks.notSavedMine', { name }), detail });
  }
}

async function writeMine(texts: readonly string[]): Promise<void> {
  const { failure } = useMine.getState();
  if (failure !== undefined) throw new NetwrightError('blocks-unread', failure);
  await shell.writeBlocks(texts);
  showMine(texts);
}
