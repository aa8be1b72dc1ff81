import { useMemo } from 'react';
import { declarationOf } from '../../engine/document/blocks.ts';
import { drawnDeclaration } from '../../engine/document/placeholder.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { useDocumentStore } from './store.ts';

/** What a node that is drawn declares: of a layer, a block, a port, or of nobody knows what. */
export function useDeclaration(node: DocumentNode | undefined): NodeDeclaration | undefined {
  const blocks = useDocumentStore((state) => state.document.blocks);
  const isKnown = node === undefined || declarationOf(blocks, node.type) !== undefined;
  // Only what nobody knows goes by its wires.
  const wires = useDocumentStore((state) => (isKnown ? undefined : state.document.wires));
  return useMemo(
    () => node && drawnDeclaration({ nodes: [], wires: wires ?? [], blocks }, node),
    [node, wires, blocks],
  );
}
