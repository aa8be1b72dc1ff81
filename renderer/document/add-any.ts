import type { DocumentNode } from '../../engine/document/schema.ts';
import { findLibraryBlock } from '../blocks/library.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { adoptForDrawing } from './block-commands.ts';
import { addNode, type OpenWire, type Point } from './commands.ts';
import { useDocumentStore } from './store.ts';

/** Adds whatever the palette offers: a layer, a block of the project, or one of a library, which the project then takes in. */
export function addAny(wanted: string, at?: Point, open?: OpenWire): DocumentNode | undefined {
  const found = findLibraryBlock(wanted);
  const others = found?.blocks.map((block) =>
    block.id === found.type.slice(found.type.indexOf(':') + 1)
      ? { ...block, name: found.title[currentLanguage()] }
      : block,
  );
  const { blocks } = useDocumentStore.getState().document;
  const type = found?.type ?? wanted;
  const adopted = adoptForDrawing([type], others ?? blocks);
  if (adopted === undefined) return undefined;
  return addNode(adopted.typeHere(type), at, open, { blocks: adopted.blocks, params: found?.params ?? {} });
}
