import type { Draft } from 'immer';
import { defaultParams, type Params, type ParamValue } from '../../engine/declaration/fields.ts';
import { type Text, text } from '../../engine/declaration/text.ts';
import { declarationOf, isBlockType } from '../../engine/document/blocks.ts';
import { fieldsSetWith } from '../../engine/document/exposed.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import { blockAt } from '../../engine/document/levels.ts';
import { canOpen, openNode } from '../../engine/document/open-node.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  type MarkColor,
  type Wire,
} from '../../engine/document/schema.ts';
import { topologyOf } from '../../engine/document/topology.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { givenName } from './given-name.ts';
import { healingWires, withoutParts } from './heal.ts';
import type { EditLabel } from './history.ts';
import { keyOfNote, notesName } from './notes.ts';
import { closingWire, obviousWires } from './obvious-wires.ts';
import { fitted } from './own-sizes.ts';
import {
  type DocumentState,
  edit,
  editProject,
  lookAhead,
  type Selection,
  select,
  useDocumentStore,
} from './store.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const gridSize = 16;
export const snap = (value: number): number => Math.round(value / gridSize) * gridSize;

/** How far below its upper edge a node's first port is. */
export const portHeight = 50;

/** How wide a node is drawn, and the distance from one to the next: a shape such as N×64×32×32 has room on the wire. */
export const nodeWidth = 184;
export const columnWidth = 272;

const onlyNode = (id: string): Selection => ({ nodes: new Set([id]), wires: new Set() });

/** An end of a wire that was let go of over nothing, waiting for the node to be added there. */
export interface OpenWire {
  readonly end: Wire['from'];
  readonly isOutput: boolean;
  /** The wire whose other end was taken off its port, and which gives way to the new one. */
  readonly moved?: string | undefined;
}

/** Blocks that the project has with one it takes in, and what an instance of that sets. */
export interface Taken {
  readonly blocks: BlockDefinition[];
  readonly params: Params;
}

/**
 * Adds a layer. Without a position it stands to the right of the one selected node and is wired to it where there is
 * no doubt how; with nothing selected it stands right of everything. An open wire is joined to it where it fits. A
 * block takes the size of what it is wired to where its own does not fit.
 */
export function addNode(type: string, at?: Point, open?: OpenWire, taken?: Taken): DocumentNode | undefined {
  const state = useDocumentStore.getState();
  const { document: drawn, selection, analysis } = state;
  const document = taken === undefined ? drawn : { ...drawn, blocks: taken.blocks };
  const definition = declarationOf(document.blocks, type);
  if (definition === undefined) return undefined;
  const [selected] = selection.nodes.size === 1 ? selection.nodes : [];
  const before = selected === undefined ? undefined : analysis.topology.nodes.get(selected);
  const made = newNode(document, type, at ?? freePlace(document, before, definition), taken);
  if (made === undefined) return undefined;
  const wires =
    open !== undefined
      ? closingWire(document, open, made)
      : at === undefined
        ? obviousWires(document, before, made)
        : [];
  const replaced = (wire: Wire): boolean =>
    wires.some(({ to }) => endsAt(wire, to) || wire.id === open?.moved);
  const rest = document.wires.filter((wire) => !replaced(wire));
  const node = fitted({ ...document, wires: rest }, state, lookAhead, made, wires);
  edit(
    { key: 'add', name: definition.title },
    (draft) => {
      draft.nodes.push(node);
      if (taken !== undefined) draft.blocks = taken.blocks;
      draft.wires = [...rest, ...wires];
    },
    { select: onlyNode(node.id) },
  );
  return node;
}

