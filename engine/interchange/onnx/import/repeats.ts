import { foldNodes } from '../../../document/fold.ts';
import type { DocumentNode, Drawing, Wire } from '../../../document/schema.ts';
import { documentLimits, repeatField } from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import type { DrawnWeights } from './drawing.ts';
import { placed, wiresBy } from './placement.ts';

/** A part of the network between two places that a single tensor passes: what is in it, in order of computation. */
interface Segment {
  readonly nodes: readonly DocumentNode[];
  /** Equal for segments that compute the same with weights of their own. */
  readonly form: string;
}

/** `count` times the segments from `start` on, each time `period` of them. */
interface Run {
  readonly start: number;
  readonly period: number;
  readonly count: number;
}

/** Fewer nodes are no structure worth a block. */
const fewestNodes = 3;

export interface FoldedRepeats {
  readonly drawing: Drawing;
  /** By the ids of the flat document. */
  readonly weights: DrawnWeights;
}

/**
 * Draws what is computed several times in a row, each time with weights of its own, once: as a block that is repeated.
 * `body` are the nodes between samples and losses in order of computation.
 */
export function foldRepeats(
  drawing: Drawing,
  body: readonly DocumentNode[],
  weights: DrawnWeights,
): FoldedRepeats {
  const segments = segmentsOf(body, drawing.wires);
  let folded = drawing;
  const moved = new Map(weights);
  for (const run of runsOf(segments)) {
    const rounds = Array.from({ length: run.count }, (_, round) =>
      segments
        .slice(run.start + round * run.period, run.start + (round + 1) * run.period)
        .flatMap(({ nodes }) => nodes),
    );
    const made = foldRounds(folded, rounds);
    if (made === undefined) continue;
    folded = made.drawing;
    for (const [round, nodes] of rounds.entries()) {
      for (const [at, { id }] of nodes.entries()) {
        const own = moved.get(id);
        moved.delete(id);
        if (own !== undefined) moved.set(`${made.instance}.${round + 1}/${rounds[0]?.[at]?.id}`, own);
      }
    }
  }
  return { drawing: folded, weights: moved };
}

/** Cuts the network wherever one tensor alone passes from what was computed to what will be. */
function segmentsOf(body: readonly DocumentNode[], wires: readonly Wire[]): Segment[] {
  const places = new Map(body.map(({ id }, at) => [id, at]));
  const lastRead = new Map<string, number>();
  for (const { from, to } of wires) {
    const reader = places.get(to.node) ?? body.length;
    lastRead.set(endKey(from), Math.max(lastRead.get(endKey(from)) ?? 0, reader));
  }
  const made = wiresBy(wires, ({ from }) => from.node);
  const open = new Set(
    wires.flatMap(({ from, to }) => (places.has(to.node) && !places.has(from.node) ? [endKey(from)] : [])),
  );
  const segments: Segment[] = [];
  let start = 0;
  for (const [at, { id }] of body.entries()) {
    for (const { from } of made.get(id) ?? []) open.add(endKey(from));
    for (const tensor of open) if ((lastRead.get(tensor) ?? 0) <= at) open.delete(tensor);
    if (open.size > 1) continue;
    const nodes = body.slice(start, at + 1);
    segments.push({ nodes, form: formOf(nodes, wires) });
    start = at + 1;
  }
  return segments;
}

/** What stands in a segment and how it is wired, without names; what comes from before it is one and the same. */
function formOf(nodes: readonly DocumentNode[], wires: readonly Wire[]): string {
  const places = new Map(nodes.map(({ id }, at) => [id, at]));
  return JSON.stringify(
    nodes.map(({ id, type, params }) => [
      type,
      Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      wires
        .filter(({ to }) => to.node === id)
        .map(({ from, to }) => `${to.port} ${places.get(from.node) ?? -1}`)
        .toSorted(),
    ]),
  );
}

/** Runs that do not overlap, those that save most first, and of those that save the same the ones of few segments. */
function runsOf(segments: readonly Segment[]): Run[] {
  const found: (Run & { readonly saved: number })[] = [];
  for (let period = 1; 2 * period <= segments.length; period++) {
    for (let start = 0; start + 2 * period <= segments.length; start++) {
      let count = 1;
      while (count < documentLimits.repeat && isSame(segments, start, start + count * period, period))
        count++;
      const size = segments.slice(start, start + period).reduce((sum, { nodes }) => sum + nodes.length, 0);
      if (count > 1 && size >= fewestNodes) found.push({ start, period, count, saved: (count - 1) * size });
    }
  }
  const taken = new Set<number>();
  return found
    .toSorted((a, b) => b.saved - a.saved || a.period - b.period || a.start - b.start)
    .filter(({ start, period, count }) => {
      const own = Array.from({ length: period * count }, (_, at) => start + at);
      if (own.some((at) => taken.has(at))) return false;
      for (const at of own) taken.add(at);
      return true;
    })
    .toSorted((a, b) => a.start - b.start);
}

function isSame(segments: readonly Segment[], a: number, b: number, period: number): boolean {
  if (b + period > segments.length) return false;
  for (let at = 0; at < period; at++) if (segments[a + at]?.form !== segments[b + at]?.form) return false;
  return true;
}

function foldRounds(
  drawing: Drawing,
  rounds: readonly (readonly DocumentNode[])[],
): { drawing: Drawing; instance: string } | undefined {
  const [first = [], ...others] = rounds;
  const last = rounds.at(-1) ?? [];
  const gone = new Set(others.flatMap((nodes) => nodes.map(({ id }) => id)));
  const twins = new Map(last.map(({ id }, at) => [id, first[at]?.id ?? '']));
  const once: Drawing = {
    ...drawing,
    nodes: drawing.nodes.filter(({ id }) => !gone.has(id)),
    wires: drawing.wires.flatMap((wire) => {
      if (gone.has(wire.to.node)) return [];
      const twin = gone.has(wire.from.node) ? twins.get(wire.from.node) : undefined;
      if (!gone.has(wire.from.node)) return [wire];
      return twin === undefined ? [] : [{ ...wire, from: { ...wire.from, node: twin } }];
    }),
  };
  // The rounds leave one after another: what the first gave to the second is the round's own output now.
  const ids = new Set(first.map(({ id }) => id));
  const made = foldNodes(once, ids, nameOf(rounds));
  if ('refusal' in made) return undefined;
  const { document, instance } = made;
  const block = document.blocks.at(-1);
  if (block === undefined) return undefined;
  return {
    instance,
    drawing: {
      ...document,
      nodes: document.nodes.map((node) =>
        node.id === instance ? { ...node, params: { ...node.params, [repeatField]: rounds.length } } : node,
      ),
      blocks: [...document.blocks.slice(0, -1), { ...block, nodes: placed(block) }],
    },
  };
}

/** What the names of all the nodes begin with, without the number of the round: `layers` of `layers.0/norm`, `layers.1/norm`. */
function nameOf(rounds: readonly (readonly DocumentNode[])[]): string {
  const paths = rounds.flat().map(({ name }) => name.split('/').map((word) => word.replace(/\.\d+$/, '')));
  const [first = []] = paths;
  const shared = first.findIndex((word, at) => paths.some((path) => path[at] !== word));
  return (first[(shared < 0 ? first.length : shared) - 1] ?? 'block').slice(0, 60);
}
