import type { DocumentNode, Parts, Wire } from '../../../document/schema.ts';

const columnWidth = 250;
const laneHeight = 150;
/** Data shows some of its samples. */
const dataHeight = 220;
/** A long network goes on in a band below, as a text does. */
const columnsPerBand = 8;

/** The nodes from left to right, each one column behind the last of those it is wired to; losses stand behind everything. */
export function placed({ nodes, wires }: Parts, losses: ReadonlySet<string> = new Set()): DocumentNode[] {
  const into = wiresBy(wires, ({ to }) => to.node);
  const columns = new Map<string, number>();
  const known = new Map(nodes.map((node) => [node.id, node]));
  const columnOf = (id: string): number => {
    const stack = [id];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const before = (into.get(top) ?? []).map(({ from }) => from.node).filter((node) => known.has(node));
      const open = before.filter((node) => !columns.has(node));
      if (open.length === 0) {
        columns.set(top, 1 + Math.max(-1, ...before.map((node) => columns.get(node) ?? 0)));
        stack.pop();
      } else stack.push(...open);
    }
    return columns.get(id) ?? 0;
  };
  for (const { id } of nodes) columnOf(id);
  const last = Math.max(0, ...columns.values());
  for (const id of losses) columns.set(id, last);

  const heights: number[] = [];
  const heightAbove = new Map<string, number>();
  for (const { id, type } of nodes) {
    const column = columns.get(id) ?? 0;
    heightAbove.set(id, heights[column] ?? 0);
    heights[column] = (heights[column] ?? 0) + (type === 'data' ? dataHeight : laneHeight);
  }
  const bandOf = (column: number): number => Math.floor(column / columnsPerBand);
  const tops = [0];
  for (let band = 1; band <= bandOf(last); band++) {
    const above = heights.slice((band - 1) * columnsPerBand, band * columnsPerBand);
    tops[band] = (tops[band - 1] ?? 0) + Math.max(...above.map((height) => height ?? 0)) + laneHeight;
  }
  return nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    return {
      ...node,
      position: {
        x: (column % columnsPerBand) * columnWidth,
        y: (tops[bandOf(column)] ?? 0) + (heightAbove.get(node.id) ?? 0),
      },
    };
  });
}

/** All wires at each node. */
export function wiresBy(
  wires: readonly Wire[],
  nodeOf: (wire: Wire) => string,
): ReadonlyMap<string, readonly Wire[]> {
  const found = new Map<string, Wire[]>();
  for (const wire of wires) {
    const known = found.get(nodeOf(wire));
    if (known === undefined) found.set(nodeOf(wire), [wire]);
    else known.push(wire);
  }
  return found;
}