/** A node that is not in the document yet: its id and name are free there, its parameters at their defaults. */
export function newNode(document: Drawing, type: string, at: Point, taken?: Taken): DocumentNode | undefined {
  const definition = declarationOf(document.blocks, type);
  if (definition === undefined) return undefined;
  return {
    id: freshId(isBlockType(type) ? 'block' : type, new Set(document.nodes.map(({ id }) => id))),
    type,
    name: freshName(firstName(definition), new Set(document.nodes.map(({ name }) => name))),
    position: at,
    // An instance goes by what its block says until something is set on it.
    params: isBlockType(type) ? { ...taken?.params } : { ...defaultParams(definition.fields) },
  };
}

/** A document holds one data node and one loss, so their names need no number. */
export const firstName = ({ type, category, shortName = type }: NodeDeclaration): string => {
  if (category === 'data' || category === 'loss') return category;
  return category === 'block' ? shortName : `${shortName}1`;
};

/** Layers stand in a row above data and loss, so that the wire of the targets passes below them. */
const rowAbove = -112;

function freePlace(document: Drawing, before: DocumentNode | undefined, layer: NodeDeclaration): Point {
  const right = document.nodes.toSorted((a, b) => b.position.x - a.position.x)[0];
  const start = before ?? right;
  if (start === undefined) return { x: 0, y: 0 };
  const place = { x: start.position.x + columnWidth, y: start.position.y };
  const data = document.nodes.find(({ type }) => declarationOf(document.blocks, type)?.category === 'data');
  if (start === data && layer.category !== 'loss') place.y += rowAbove;
  if (data !== undefined && start !== data && layer.category === 'loss') place.y = data.position.y;
  const taken = ({ x, y }: Point): boolean =>
    document.nodes.some((node) => Math.abs(node.position.x - x) < 200 && Math.abs(node.position.y - y) < 110);
  while (taken(place)) place.y += 128;
  return place;
}

const nodeIn = (draft: Draft<Drawing>, id: string): Draft<DocumentNode> | undefined =>
  draft.nodes.find((node) => node.id === id);

export function setParam(id: string, field: string, value: ParamValue): void {
  const { project, document, level, analysis } = useDocumentStore.getState();
  const node = analysis.topology.nodes.get(id);
  if (node === undefined) return;
  const label = declarationOf(document.blocks, node.type)?.fields[field]?.label ?? text(field, field);
  const exposed = blockAt(project, level)?.exposed ?? [];
  edit(
    { key: 'change', name: text(`${label.en} of ${node.name}`, `${node.name} 的${label.zh}`) },
    (draft) => {
      for (const set of fieldsSetWith(exposed, { node: id, field }, value)) {
        const target = nodeIn(draft, set.node);
        if (target !== undefined) target.params[set.field] = set.value;
      }
    },
    { mergeKey: `param ${id} ${field}` },
  );
}

/** From now on a node uses the weights of another one; `owner` undefined gives it its own again. */
export function shareWeights(id: string, owner: string | undefined): void {
  const node = useDocumentStore.getState().analysis.topology.nodes.get(id);
  if (node === undefined || node.weightsOf === owner) return;
  edit({ key: 'shareWeights', name: node.name }, (draft) => {
    const target = nodeIn(draft, id);
    if (target === undefined) return;
    if (owner === undefined) delete target.weightsOf;
    else {
      target.weightsOf = owner;
      // Whose weights they are says it.
      delete target.frozen;
    }
  });
}

/** Empty names are not taken, of longer ones what the project holds. */
export function renameNode(id: string, name: string): void {
  const wanted = givenName(name);
  if (wanted === '') return;
  edit({ key: 'rename', name: wanted }, (draft) => {
    const node = nodeIn(draft, id);
    if (node !== undefined) node.name = wanted;
  });
}

/** Marks what is selected with a colour, or with none. */
export function setColor(color: MarkColor | undefined): void {
  const { nodes, notes = new Set<string>() } = useDocumentStore.getState().selection;
  edit({ key: 'color', name: thingsName(nodesOf(nodes), notes.size) }, (draft) => {
    const things = [
      ...draft.nodes.filter(({ id }) => nodes.has(id)),
      ...(draft.notes ?? []).filter(({ id }) => notes.has(id)),
    ];
    for (const thing of things) {
      if (color === undefined) delete thing.color;
      else thing.color = color;
    }
  });
}

