import { Graph, layout, type OrderConstraint } from '@dagrejs/dagre';

/** Which way data flows on the canvas. */
export type Direction = 'right' | 'down';

export interface Box {
  readonly id: string;
  /** Upper left corner, as it is now. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arranging {
  readonly boxes: readonly Box[];
  readonly wires: readonly { readonly from: string; readonly to: string }[];
  readonly direction: Direction;
  /** How far below its upper edge a box' first port is: boxes in a row have these at one height, so that wires run straight. */
  readonly portHeight: number;
  readonly grid: number;
}

export type Places = readonly (readonly [id: string, place: { readonly x: number; readonly y: number }])[];

/** Between boxes in a row there is room for the shape that stands on the wire. */
const gaps = {
  right: { ranksep: 88, nodesep: 32 },
  down: { ranksep: 64, nodesep: 56 },
} as const;

/**
 * Where boxes stand in layers along the data's way (dagre). The order within a layer stays as it is drawn, unless wires
 * would cross that need not; and the whole stays where it is: the box in the middle keeps its place.
 */
export function layOut(arranging: Arranging): Places {
  const free = layered(arranging, []);
  const kept = layered(arranging, orderNow(arranging, free));
  const layers = crossings(kept, arranging) <= crossings(free, arranging) ? kept : free;
  const { direction, wires, portHeight } = arranging;
  const placed = direction === 'right' ? clearWays(layers, wires, portHeight) : layers;
  const snap = (value: number): number => Math.round(value / arranging.grid) * arranging.grid;
  const snapped = placed.map(({ box, x, y }) => ({ box, x: snap(x), y: snap(y) }));
  const dx = snap(median(snapped.map(({ box, x }) => box.x - x)));
  const dy = snap(median(snapped.map(({ box, y }) => box.y - y)));
  return snapped.map(({ box, x, y }) => [box.id, { x: x + dx, y: y + dy }] as const);
}

interface Placed {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
}

function layered(arranging: Arranging, constraints: OrderConstraint[]): Placed[] {
  const { boxes, wires, direction, portHeight } = arranging;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', ...gaps[direction], edgesep: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of sortedAcross(boxes, direction))
    graph.setNode(box.id, { width: box.width, height: aroundPort(box, portHeight) });
  wires.forEach(({ from, to }, i) => {
    if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to, {}, String(i));
  });
  layout(graph, { constraints });
  return boxes.map((box) => {
    const { x = 0, y = 0 } = graph.node(box.id) as { x?: number; y?: number };
    return { box, x: x - box.width / 2, y: y - portHeight };
  });
}

const across = (direction: Direction): 'x' | 'y' => (direction === 'right' ? 'y' : 'x');

const sortedAcross = (boxes: readonly Box[], direction: Direction): Box[] =>
  boxes.toSorted((a, b) => a[across(direction)] - b[across(direction)]);

/** For each layer of a layout, which box is before which as they are drawn now. */
function orderNow({ boxes, direction }: Arranging, placed: readonly Placed[]): OrderConstraint[] {
  // The middles of a layer are at one place.
  const layerOf = new Map(
    placed.map(({ box, x, y }) => [box.id, Math.round(direction === 'right' ? x + box.width / 2 : y)]),
  );
  const last = new Map<number, string>();
  return sortedAcross(boxes, direction).flatMap(({ id }): OrderConstraint[] => {
    const layer = layerOf.get(id) ?? 0;
    const left = last.get(layer);
    last.set(layer, id);
    return left === undefined ? [] : [{ left, right: id }];
  });
}

/** How often wires cross, were they straight. */
function crossings(placed: readonly Placed[], { wires }: Arranging): number {
  const at = new Map(placed.map(({ box, x, y }) => [box.id, { x: x + box.width / 2, y }]));
  const lines = wires.flatMap(({ from, to }) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a === undefined || b === undefined ? [] : [{ a, b }];
  });
  let count = 0;
  for (const [i, one] of lines.entries())
    for (const other of lines.slice(i + 1)) if (cross(one, other)) count++;
  return count;
}

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Line {
  readonly a: Point;
  readonly b: Point;
}

function cross({ a, b }: Line, { a: c, b: d }: Line): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** From a box' first port to its second, at which long wires often begin or end. */
const secondPort = 24;
const clearance = 20;

/**
 * Boxes in a row, with those moved aside that a long wire leads past others to or from: wires run straight from port to
 * port, and would run through what stands between. A box that shares its column with others stays.
 */
function clearWays(
  placed: readonly Placed[],
  wires: Arranging['wires'],
  portHeight: number,
): readonly Placed[] {
  const at = new Map(placed.map((one) => [one.box.id, one]));
  const isAlone = ({ box, x }: Placed): boolean =>
    placed.every((other) => other.box === box || other.x >= x + box.width || other.x + other.box.width <= x);
  const passes = wires.flatMap(({ from, to }) => {
    const [a, b] = [at.get(from), at.get(to)];
    if (a === undefined || b === undefined || !isAlone(a) || !isAlone(b)) return [];
    const passed = placed.filter(({ box, x }) => x >= a.x + a.box.width && x + box.width <= b.x);
    const isHit = passed.some(({ x, y, box }) => {
      const share = (x + box.width / 2 - a.x) / (b.x - a.x);
      const wireAt = a.y + (b.y - a.y) * share + portHeight;
      return wireAt + secondPort + clearance > y && wireAt - clearance < y + box.height;
    });
    return isHit ? [{ ends: [a, b], passed }] : [];
  });
  const moved = new Map<Placed, number>();
  for (const group of joined(passes)) {
    const ends = new Set(group.flatMap((pass) => pass.ends));
    const between = group.flatMap(({ passed }) => passed);
    if (between.some((one) => ends.has(one))) continue;
    // On the side on which they are drawn now; below where that says nothing.
    const mean = (list: readonly Placed[]): number =>
      list.reduce((sum, { box }) => sum + box.y, 0) / list.length;
    const isAbove = mean([...ends]) < mean(between);
    const y = isAbove
      ? Math.min(...between.map((one) => one.y)) - clearance - portHeight - secondPort
      : Math.max(...between.map((one) => one.y + one.box.height)) + clearance - portHeight;
    for (const end of ends) moved.set(end, y);
  }
  return placed.map((one) => ({ ...one, y: moved.get(one) ?? one.y }));
}

/** Passes that have an end in common go together. */
function joined<P extends { readonly ends: readonly Placed[] }>(passes: readonly P[]): readonly P[][] {
  const groups: P[][] = [];
  for (const pass of passes) {
    const mine = groups.filter((group) =>
      group.some(({ ends }) => ends.some((end) => pass.ends.includes(end))),
    );
    for (const group of mine) groups.splice(groups.indexOf(group), 1);
    groups.push([...mine.flat(), pass]);
  }
  return groups;
}

/** dagre puts the middles of a row at one height, so a box is as tall for it as if its first port were its middle. */
const aroundPort = ({ height }: Box, portHeight: number): number =>
  2 * Math.max(portHeight, height - portHeight);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
