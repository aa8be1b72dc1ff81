import { z } from 'zod';
import { blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import { declarationOf, isBlockType } from '../../engine/document/blocks.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import {
  blockSchema,
  type DocumentNode,
  documentLimits,
  nodeSchema,
  type Wire,
  wireSchema,
} from '../../engine/document/schema.ts';
import { adoptForDrawing } from './block-commands.ts';
import { nodesName, removeSelection } from './commands.ts';
import { type EditLabel } from './history.ts';
import { edit, useDocumentStore } from './store.ts';

/**
 * What copying puts on the system's clipboard: readable JSON, so that nodes can be mailed, kept in a note, or pasted
 * into another window.
 */
const fragmentSchema = z.strictObject({
  format: z.literal('netwright-nodes'),
  nodes: z.array(nodeSchema).min(1).max(documentLimits.nodes),
  wires: z.array(wireSchema).max(documentLimits.wires),
  /** What the nodes are instances of, and what is inside those. */
  blocks: z.array(blockSchema).max(documentLimits.blocks).default([]),
});
export type Fragment = z.infer<typeof fragmentSchema>;

/** Where the browser refuses the system's clipboard, copies stay within this window. */
let ownClipboard = '';

/** The selected nodes and the wires among them; undefined with no node selected. */
export function selectedFragment(): Fragment | undefined {
  const { document, selection } = useDocumentStore.getState();
  const nodes = document.nodes.filter(({ id }) => selection.nodes.has(id));
  if (nodes.length === 0) return undefined;
  const inside = (wire: Wire): boolean =>
    selection.nodes.has(wire.from.node) && selection.nodes.has(wire.to.node);
  const types = nodes.map(({ type }) => type);
  return {
    format: 'netwright-nodes',
    nodes,
    wires: document.wires.filter(inside),
    blocks: blocksUsedBy(types, document.blocks),
  };
}

/** Undefined where the text is something else than copied nodes, or holds layers that are not known here. */
export function parseFragment(text: string): Fragment | undefined {
  if (text.length > documentLimits.bytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = fragmentSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { nodes, blocks } = parsed.data;
  return nodes.every(({ type }) => declarationOf(blocks, type) !== undefined) ? parsed.data : undefined;
}

/** `carrier` is a copy event's; without one, the clipboard is asked directly. False with no node selected. */
export async function copySelection(carrier?: Pick<DataTransfer, 'setData'>): Promise<boolean> {
  const fragment = selectedFragment();
  if (fragment === undefined) return false;
  ownClipboard = JSON.stringify(fragment, undefined, 2);
  if (carrier !== undefined) {
    carrier.setData('text/plain', ownClipboard);
    return true;
  }
  try {
    await navigator.clipboard.writeText(ownClipboard);
  } catch {
    // Refused without focus or permission; the copy within this window still works.
  }
  return true;
}

export async function cutSelection(carrier?: Pick<DataTransfer, 'setData'>): Promise<void> {
  if (await copySelection(carrier)) removeSelection('cut');
}

/** False where there is nothing to paste. `text` is what a paste event brought along. */
export async function paste(text?: string): Promise<boolean> {
  const fragment = parseFragment(text ?? (await readClipboard())) ?? parseFragment(ownClipboard);
  if (fragment === undefined) return false;
  insertFragment(fragment, 'paste');
  return true;
}

async function readClipboard(): Promise<string> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return ownClipboard;
  }
}

export function duplicateSelection(): void {
  const fragment = selectedFragment();
  if (fragment !== undefined) insertFragment(fragment, 'duplicate');
}

/** Adds copies beside the originals, with ids and names of their own, and selects them. */
export function insertFragment({ nodes, wires, blocks }: Fragment, key: EditLabel['key']): void {
  const { document } = useDocumentStore.getState();
  const adopted = adoptForDrawing(
    nodes.map(({ type }) => type),
    blocks,
  );
  if (adopted === undefined) return;
  const ids = new Set(document.nodes.map(({ id }) => id));
  const names = new Set(document.nodes.map(({ name }) => name));
  const wireIds = new Set(document.wires.map(({ id }) => id));
  const copies = new Map<string, DocumentNode>();
  const isKnown = (id: string): boolean => ids.has(id);
  const shift = freeShift(nodes, document.nodes);
  for (const node of nodes) {
    const id = freshId(isBlockType(node.type) ? 'block' : node.type, ids);
    const name = freshName(node.name, names);
    ids.add(id);
    names.add(name);
    const position = { x: node.position.x + shift, y: node.position.y + shift };
    copies.set(node.id, { ...node, type: adopted.typeHere(node.type), id, name, position });
  }
  // A copy shares with the copy of what its original shares with, or with that itself where it was not copied.
  for (const [original, { weightsOf, ...copy }] of copies) {
    const owner = weightsOf === undefined ? undefined : (copies.get(weightsOf)?.id ?? weightsOf);
    copies.set(original, owner !== undefined && isKnown(owner) ? { ...copy, weightsOf: owner } : copy);
  }
  const newWires = wires.flatMap(({ from, to }) => {
    const source = copies.get(from.node);
    const target = copies.get(to.node);
    if (source === undefined || target === undefined) return [];
    const id = freshId('wire', wireIds);
    wireIds.add(id);
    return [{ id, from: { ...from, node: source.id }, to: { ...to, node: target.id } }];
  });
  const name = nodesName(nodes);
  edit(
    { key, name },
    (draft) => {
      draft.nodes.push(...copies.values());
      draft.wires.push(...newWires);
      draft.blocks = adopted.blocks;
    },
    { select: { nodes: new Set([...copies.values()].map(({ id }) => id)), wires: new Set() } },
  );
}

/** The first offset at which no copy hides an existing node, so that pasting twice gives two visible copies. */
function freeShift(nodes: readonly DocumentNode[], existing: readonly DocumentNode[]): number {
  const step = 32;
  const hides = (shift: number): boolean =>
    nodes.some(({ position }) =>
      existing.some(
        (other) => other.position.x === position.x + shift && other.position.y === position.y + shift,
      ),
    );
  let shift = 0;
  while (hides(shift)) shift += step;
  return shift;
}