export function renameDocument(name: string): void {
  const wanted = givenName(name);
  if (wanted === '') return;
  editProject({ key: 'rename', name: wanted }, (draft) => {
    draft.name = wanted;
  });
}

/** Where a drag or a nudge left nodes, by id, and notes, by what they are on the canvas. */
export function moveNodes(
  positions: ReadonlyMap<string, Point>,
  mergeKey?: string,
  key: 'move' | 'arrange' = 'move',
): void {
  const notes = (useDocumentStore.getState().document.notes ?? []).filter(({ id }) =>
    positions.has(keyOfNote(id)),
  );
  edit(
    { key, name: thingsName(nodesOf(positions), notes.length) },
    (draft) => {
      const move = (thing: { position: Point }, to: Point | undefined): void => {
        if (to === undefined || (to.x === thing.position.x && to.y === thing.position.y)) return;
        thing.position = { x: to.x, y: to.y };
      };
      for (const node of draft.nodes) move(node, positions.get(node.id));
      for (const note of draft.notes ?? []) move(note, positions.get(keyOfNote(note.id)));
    },
    { mergeKey },
  );
}

export function nudgeSelection(dx: number, dy: number): void {
  const { document, selection } = useDocumentStore.getState();
  const things = [
    ...document.nodes.filter(({ id }) => selection.nodes.has(id)),
    ...(document.notes ?? [])
      .filter(({ id }) => selection.notes?.has(id))
      .map(({ id, position }) => ({ id: keyOfNote(id), position })),
  ];
  const moved = things.map(({ id, position }): [string, Point] => [
    id,
    { x: position.x + dx, y: position.y + dy },
  ]);
  if (moved.length > 0) moveNodes(new Map(moved), `nudge ${moved.map(([id]) => id).join(' ')}`);
}

/** Wires an output to an input; a wire that ends there already gives way. The sentence says why it cannot be. */
export function connect(from: Wire['from'], to: Wire['to']): Text | undefined {
  const { document, analysis } = useDocumentStore.getState();
  const refusal = checkWire(document, from, to, analysis);
  if (refusal !== undefined) return refusal;
  if (document.wires.some((wire) => sameEnd(wire.from, from) && endsAt(wire, to))) return undefined;
  edit({ key: 'connect', name: wireName(from, to) }, (draft) => {
    draft.wires = draft.wires.filter((wire) => !endsAt(wire, to));
    draft.wires.push({ id: freshId('wire', new Set(document.wires.map(({ id }) => id))), from, to });
  });
  return undefined;
}

/** Moves an end of a wire: one step of the history. */
export function rewire(wireId: string, from: Wire['from'], to: Wire['to']): Text | undefined {
  const { document, analysis } = useDocumentStore.getState();
  const without = { ...document, wires: document.wires.filter(({ id }) => id !== wireId) };
  const refusal = checkWire(without, from, to, { ...analysis, topology: topologyOf(without) });
  if (refusal !== undefined) return refusal;
  const former = document.wires.find(({ id }) => id === wireId);
  if (former === undefined || (sameEnd(former.from, from) && sameEnd(former.to, to))) return undefined;
  edit({ key: 'connect', name: wireName(from, to) }, (draft) => {
    draft.wires = draft.wires.filter((wire) => wire.id === wireId || !endsAt(wire, to));
    const wire = draft.wires.find(({ id }) => id === wireId);
    if (wire !== undefined) Object.assign(wire, { from, to });
  });
  return undefined;
}

const sameEnd = (a: Wire['from'], b: Wire['from']): boolean => a.node === b.node && a.port === b.port;
const endsAt = (wire: Wire, to: Wire['to']): boolean => sameEnd(wire.to, to);

