import type { DocumentNode, Parts, Wire } from './schema.ts';

/** The document's nodes and wires by what one looks them up by. */
export interface Topology {
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly wires: ReadonlyMap<string, Wire>;
  /** Wires that end at a node, and those that begin there. */
  readonly into: ReadonlyMap<string, readonly Wire[]>;
  readonly outOf: ReadonlyMap<string, readonly Wire[]>;
  /** Every node after those it depends on; in the document's order where that leaves a choice. Without nodes on a cycle or behind one. */
  readonly order: readonly DocumentNode[];
  /** Nodes that can reach themselves. */
  readonly cyclic: readonly DocumentNode[];
}

export function topologyOf(document: Parts): Topology {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const wires = document.wires.filter((wire) => nodes.has(wire.from.node) && nodes.has(wire.to.node));
  const byId = new Map(wires.map((wire) => [wire.id, wire]));
  const into = groupBy(wires, (wire) => wire.to.node);
  const outOf = groupBy(wires, (wire) => wire.from.node);

  const waiting = new Map(document.nodes.map((node) => [node.id, into.get(node.id)?.length ?? 0]));
  const order: DocumentNode[] = [];
  const ready = document.nodes.filter((node) => waiting.get(node.id) === 0);
  for (let next = 0; next < ready.length; next++) {
    const node = ready[next] as DocumentNode;
    order.push(node);
    for (const wire of outOf.get(node.id) ?? []) {
      const left = (waiting.get(wire.to.node) ?? 0) - 1;
      waiting.set(wire.to.node, left);
      if (left === 0) ready.push(nodes.get(wire.to.node) as DocumentNode);
    }
  }
  const stuck = new Set(
    document.nodes.filter((node) => (waiting.get(node.id) ?? 0) > 0).map((node) => node.id),
  );
  const cyclic = document.nodes.filter((node) => stuck.has(node.id) && reaches(outOf, node.id, node.id));
  return { nodes, wires: byId, into, outOf, order, cyclic };
}

/** Whether a path of at least one wire leads from one node to another. */
export function reaches(outOf: ReadonlyMap<string, readonly Wire[]>, from: string, to: string): boolean {
  return reachable(outOf, [from], (wire) => wire.to.node).has(to);
}

/** Every node that one of `starts` depends on, themselves among them. */
export function ancestors(
  { into }: Pick<Topology, 'into'>,
  ...starts: readonly string[]
): ReadonlySet<string> {
  return new Set([...starts, ...reachable(into, starts, (wire) => wire.from.node)]);
}

/** Every node that depends on one of `starts`, themselves among them. */
export function descendants(
  { outOf }: Pick<Topology, 'outOf'>,
  ...starts: readonly string[]
): ReadonlySet<string> {
  return new Set([...starts, ...reachable(outOf, starts, (wire) => wire.to.node)]);
}

function reachable(
  wires: ReadonlyMap<string, readonly Wire[]>,
  starts: readonly string[],
  next: (wire: Wire) => string,
): Set<string> {
  const seen = new Set<string>();
  const open = [...starts];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const wire of wires.get(node) ?? []) {
      const other = next(wire);
      if (!seen.has(other)) {
        seen.add(other);
        open.push(other);
      }
    }
  }
  return seen;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
