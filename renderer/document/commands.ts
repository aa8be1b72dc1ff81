import type { Draft } from 'immer';
import { defaultParams, type Params, type ParamValue } from '../../engine/declaration/fields.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { declarationOf, isBlockType } from '../../engine/document/blocks.ts';
import { fieldsSetWith } from '../../engine/document/exposed.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import { blockAt } from '../../engine/document/levels.ts';
import { canOpen, openNode } from '../../engine/document/open-node.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  documentLimits,
  type Wire,
} from '../../engine/document/schema.ts';
import { topologyOf } from '../../engine/document/topology.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { closingWire, obviousWires } from './obvious-wires.ts';
import {
  type DocumentState,
  edit,
  editProject,
  type Selection,
  select,
  selectNodes,
  useDocumentStore,
} from './store.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const gridSize = 16;
export const snap = (value: number): number => Math.round(value / gridSize) * gridSize;

/** How wide a node is drawn, and the distance from one to the next. */
export const nodeWidth = 184;
const columnWidth = 240;

const onlyNode = (id: string): Selection => ({ nodes: new Set([id]), wires: new Set() });

/** An end of a wire that was let go of over nothing, waiting for the node to be added there. */
export interface OpenWire {
  readonly end: Wire['from'];
  readonly isOutput: boolean;
}

/** Blocks that the project has with one it takes in, and what an instance of that sets. */
export interface Taken {
  readonly blocks: BlockDefinition[];
  readonly params: Params;
}

/**
 * Adds a layer. Without a position it stands to the right of the one selected node and is wired to it where there is
 * no doubt how; with nothing selected it stands right of everything. An open wire is joined to it where it fits.
 */
export function addNode(type: string, at?: Point, open?: OpenWire, taken?: Taken): DocumentNode | undefined {
  const { document: drawn, selection, analysis } = useDocumentStore.getState();
  const document = taken === undefined ? drawn : { ...drawn, blocks: taken.blocks };
  const definition = declarationOf(document.blocks, type);
  if (definition === undefined) return undefined;
  const [selected] = selection.nodes.size === 1 ? selection.nodes : [];
  const before = selected === undefined ? undefined : analysis.topology.nodes.get(selected);
  const node: DocumentNode = {
    id: freshId(isBlockType(type) ? 'block' : type, new Set(document.nodes.map(({ id }) => id))),
    type,
    name: freshName(firstName(definition), new Set(document.nodes.map(({ name }) => name))),
    position: at ?? freePlace(document, before, definition),
    // An instance goes by what its block says until something is set on it.
    params: isBlockType(type) ? { ...taken?.params } : { ...defaultParams(definition.fields) },
  };
  const wires =
    open !== undefined
      ? closingWire(document, open, node)
      : at === undefined
        ? obviousWires(document, before, node)
        : [];
  const replaced = (wire: Wire): boolean => wires.some(({ to }) => endsAt(wire, to));
  edit(
    { key: 'add', name: definition.title },
    (draft) => {
      draft.nodes.push(node);
      if (taken !== undefined) draft.blocks = taken.blocks;
      draft.wires = draft.wires.filter((wire) => !replaced(wire));
      draft.wires.push(...wires);
    },
    { select: onlyNode(node.id) },
  );
  return node;
}

/** A document holds one data node and one loss, so their names need no number. */
const firstName = ({ type, category, shortName = type }: NodeDeclaration): string => {
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
  const exposed = blockAt(project, level)?.exposed ?? [];
  edit(
    { key: 'change', name: declarationOf(document.blocks, node.type)?.fields[field]?.label ?? field },
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
    else target.weightsOf = owner;
  });
}

/** Empty names and names too long are not taken. */
export function renameNode(id: string, name: string): void {
  const wanted = name.trim().slice(0, documentLimits.nameLength);
  if (wanted === '') return;
  edit({ key: 'rename', name: wanted }, (draft) => {
    const node = nodeIn(draft, id);
    if (node !== undefined) node.name = wanted;
  });
}

export function renameDocument(name: string): void {
  const wanted = name.trim().slice(0, documentLimits.nameLength);
  if (wanted === '') return;
  editProject({ key: 'rename', name: wanted }, (draft) => {
    draft.name = wanted;
  });
}

/** Where a drag or a nudge left nodes, by id. */
export function moveNodes(positions: ReadonlyMap<string, Point>, mergeKey?: string): void {
  edit(
    { key: 'move' },
    (draft) => {
      for (const node of draft.nodes) {
        const to = positions.get(node.id);
        if (to === undefined || (to.x === node.position.x && to.y === node.position.y)) continue;
        node.position = { x: to.x, y: to.y };
      }
    },
    { mergeKey },
  );
}

export function nudgeSelection(dx: number, dy: number): void {
  const { document, selection } = useDocumentStore.getState();
  const moved = document.nodes
    .filter(({ id }) => selection.nodes.has(id))
    .map(({ id, position }): [string, Point] => [id, { x: position.x + dx, y: position.y + dy }]);
  if (moved.length > 0) moveNodes(new Map(moved), 'nudge');
}

/** Wires an output to an input; a wire that ends there already gives way. The sentence says why it cannot be. */
export function connect(from: Wire['from'], to: Wire['to']): Text | undefined {
  const { document, analysis } = useDocumentStore.getState();
  const refusal = checkWire(document, from, to, analysis);
  if (refusal !== undefined) return refusal;
  const same = (wire: Wire): boolean =>
    wire.from.node === from.node && wire.from.port === from.port && endsAt(wire, to);
  if (document.wires.some(same)) return undefined;
  edit({ key: 'connect' }, (draft) => {
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
  edit({ key: 'connect' }, (draft) => {
    draft.wires = draft.wires.filter((wire) => wire.id === wireId || !endsAt(wire, to));
    const wire = draft.wires.find(({ id }) => id === wireId);
    if (wire !== undefined) Object.assign(wire, { from, to });
  });
  return undefined;
}

const endsAt = (wire: Wire, to: Wire['to']): boolean => wire.to.node === to.node && wire.to.port === to.port;

export function disconnect(wireId: string): void {
  edit({ key: 'disconnect' }, (draft) => {
    draft.wires = draft.wires.filter((wire) => wire.id !== wireId);
  });
}

/** Removes what is selected, and the wires of nodes that go; who used the weights of one that goes has its own again. */
export function removeSelection(key: 'remove' | 'cut' = 'remove'): void {
  const { selection, analysis } = useDocumentStore.getState();
  const { nodes, wires } = selection;
  const [first] = nodes;
  const name = nodes.size === 1 && first !== undefined ? analysis.topology.nodes.get(first)?.name : undefined;
  edit(nodes.size === 0 ? { key: 'disconnect' } : { key, ...(name !== undefined && { name }) }, (draft) => {
    if (nodes.size === 0 && wires.size === 0) return;
    draft.nodes = draft.nodes.filter(({ id }) => !nodes.has(id));
    for (const node of draft.nodes) {
      if (node.weightsOf !== undefined && nodes.has(node.weightsOf)) delete node.weightsOf;
    }
    draft.wires = draft.wires.filter(
      (wire) => !wires.has(wire.id) && !nodes.has(wire.from.node) && !nodes.has(wire.to.node),
    );
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

export const selectAll = (): void =>
  selectNodes(useDocumentStore.getState().document.nodes.map(({ id }) => id));

export const selectNothing = (): void => select({ nodes: new Set(), wires: new Set() });
