import type { BlockDefinition, DocumentNode, NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import { chainDocument } from './documents.ts';

/** Data, the given nodes and wires among instances of blocks, Linear `fc3`, cross-entropy. */
export function withBlocks(
  blocks: BlockDefinition[],
  nodes: DocumentNode[],
  wires: Wire[],
): NetwrightDocument {
  const {
    nodes: [data, ...ends],
    wires: given,
    ...rest
  } = chainDocument([['fc3', 'linear', { outFeatures: 2 }]]);
  return {
    ...rest,
    nodes: [data as DocumentNode, ...nodes, ...ends],
    wires: [...wires, ...given.filter(({ to }) => to.node !== 'fc3')].map((wire, i) => ({
      ...wire,
      id: `wire-${i}`,
    })),
    blocks,
  };
}
