import { Graph, layout } from '@dagrejs/dagre';

/** Boxes of one size that have not stood anywhere yet. */
export interface Unplaced {
  readonly boxes: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
  readonly wires: readonly { readonly from: string; readonly to: string }[];
}

export interface Way {
  readonly x: number;
  readonly y: number;
}

export interface Placed {
  /** Upper left corners, in the order of the boxes. */
  readonly places: readonly Way[];
  /** For each wire the points by which it goes round the boxes of the rows between its ends. */
  readonly ways: readonly (readonly Way[])[];
}

/** Boxes in rows from top to bottom along the data's way, and a way for every wire (dagre). */
export function layOutWays({ boxes, size, wires }: Unplaced): Placed {
  const graph = new Graph({ multigraph: true });
  // Quicker than dagre's own ranking, which takes twice the time for rows that are hardly shorter.
  graph.setGraph({ rankdir: 'TB', ranker: 'tight-tree', ranksep: 40, nodesep: 28, edgesep: 16 });
  for (const id of boxes) graph.setNode(id, { ...size });
  wires.forEach(({ from, to }, at) => graph.setEdge(from, to, {}, String(at)));
  layout(graph);
  return {
    places: boxes.map((id) => {
      const { x, y } = graph.node(id) as Way;
      return { x: x - size.width / 2, y: y - size.height / 2 };
    }),
    ways: wires.map(({ from, to }, at) => {
      const { points } = graph.edge(from, to, String(at)) as { points: readonly Way[] };
      return points.slice(1, -1).map(({ x, y }) => ({ x, y }));
    }),
  };
}
