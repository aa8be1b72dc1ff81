import { create } from 'zustand';
import index from '../../assets/blocks/index.json';
import { type Text, text } from '../../engine/declaration/text.ts';
import { type Blocks, blockOf } from '../../engine/document/blocks.ts';
import { readDocumentValue } from '../../engine/document/read.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';

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

export function libraryBlock(
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

export const useMine = create<Mine>(() => ({ failure: undefined, texts: [], blocks: [] }));

/** The person's own blocks, whichever project is open. */
export const useMyBlocks = (): readonly LibraryBlock[] => useMine((state) => state.blocks);

/** What a dragged or chosen key stands for. */
export const findLibraryBlock = (key: string): LibraryBlock | undefined =>
  [...builtInBlocks, ...useMine.getState().blocks].find((block) => block.key === key);
