import { adoptBlocks, blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import type { Blocks } from '../../engine/document/blocks.ts';
import type { BlockDefinition, DocumentNode } from '../../engine/document/schema.ts';
import { findLibraryBlock, type LibraryBlock } from '../blocks/known-blocks.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { adoptForDrawing } from './block-commands.ts';
import { addNode, type OpenWire, type Point } from './commands.ts';
import { useDocumentStore } from './store.ts';

/** The blocks that come with one of a library, itself called as it is in the person's language. */
const blocksOf = ({ blocks, type, title }: LibraryBlock): Blocks =>
  blocks.map((block) =>
    block.id === type.slice(type.indexOf(':') + 1) ? { ...block, name: title[currentLanguage()] } : block,
  );

/** The blocks of a project with one of a library among them, and what its instances are called there. */
export function takenInto(
  ours: Blocks,
  found: LibraryBlock,
): { readonly type: string; readonly blocks: BlockDefinition[] } {
  const adopted = adoptBlocks(ours, blocksUsedBy([found.type], blocksOf(found)));
  return { type: adopted.typeHere(found.type), blocks: adopted.blocks };
}

/** Adds whatever the palette offers: a layer, a block of the project, or one of a library, which the project then takes in. */
export function addAny(wanted: string, at?: Point, open?: OpenWire): DocumentNode | undefined {
  const found = findLibraryBlock(wanted);
  const { blocks } = useDocumentStore.getState().document;
  const type = found?.type ?? wanted;
  const adopted = adoptForDrawing([type], found === undefined ? blocks : blocksOf(found));
  if (adopted === undefined) return undefined;
  return addNode(adopted.typeHere(type), at, open, { blocks: adopted.blocks, params: found?.params ?? {} });
}
