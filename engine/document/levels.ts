import { type Text, text } from '../declaration/text.ts';
import { blockOf } from './blocks.ts';
import type { BlockDefinition, DocumentNode, Drawing } from './schema.ts';

/** A level of a drawing: the top, or the inside of an instance, by the ids of the instances on the way to it. */
export type Level = readonly string[];

/** Where a node or wire with this place is drawn, and its id there. */
export function atLevel(place: string): { level: Level; id: string } {
  const ids = place.split('/');
  return { level: ids.slice(0, -1), id: ids.at(-1) as string };
}

/** The block whose inside is drawn at a level; undefined at the top, and where the way leads nowhere. */
export const blockAt = (drawing: Drawing, level: Level): BlockDefinition | undefined =>
  instancesTo(drawing, level)?.at(-1)?.block;

/** What is drawn at a level; undefined where the way leads nowhere. */
export function drawingAt(drawing: Drawing, level: Level): Drawing | undefined {
  if (level.length === 0) return drawing;
  const block = blockAt(drawing, level);
  if (block === undefined) return undefined;
  const { nodes, wires, notes } = block;
  return { nodes, wires, blocks: drawing.blocks, ...(notes !== undefined && { notes }) };
}

export interface Instance {
  readonly node: DocumentNode;
  readonly block: BlockDefinition;
}

/** The instances on the way to a level, the outermost first; undefined where the way leads nowhere. */
export function instancesTo(drawing: Drawing, level: Level): readonly Instance[] | undefined {
  const found: Instance[] = [];
  let { nodes } = drawing;
  for (const id of level) {
    const node = nodes.find((candidate) => candidate.id === id);
    const block = node && blockOf(drawing.blocks, node.type);
    if (node === undefined || block === undefined) return undefined;
    found.push({ node, block });
    nodes = block.nodes;
  }
  return found;
}

/** A node by its place, and the names on the way to it. */
export function nodeAt(
  drawing: Drawing,
  place: string,
): { readonly node: DocumentNode; readonly names: readonly string[] } | undefined {
  const { level, id } = atLevel(place);
  const way = instancesTo(drawing, level);
  const inside = way && drawingAt(drawing, level);
  const node = inside?.nodes.find((candidate) => candidate.id === id);
  return node && way && { node, names: [...way.map((instance) => instance.node.name), node.name] };
}

/** `stage1 › conv1`: a node as a sentence names it, with the way to it. */
export const placeName = (drawing: Drawing, place: string): string =>
  nodeAt(drawing, place)?.names.join(' › ') ?? place;

/** A sentence about what happens in one passage through a repeated block. */
export const inRound = (rounds: readonly number[], { en, zh }: Text): Text =>
  text(`In passage ${rounds.join('.')}: ${en}`, `第 ${rounds.join('.')} 次重复：${zh}`);
