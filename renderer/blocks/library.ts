import { create } from 'zustand';
import index from '../../assets/blocks/index.json';
import { NetwrightError } from '../../engine/declaration/problem.ts';
import { type Text, text } from '../../engine/declaration/text.ts';
import { blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import { type Blocks, blockOf } from '../../engine/document/blocks.ts';
import { readDocument, readDocumentValue } from '../../engine/document/read.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { emptyDocument } from '../document/empty-document.ts';
import { documentText } from '../document/files.ts';
import { useDocumentStore } from '../document/store.ts';
import { sentenceOf } from '../engine/engine-client.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';

/**
 * A block that any project can take in. It is kept as a small project that holds one instance of it, so that it is read,
 * brought up to date and checked as projects are, and can be opened as one.
 */
export interface LibraryBlock {
  /** What dragging it says: `library:…` for those that come with the studio, `mine:…` for the person's own. */
  readonly key: string;
  readonly title: Text;
  readonly summary: Text;
  readonly blocks: Blocks;
  /** The instance's type among `blocks`. */
  readonly type: string;
  /** Values that the instance sets. */
  readonly params: DocumentNode['params'];
}

const files = import.meta.glob<unknown>('../../assets/blocks/*.netwright.json', {
  eager: true,
  import: 'default',
});

/** The blocks that come with the studio. */
export const builtInBlocks: readonly LibraryBlock[] = index.flatMap(({ id, title, summary }) => {
  const name = `${id}.netwright.json`;
  const found = libraryBlock(
    `library:${id}`,
    readDocumentValue(files[`../../assets/blocks/${name}`], name),
    title,
    summary,
  );
  return found === undefined ? [] : [found];
});

function libraryBlock(
  key: string,
  { nodes: [instance], blocks }: NetwrightDocument,
  title?: Text,
  summary?: Text,
): LibraryBlock | undefined {
  const block = instance && blockOf(blocks, instance.type);
  if (instance === undefined || block === undefined) return undefined;
  const name = title ?? text(block.name, block.name);
  return { key, title: name, summary: summary ?? name, blocks, type: instance.type, params: instance.params };
}

interface Mine {
  /** Why the person's blocks could not be fetched; nothing is written over them then. */
  readonly failure: Text | undefined;
  /** What the shell keeps, as it was read: the text of one project for each block. */
  readonly texts: readonly string[];
  readonly blocks: readonly LibraryBlock[];
}

const useMine = create<Mine>(() => ({ failure: undefined, texts: [], blocks: [] }));

/** The person's own blocks, whichever project is open. */
export const useMyBlocks = (): readonly LibraryBlock[] => useMine((state) => state.blocks);

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

/** What a dragged or chosen key stands for. */
export const findLibraryBlock = (key: string): LibraryBlock | undefined =>
  [...builtInBlocks, ...useMine.getState().blocks].find((block) => block.key === key);
