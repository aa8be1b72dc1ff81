import { type Analysis, analyseDocument } from '../../engine/document/analyse.ts';
import type { NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { newErrors } from './new-errors.ts';

/** The document without some nodes and wires; who used the weights of one that goes has its own again. */
export function withoutParts(
  document: NetwrightDocument,
  nodes: ReadonlySet<string>,
  wires: ReadonlySet<string>,
): NetwrightDocument {
  return {
    ...document,
    nodes: document.nodes
      .filter(({ id }) => !nodes.has(id))
      .map((node) => {
        if (node.weightsOf === undefined || !nodes.has(node.weightsOf)) return node;
        const { weightsOf: _, ...own } = node;
        return own;
      }),
    wires: document.wires.filter(
      ({ id, from, to }) => !wires.has(id) && !nodes.has(from.node) && !nodes.has(to.node),
    ),
  };
}

/**
 * Wires that close the gaps which `nodes` leave: what a chain of them was fed by goes on to what it fed. Only where
 * every node of the chain had one input, and where the two ends still fit.
 */
export function healingWires(
  document: NetwrightDocument,
  analysis: Analysis,
  nodes: ReadonlySet<string>,
  wires: ReadonlySet<string>,
): readonly Wire[] {
  const remaining = document.wires.filter(({ id }) => !wires.has(id));
  const sourceOf = (end: Wire['from']): Wire['from'] | undefined => {
    let source = end;
    while (nodes.has(source.node)) {
      const [only, ...more] = (analysis.topology.into.get(source.node) ?? []).filter(
        ({ id }) => !wires.has(id),
      );
      if (only === undefined || more.length > 0) return undefined;
      source = only.from;
    }
    return source;
  };
  // A circle of wires has no source.
  if (analysis.topology.cyclic.some(({ id }) => nodes.has(id))) return [];
  const cut = withoutParts(document, nodes, wires);
  const cutAnalysis = analyseDocument(cut);
  const candidates = remaining.flatMap((wire): Wire[] => {
    if (!nodes.has(wire.from.node) || nodes.has(wire.to.node)) return [];
    const from = sourceOf(wire.from);
    return from === undefined || checkWire(cut, from, wire.to, cutAnalysis) !== undefined
      ? []
      : [{ ...wire, from }];
  });
  if (candidates.length === 0) return [];
  const healed = analyseDocument({ ...cut, wires: [...cut.wires, ...candidates] });
  return candidates.filter(({ to }) => newErrors(analysis, healed, new Set([to.node])).length === 0);
}
