import { type Blocks, blockOf, blockType, declarationOf } from './blocks.ts';
import { freshId, freshName } from './fresh.ts';
import type { BlockDefinition, DocumentNode, Drawing, Wire } from './schema.ts';

/**
 * The drawing with another inside of one of its blocks. Every instance follows: what is exposed of nodes that are gone is
 * exposed no more, and instances lose the wires and values of ports and fields that are gone.
 */
export function withBlockEdited<D extends Drawing>(drawing: D, edited: BlockDefinition): D {
  const before = drawing.blocks;
  const known = before.find(({ id }) => id === edited.id);
  const block = withoutGoneFields(known, edited);
  const blocks = before.map((other) => (other.id === block.id ? block : other));
  const lost = lostBy(before, blocks, block.id);
  const changed = { ...drawing, blocks };
  return lost === undefined ? changed : withoutLost(changed, blockType(block.id), lost);
}

function withoutGoneFields(before: BlockDefinition | undefined, after: BlockDefinition): BlockDefinition {
  const left = new Set(after.nodes.map(({ id }) => id));
  const gone = new Set(before?.nodes.map(({ id }) => id).filter((id) => !left.has(id)));
  if (!after.exposed.some(({ fields }) => fields.some(({ node }) => gone.has(node)))) return after;
  const exposed = after.exposed
    .map((one) => ({ ...one, fields: one.fields.filter(({ node }) => !gone.has(node)) }))
    .filter(({ fields }) => fields.length > 0);
  return { ...after, exposed };
}

interface Lost {
  readonly ports: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

function lostBy(before: Blocks, after: Blocks, id: string): Lost | undefined {
  const [old, fresh] = [before, after].map((blocks) => {
    const declaration = declarationOf(blocks, blockType(id));
    const { inputs = [], outputs = [] } = declaration?.ports ?? {};
    return {
      ports: [...inputs, ...outputs].map(({ name }) => name),
      fields: Object.keys(declaration?.fields ?? {}),
    };
  });
  const ports = new Set(old?.ports.filter((port) => !fresh?.ports.includes(port)));
  const fields = new Set(old?.fields.filter((field) => !fresh?.fields.includes(field)));
  return ports.size + fields.size === 0 ? undefined : { ports, fields };
}

function withoutLost<D extends Drawing>(drawing: D, type: string, lost: Lost): D {
  let changed: D = { ...drawing, ...partsWithout(drawing, type, lost) };
  for (const block of drawing.blocks) {
    const isInstance = new Set(block.nodes.filter((node) => node.type === type).map(({ id }) => id));
    if (isInstance.size === 0) continue;
    const exposed = block.exposed
      .map((one) => ({
        ...one,
        fields: one.fields.filter(({ node, field }) => !isInstance.has(node) || !lost.fields.has(field)),
      }))
      .filter(({ fields }) => fields.length > 0);
    changed = withBlockEdited(changed, { ...block, ...partsWithout(block, type, lost), exposed });
  }
  return changed;
}

function partsWithout(
  { nodes, wires }: Pick<Drawing, 'nodes' | 'wires'>,
  type: string,
  { ports, fields }: Lost,
): { nodes: DocumentNode[]; wires: Wire[] } {
  const instances = new Set(nodes.filter((node) => node.type === type).map(({ id }) => id));
  const isLost = ({ node, port }: Wire['from']): boolean => instances.has(node) && ports.has(port);
  return {
    nodes: nodes.map((node) => (instances.has(node.id) ? withoutFields(node, fields) : node)),
    wires: wires.filter(({ from, to }) => !isLost(from) && !isLost(to)),
  };
}

function withoutFields(node: DocumentNode, fields: ReadonlySet<string>): DocumentNode {
  const kept = Object.entries(node.params).filter(([name]) => !fields.has(name));
  return kept.length === Object.keys(node.params).length
    ? node
    : { ...node, params: Object.fromEntries(kept) };
}

/** Gives an instance a block of its own, equal to the one that it had in common with others. */
export function detachNode<D extends Drawing>(drawing: D, id: string): D {
  const node = drawing.nodes.find((candidate) => candidate.id === id);
  const block = node && blockOf(drawing.blocks, node.type);
  if (node === undefined || block === undefined) return drawing;
  const copy = {
    ...block,
    id: freshId('block', new Set(drawing.blocks.map((other) => other.id))),
    name: freshName(block.name, new Set(drawing.blocks.map((other) => other.name))),
  };
  return {
    ...drawing,
    nodes: drawing.nodes.map((other) => (other === node ? { ...node, type: blockType(copy.id) } : other)),
    blocks: [...drawing.blocks, copy],
  };
}

/** How many nodes, at the top and in all blocks, are instances of a block. */
export function countInstances({ nodes, blocks }: Drawing, id: string): number {
  const type = blockType(id);
  const count = (all: readonly DocumentNode[]): number => all.filter((node) => node.type === type).length;
  return blocks.reduce((sum, block) => sum + count(block.nodes), count(nodes));
}
