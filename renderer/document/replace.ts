import { defaultParams, type ParamValue } from '../../engine/declaration/fields.ts';
import { text } from '../../engine/declaration/text.ts';
import { declarationOf, isBlockType, portsOf } from '../../engine/document/blocks.ts';
import { checkValue } from '../../engine/document/check-params.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import type { BlockDefinition, DocumentNode, Drawing, Wire } from '../../engine/document/schema.ts';
import { topologyOf } from '../../engine/document/topology.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { findLibraryBlock } from '../blocks/known-blocks.ts';
import { takenInto } from './add-any.ts';
import { adoptForDrawing } from './block-commands.ts';
import { firstName } from './commands.ts';
import { newErrors } from './new-errors.ts';
import { edit, lookAhead, type Seen, useDocumentStore } from './store.ts';

export interface Replacement {
  readonly document: Drawing;
  readonly node: DocumentNode;
  /** How many wires found no port on the new node. */
  readonly lost: number;
}

/**
 * The document with a node of another type in a node's place: fields of the same name keep their values where they may
 * have them, wires go to the port of the same name, else to the first free one that takes them.
 */
export function replacedNode(
  document: Drawing,
  { analysis }: Seen,
  id: string,
  type: string,
): Replacement | undefined {
  const former = analysis.topology.nodes.get(id);
  const before = former && declarationOf(document.blocks, former.type);
  const definition = declarationOf(document.blocks, type);
  if (former === undefined || before === undefined || definition === undefined) return undefined;
  const node: DocumentNode = {
    id: freshId(isBlockType(type) ? 'block' : type, new Set(document.nodes.map((other) => other.id))),
    type,
    name: nameAfter(document, former, before, definition),
    position: former.position,
    params: keptParams(former, definition),
  };
  const isIts = (wire: Wire): boolean => wire.from.node === id || wire.to.node === id;
  const others = document.wires.filter((wire) => !isIts(wire));
  const swapped: Drawing = {
    ...document,
    nodes: document.nodes.map((other) => (other.id === id ? node : withoutWeightsOf(other, id))),
    wires: others,
  };
  const placed: Wire[] = [];
  const known = { topology: topologyOf(swapped), nodes: analysis.nodes };
  const place = (wire: Wire, side: 'to' | 'from'): void => {
    const ports = portsOf(definition, node.params)[side === 'to' ? 'inputs' : 'outputs'];
    const isFree = (port: string): boolean =>
      side === 'from' || !placed.some(({ to }) => to.node === node.id && to.port === port);
    const names = ports.map(({ name }) => name).filter(isFree);
    const ordered = names.toSorted((a, b) => Number(b === wire[side].port) - Number(a === wire[side].port));
    for (const port of ordered) {
      const moved = { ...wire, [side]: { node: node.id, port } };
      if (checkWire(swapped, moved.from, moved.to, known) !== undefined) continue;
      placed.push(moved);
      return;
    }
  };
  const own = document.wires.filter(isIts);
  for (const wire of own) place(wire, wire.to.node === id ? 'to' : 'from');
  return { document: { ...swapped, wires: [...others, ...placed] }, node, lost: own.length - placed.length };
}

/** A name that was made from the type is made anew; one that a person chose stays. */
function nameAfter(
  document: Drawing,
  { name }: DocumentNode,
  before: NodeDeclaration,
  after: NodeDeclaration,
): string {
  const stem = (layer: NodeDeclaration): string => firstName(layer).replace(/\d+$/, '');
  const isMade = name.replace(/\d+$/, '') === stem(before);
  const taken = new Set(document.nodes.map((other) => other.name).filter((other) => other !== name));
  return isMade ? freshName(firstName(after), taken) : name;
}

function keptParams(former: DocumentNode, { type, fields }: NodeDeclaration): Record<string, ParamValue> {
  const params: Record<string, ParamValue> = isBlockType(type) ? {} : { ...defaultParams(fields) };
  for (const [name, field] of Object.entries(fields)) {
    const value = former.params[name];
    if (value !== undefined && checkValue(field, value) === undefined) params[name] = value;
  }
  return params;
}

function withoutWeightsOf(node: DocumentNode, owner: string): DocumentNode {
  if (node.weightsOf !== owner) return node;
  const { weightsOf: _, ...own } = node;
  return own;
}

/** What the palette offers as the project would hold it: a block of a library comes with its own. */
function asTakenIn(blocks: BlockDefinition[], wanted: string): { here: string; blocks: BlockDefinition[] } {
  const found = findLibraryBlock(wanted);
  if (found === undefined) return { here: wanted, blocks };
  const taken = takenInto(blocks, found);
  return { here: taken.type, blocks: taken.blocks };
}

/**
 * Which of some types could take the place of a node that is drawn without losing a wire; `fits` where nothing new is
 * wrong with it or with what it feeds.
 */
export function replacementsFor(
  id: string,
  types: readonly string[],
): readonly { readonly type: string; readonly fits: boolean }[] {
  const state = useDocumentStore.getState();
  const { document, analysis } = state;
  const former = analysis.topology.nodes.get(id);
  return types.flatMap((type) => {
    const { here, blocks } = asTakenIn(document.blocks, type);
    const replacement =
      here === former?.type ? undefined : replacedNode({ ...document, blocks }, state, id, here);
    if (replacement === undefined || replacement.lost > 0) return [];
    const fed = (analysis.topology.outOf.get(id) ?? []).map(({ to }) => to.node);
    const errors = newErrors(state, lookAhead(replacement.document), [replacement.node.id, ...fed]);
    return [{ type, fits: errors.length === 0 }];
  });
}

/** Puts a node of another type in the place of the selected one, as one step of the history. */
export function replaceNode(id: string, type: string): DocumentNode | undefined {
  const state = useDocumentStore.getState();
  const { document, analysis } = state;
  const { here, blocks } = asTakenIn(document.blocks, type);
  if (adoptForDrawing([here], blocks) === undefined) return undefined;
  const replacement = replacedNode({ ...document, blocks }, state, id, here);
  const former = analysis.topology.nodes.get(id);
  const title = declarationOf(blocks, here)?.title;
  if (replacement === undefined || former === undefined || title === undefined) return undefined;
  edit(
    { key: 'replace', name: text(`${former.name} by ${title.en}`, `${former.name} 为 ${title.zh}`) },
    (draft) => {
      draft.nodes = replacement.document.nodes;
      draft.wires = replacement.document.wires;
      draft.blocks = [...replacement.document.blocks];
    },
    { select: { nodes: new Set([replacement.node.id]), wires: new Set() } },
  );
  return replacement.node;
}