/** `conv1 → bn1`, as a step of the history names a wire. */
export function wireName(from: Wire['from'], to: Wire['to']): string {
  const { nodes } = useDocumentStore.getState().analysis.topology;
  return [from, to].map(({ node }) => nodes.get(node)?.name ?? node).join(' → ');
}

/** What a step of the history calls several nodes: the name of the one, or how many there are. */
export function nodesName(nodes: readonly DocumentNode[]): Text {
  const [first] = nodes;
  if (nodes.length === 1 && first !== undefined) return text(first.name, first.name);
  return text(`${nodes.length} layers`, `${nodes.length} 个层`);
}

const thingsName = (nodes: readonly DocumentNode[], notes: number): NonNullable<EditLabel['name']> =>
  nodes.length === 0 && notes > 0 ? notesName(notes) : nodesName(nodes);

const nodesOf = (ids: { has(id: string): boolean }): DocumentNode[] =>
  useDocumentStore.getState().document.nodes.filter(({ id }) => ids.has(id));

const wiresName = (count: number): Text => text(`${count} wires`, `${count} 条连线`);

export function disconnect(wireId: string): void {
  const wire = useDocumentStore.getState().document.wires.find(({ id }) => id === wireId);
  if (wire === undefined) return;
  edit({ key: 'disconnect', name: wireName(wire.from, wire.to) }, (draft) => {
    draft.wires = draft.wires.filter((wire) => wire.id !== wireId);
  });
}

/**
 * Removes what is selected, and the wires of nodes that go; who used the weights of one that goes has its own again.
 * What a removed chain was fed by goes on to what it fed where that fits, unless `gap` asks for none of it.
 */
export function removeSelection(
  key: 'remove' | 'cut' = 'remove',
  { gap = false }: { readonly gap?: boolean } = {},
): void {
  const state = useDocumentStore.getState();
  const { document, selection } = state;
  const { nodes, wires, notes = new Set<string>() } = selection;
  const [wire] = wires;
  if (nodes.size + wires.size + notes.size === 0) return;
  if (nodes.size + notes.size === 0 && wires.size === 1 && wire !== undefined) return disconnect(wire);
  const label: EditLabel =
    nodes.size + notes.size === 0
      ? { key: 'disconnect', name: wiresName(wires.size) }
      : { key, name: thingsName(nodesOf(nodes), notes.size) };
  const healing = gap ? [] : healingWires(document, state, lookAhead, nodes, wires);
  const rest = withoutParts(document, nodes, wires);
  edit(label, (draft) => {
    draft.nodes = rest.nodes;
    draft.wires = [...rest.wires, ...healing];
    if (notes.size > 0) draft.notes = (document.notes ?? []).filter(({ id }) => !notes.has(id));
  });
}

/** The one selected node, where it can be opened. */
export function openableNode({ document, selection, analysis }: DocumentState): string | undefined {
  const [id] = selection.nodes.size === 1 ? selection.nodes : [];
  return id !== undefined && canOpen(document, id, analysis) ? id : undefined;
}

/** Puts the layers that the selected one is made of in its place, and selects them. */
export function openSelected(): void {
  const state = useDocumentStore.getState();
  const id = openableNode(state);
  const opened = id === undefined ? undefined : openNode(state.document, id, state.analysis);
  if (id === undefined || opened === undefined) return;
  const name = state.analysis.topology.nodes.get(id)?.name ?? id;
  const { nodes, wires } = opened.document;
  edit(
    { key: 'open', name },
    (draft) => {
      draft.nodes = [...nodes];
      draft.wires = [...wires];
    },
    { select: { nodes: new Set(opened.opened), wires: new Set() } },
  );
}

export function selectAll(): void {
  const { nodes, notes = [] } = useDocumentStore.getState().document;
  select({
    nodes: new Set(nodes.map(({ id }) => id)),
    wires: new Set(),
    notes: new Set(notes.map(({ id }) => id)),
  });
}

export const selectNothing = (): void => select({ nodes: new Set(), wires: new Set() });
