import { type Blocks, blockOf, blockType } from './blocks.ts';
import { freshId, freshName } from './fresh.ts';
import type { BlockDefinition } from './schema.ts';

/** The blocks of these types, and those inside them, and so on; each once. */
export function blocksUsedBy(types: readonly string[], blocks: Blocks): BlockDefinition[] {
  const found = new Set<BlockDefinition>();
  const take = (type: string): void => {
    const block = blockOf(blocks, type);
    if (block === undefined || found.has(block)) return;
    found.add(block);
    for (const node of block.nodes) take(node.type);
  };
  for (const type of types) take(type);
  return [...found];
}

export interface Adopted {
  readonly blocks: BlockDefinition[];
  /** What an instance's type in the other project has become here. */
  readonly typeHere: (type: string) => string;
}

/**
 * The project's blocks with those from another one: a block that is here already, inside and all, is used as it is; any
 * other comes with an id and a name that are free.
 */
export function adoptBlocks(own: Blocks, others: Blocks): Adopted {
  const same = new Set(others.filter((block) => isSame(own, others, block)).map(({ id }) => id));
  const ids = new Set(own.map(({ id }) => id));
  const names = new Set(own.map(({ name }) => name));
  const types = new Map<string, string>();
  const fresh = others.filter(({ id }) => !same.has(id));
  for (const { id } of fresh) {
    const here = ids.has(id) ? freshId('block', ids) : id;
    ids.add(here);
    types.set(blockType(id), blockType(here));
  }
  const typeHere = (type: string): string => types.get(type) ?? type;
  const taken = fresh.map((block): BlockDefinition => {
    const name = freshName(block.name, names);
    names.add(name);
    return {
      ...block,
      id: typeHere(blockType(block.id)).slice(blockType('').length),
      name,
      nodes: block.nodes.map((node) => ({ ...node, type: typeHere(node.type) })),
    };
  });
  return { blocks: [...own, ...taken], typeHere };
}

/** Whether a block of the same id is here, equal to the other one as are all blocks inside it. */
function isSame(own: Blocks, others: Blocks, block: BlockDefinition): boolean {
  return blocksUsedBy([blockType(block.id)], others).every((used) => {
    const here = own.find(({ id }) => id === used.id);
    return here !== undefined && JSON.stringify(here) === JSON.stringify(used);
  });
}
