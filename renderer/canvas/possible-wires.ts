import type { Known } from '../../engine/document/analyse.ts';
import { declarationOf, portsOf } from '../../engine/document/blocks.ts';
import type { Drawing, Wire } from '../../engine/document/schema.ts';
import { ancestors, descendants } from '../../engine/document/topology.ts';
import { checkWire } from '../../engine/document/wiring.ts';

export interface PossibleWire {
  readonly from: Wire['from'];
  readonly to: Wire['to'];
  /** The input has another wire, which would give way. */
  readonly taken: boolean;
}

/** Every wire that could be drawn from or to a node and is not there yet; those to free inputs first. */
export function possibleWires(document: Drawing, analysis: Known, nodeId: string): readonly PossibleWire[] {
  const found: PossibleWire[] = [];
  const ends = (id: string, side: 'inputs' | 'outputs'): Wire['from'][] => {
    const node = analysis.topology.nodes.get(id);
    const definition = node && declarationOf(document.blocks, node.type);
    // A loss ends a network; nothing is meant to go on from it.
    if (definition === undefined || (side === 'outputs' && definition.category === 'loss')) return [];
    return portsOf(definition, node?.params ?? {})[side].map(({ name }) => ({ node: id, port: name }));
  };
  // Every wire considered has this node at one end.
  const before = ancestors(analysis.topology, nodeId);
  const behind = descendants(analysis.topology, nodeId);
  const leads = (start: string, end: string): boolean =>
    start === nodeId ? behind.has(end) : before.has(start);
  const consider = (from: Wire['from'], to: Wire['to']): void => {
    const into = analysis.topology.into.get(to.node)?.find((wire) => wire.to.port === to.port);
    if (into?.from.node === from.node && into.from.port === from.port) return;
    if (checkWire(document, from, to, analysis, leads) === undefined)
      found.push({ from, to, taken: into !== undefined });
  };
  for (const { id } of document.nodes) {
    if (id === nodeId) continue;
    for (const from of ends(nodeId, 'outputs')) for (const to of ends(id, 'inputs')) consider(from, to);
    for (const from of ends(id, 'outputs')) for (const to of ends(nodeId, 'inputs')) consider(from, to);
  }
  return found.toSorted((a, b) => Number(a.taken) - Number(b.taken));
}
