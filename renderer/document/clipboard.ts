import { z } from 'zod';
import { type Text, text } from '../../engine/declaration/text.ts';
import { blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import { declarationOf, isBlockType } from '../../engine/document/blocks.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import { jsonOrUndefined } from '../../engine/document/json.ts';
import { issueProblem } from '../../engine/document/read.ts';
import {
  blockSchema,
  type DocumentNode,
  documentLimits,
  nodeSchema,
  noteSchema,
  type Wire,
  wireSchema,
} from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { adoptForDrawing } from './block-commands.ts';
import { nodesName, removeSelection } from './commands.ts';
import { type EditLabel } from './history.ts';
import { notesName, selectedNotes } from './notes.ts';
import { edit, useDocumentStore } from './store.ts';

/**
 * What copying puts on the system's clipboard: readable JSON, so that nodes can be mailed, kept in a note, or pasted
 * into another window.
 */
const fragmentSchema = z.strictObject({
  format: z.literal('netwright-nodes'),
  nodes: z.array(nodeSchema).max(documentLimits.nodes),
  wires: z.array(wireSchema).max(documentLimits.wires),
  /** What the nodes are instances of, and what is inside those. */
  blocks: z.array(blockSchema).max(documentLimits.blocks).default([]),
  notes: z.array(noteSchema).max(documentLimits.notes).optional(),
});
export type Fragment = z.infer<typeof fragmentSchema>;

/** Where the browser refuses the system's clipboard, copies stay within this window. */
let ownClipboard = '';

/** The selected nodes, the wires among them, and the selected notes; undefined with neither node nor note selected. */
export function selectedFragment(): Fragment | undefined {
  const { document, selection } = useDocumentStore.getState();
  const nodes = document.nodes.filter(({ id }) => selection.nodes.has(id));
  const notes = selectedNotes(useDocumentStore.getState());
  if (nodes.length + notes.length === 0) return undefined;
  const inside = (wire: Wire): boolean =>
    selection.nodes.has(wire.from.node) && selection.nodes.has(wire.to.node);
  const types = nodes.map(({ type }) => type);
  return {
    format: 'netwright-nodes',
    nodes,
    wires: document.wires.filter(inside),
    blocks: blocksUsedBy(types, document.blocks),
    ...(notes.length > 0 && { notes }),
  };
}

/** Copied nodes, or a sentence on why the text is none: what was expected, what was found. */
export function readFragment(json: string): Fragment | { readonly refusal: Text } {
  if (json.length > documentLimits.bytes) {
    const { bytes } = documentLimits;
    return {
      refusal: text(
        `expected at most ${bytes} characters, found ${json.length}.`,
        `最多 ${bytes} 个字符，实际为 ${json.length} 个。`,
      ),
    };
  }
  const value = jsonOrUndefined(json);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (format !== 'netwright-nodes') {
    const found = json.trim().slice(0, 40).replace(/\s+/g, ' ');
    const more = json.trim().length > 40 ? '…' : '';
    return {
      refusal: text(
        `expected copied layers ("format": "netwright-nodes"), found “${found}${more}”.`,
        `应为复制的层（"format": "netwright-nodes"），实际为“${found}${more}”。`,
      ),
    };
  }
  const parsed = fragmentSchema.safeParse(value);
  if (!parsed.success) {
    const { place, message } = issueProblem(parsed.error.issues[0] as z.core.$ZodIssue, value);
    return { refusal: text(`${place.path}: ${message.en}`, `${place.path}：${message.zh}`) };
  }
  const { nodes, blocks, notes = [] } = parsed.data;
  if (nodes.length + notes.length === 0) {
    return {
      refusal: text('expected copied layers or notes, found none.', '应有复制的层或便签，实际为空。'),
    };
  }
  const unknown = nodes.find(({ type }) => declarationOf(blocks, type) === undefined);
  if (unknown === undefined) return parsed.data;
  return {
    refusal: text(
      `“${unknown.name}” is a “${unknown.type}”, which is not known here.`,
      `“${unknown.name}”的类型是“${unknown.type}”，此处没有这种层。`,
    ),
  };
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

/** Adds what was copied, and says why where that cannot be. `brought` is what a paste event brought along. */
export async function paste(brought?: string): Promise<void> {
  const json = brought === undefined || brought === '' ? await readClipboard() : brought;
  if (json.trim() === '') return;
  const read = readFragment(json);
  if ('refusal' in read) {
    const detail = read.refusal[currentLanguage()];
    notify({ tone: 'error', title: translate('paste.refused'), detail });
    return;
  }
  insertFragment(read, 'paste');
}

async function readClipboard(): Promise<string> {
  try {
    return (await navigator.clipboard.readText()) || ownClipboard;
  } catch {
    return ownClipboard;
  }
}

export function duplicateSelection(): void {
  const fragment = selectedFragment();
  if (fragment !== undefined) insertFragment(fragment, 'duplicate');
}

/** Adds copies beside the originals, with ids and names of their own, and selects them. */
export function insertFragment({ nodes, wires, blocks, notes = [] }: Fragment, key: EditLabel['key']): void {
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
  const shift = freeShift([...nodes, ...notes], [...document.nodes, ...(document.notes ?? [])]);
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
  const noteIds = new Set(document.notes?.map(({ id }) => id));
  const newNotes = notes.slice(0, documentLimits.notes - noteIds.size).map((note) => {
    const id = freshId('note', noteIds);
    noteIds.add(id);
    return { ...note, id, position: { x: note.position.x + shift, y: note.position.y + shift } };
  });
  const name = nodes.length === 0 ? notesName(notes.length) : nodesName(nodes);
  edit(
    { key, name },
    (draft) => {
      draft.nodes.push(...copies.values());
      draft.wires.push(...newWires);
      draft.blocks = adopted.blocks;
      if (newNotes.length > 0) draft.notes = [...(document.notes ?? []), ...newNotes];
    },
    {
      select: {
        nodes: new Set([...copies.values()].map(({ id }) => id)),
        wires: new Set(),
        notes: new Set(newNotes.map(({ id }) => id)),
      },
    },
  );
}

type Placed = Pick<DocumentNode, 'position'>;

/** The first offset at which no copy hides an existing node, so that pasting twice gives two visible copies. */
function freeShift(nodes: readonly Placed[], existing: readonly Placed[]): number {
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
