import type { Drawing, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { newErrors } from './new-errors.ts';
import type { Seen } from './store.ts';

/** The document without some nodes and wires; who used the weights of one that goes has its own again. */
export function withoutParts(
  document: Drawing,
  nodes: ReadonlySet<string>,
  wires: ReadonlySet<string>,
): Drawing {
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
  document: Drawing,
  seen: Seen,
  look: (drawing: Drawing) => Seen,
  nodes: ReadonlySet<string>,
  wires: ReadonlySet<string>,
): readonly Wire[] {
  const { topology } = seen.analysis;
  const remaining = document.wires.filter(({ id }) => !wires.has(id));
  const sourceOf = (end: Wire['from']): Wire['from'] | undefined => {
    let source = end;
    while (nodes.has(source.node)) {
      const [only, ...more] = (topology.into.get(source.node) ?? []).filter(({ id }) => !wires.has(id));
      if (only === undefined || more.length > 0) return undefined;
      source = only.from;
    }
    return source;
  };
  // A circle of wires has no source.
  if (topology.cyclic.some(({ id }) => nodes.has(id))) return [];
  const cut = withoutParts(document, nodes, wires);
  const cutKnown = look(cut).analysis;
  const candidates = remaining.flatMap((wire): Wire[] => {
    if (!nodes.has(wire.from.node) || nodes.has(wire.to.node)) return [];
    const from = sourceOf(wire.from);
    return from === undefined || checkWire(cut, from, wire.to, cutKnown) !== undefined
      ? []
      : [{ ...wire, from }];
  });
  if (candidates.length === 0) return [];
  const healed = look({ ...cut, wires: [...cut.wires, ...candidates] });
  return candidates.filter(({ to }) => newErrors(seen, healed, [to.node]).length === 0);
}
