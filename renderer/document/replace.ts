import { defaultParams, type ParamValue } from '../../engine/declaration/fields.ts';
import { text } from '../../engine/declaration/text.ts';
import { type Analysis, analyseDocument } from '../../engine/document/analyse.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { checkValue } from '../../engine/document/check-params.ts';
import { freshId, freshName } from '../../engine/document/fresh.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import { topologyOf } from '../../engine/document/topology.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import type { AnyLayer } from '../../engine/layers/contract.ts';
import { firstName } from './commands.ts';
import { edit, useDocumentStore } from './store.ts';

export interface Replacement {
  readonly document: NetwrightDocument;
  readonly node: DocumentNode;
  /** How many wires found no port on the new node. */
  readonly lost: number;
}

/**
 * The document with a node of another type in a node's place: fields of the same name keep their values where they may
 * have them, wires go to the port of the same name, else to the first free one that takes them.
 */
export function replacedNode(
  document: NetwrightDocument,
  analysis: Analysis,
  id: string,
  type: string,
): Replacement | undefined {
  const former = analysis.topology.nodes.get(id);
  const before = former && catalogue.get(former.type);
  const definition = catalogue.get(type);
  if (former === undefined || before === undefined || definition === undefined) return undefined;
  const node: DocumentNode = {
    id: freshId(type, new Set(document.nodes.map((other) => other.id))),
    type,
    name: nameAfter(document, former, before, definition),
    position: former.position,
    params: keptParams(former, definition),
  };
  const isIts = (wire: Wire): boolean => wire.from.node === id || wire.to.node === id;
  const others = document.wires.filter((wire) => !isIts(wire));
  const swapped: NetwrightDocument = {
    ...document,
    nodes: document.nodes.map((other) => (other.id === id ? node : withoutWeightsOf(other, id))),
    wires: others,
  };
  const placed: Wire[] = [];
  const known = { topology: topologyOf(swapped), nodes: analysis.nodes };
  const place = (wire: Wire, side: 'to' | 'from'): void => {
    const ports = definition.ports[side === 'to' ? 'inputs' : 'outputs'];
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
  document: NetwrightDocument,
  { name }: DocumentNode,
  before: AnyLayer,
  after: AnyLayer,
): string {
  const stem = (layer: AnyLayer): string => firstName(layer).replace(/\d+$/, '');
  const isMade = name.replace(/\d+$/, '') === stem(before);
  const taken = new Set(document.nodes.map((other) => other.name).filter((other) => other !== name));
  return isMade ? freshName(firstName(after), taken) : name;
}

function keptParams(former: DocumentNode, { fields }: AnyLayer): Record<string, ParamValue> {
  const params: Record<string, ParamValue> = { ...defaultParams(fields) };
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

/** Every type that could take a node's place without losing a wire; those whose shapes fit too come first. */
export function replacementsOf(
  document: NetwrightDocument,
  analysis: Analysis,
  id: string,
): readonly { readonly type: string; readonly fits: boolean }[] {
  const former = analysis.topology.nodes.get(id);
  return [...catalogue.keys()].flatMap((type) => {
    const replacement = type === former?.type ? undefined : replacedNode(document, analysis, id, type);
    if (replacement === undefined || replacement.lost > 0) return [];
    const { problems } = analyseDocument(replacement.document);
    const errors = (list: typeof problems): number =>
      list.filter(({ severity }) => severity === 'error').length;
    return [{ type, fits: errors(problems) <= errors(analysis.problems) }];
  });
}

/** Puts a node of another type in the place of the selected one, as one step of the history. */
export function replaceNode(id: string, type: string): DocumentNode | undefined {
  const { document, analysis } = useDocumentStore.getState();
  const replacement = replacedNode(document, analysis, id, type);
  const former = analysis.topology.nodes.get(id);
  const title = catalogue.get(type)?.title;
  if (replacement === undefined || former === undefined || title === undefined) return undefined;
  edit(
    { key: 'replace', name: text(`${former.name} by ${title.en}`, `${former.name} 为 ${title.zh}`) },
    (draft) => {
      draft.nodes = replacement.document.nodes;
      draft.wires = replacement.document.wires;
    },
    { select: { nodes: new Set([replacement.node.id]), wires: new Set() } },
  );
  return replacement.node;
}
