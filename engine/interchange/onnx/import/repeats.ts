import { blockType, portNodes } from '../../../document/blocks.ts';
import { foldNodes } from '../../../document/fold.ts';
import { freshId, freshName } from '../../../document/fresh.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  documentLimits,
  repeatField,
  type Wire,
} from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import type { DrawnWeights } from './drawing.ts';
import { type About, findRepeat, type Occurrence, type Repeat, sharedPath } from './find-repeat.ts';
import { placed } from './placement.ts';

export interface FoldedRepeats {
  readonly drawing: Drawing;
  /** By the ids of the flat document. */
  readonly weights: DrawnWeights;
}

/** Weights of a node; of an instance those of all nodes inside, by the rest of the way to them: '' or `.2/n5`. */
type OwnWeights = ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;

interface Folding {
  readonly drawing: Drawing;
  /** The nodes between samples and losses in order of computation. */
  readonly body: readonly DocumentNode[];
  readonly weights: ReadonlyMap<string, OwnWeights>;
  /** By ids. */
  readonly about: ReadonlyMap<string, About>;
}

/**
 * Draws what is computed at several places, each time with weights of its own, once: as a block with an instance at each place,
 * which is repeated where one follows the other. Blocks may come in blocks. `body` are the nodes between samples and losses in
 * order of computation.
 */
export function foldRepeats(
  drawing: Drawing,
  body: readonly DocumentNode[],
  weights: DrawnWeights,
): FoldedRepeats {
  let folding: Folding = {
    drawing,
    body,
    weights: new Map([...weights].map(([id, own]) => [id, new Map([['', own]])])),
    about: new Map(body.map(({ id, name }) => [id, { layers: 1, path: name.split('/') }])),
  };
  for (let blocks = 0; blocks < documentLimits.blockDepth; blocks++) {
    const { about } = folding;
    const repeat = findRepeat(folding.body, folding.drawing.wires, ({ id }) => about.get(id) as About);
    const next = repeat && folded(folding, repeat);
    if (next === undefined) break;
    folding = next;
  }
  return {
    drawing: folding.drawing,
    weights: new Map(
      [...folding.weights].flatMap(([id, own]) => [...own].map(([rest, values]) => [id + rest, values])),
    ),
  };
}

function folded(
  { drawing, body, weights, about }: Folding,
  { size, runs, chained }: Repeat,
): Folding | undefined {
  const nodesOf = ({ start }: Occurrence): readonly DocumentNode[] => body.slice(start, start + size);
  const all = runs.flat();
  const [first] = all as [Occurrence];
  const pathsOf = (run: readonly Occurrence[]): (readonly string[])[] =>
    run.flatMap((one) => nodesOf(one).map(({ id }) => about.get(id)?.path ?? []));
  const twins = nodesOf(first);
  const made = foldNodes(drawing, new Set(twins.map(({ id }) => id)), nameOf(pathsOf(all)));
  if ('refusal' in made) return undefined;
  const block = chainedFirst(made, first, chained);
  if (block === undefined) return undefined;
  const ports = portsOf(made, first);

  const inside = new Set(all.flatMap((one) => nodesOf(one).map(({ id }) => id)));
  const ids = new Set(drawing.nodes.map(({ id }) => id));
  const names = new Set(drawing.nodes.flatMap(({ id, name }) => (inside.has(id) ? [] : [name])));
  const instances = runs.map((run): DocumentNode => {
    const id = freshId('block', ids);
    const name = freshName(run.length > 1 ? nameOf(pathsOf(run)) : placeOf(pathsOf(run)), names);
    ids.add(id);
    names.add(name);
    const params = run.length > 1 ? { [repeatField]: run.length } : {};
    return { id, type: blockType(block.id), name, position: { x: 0, y: 0 }, params };
  });
  const output = portNodes(block, 'output')[0]?.id ?? '';
  const moved = new Map(
    runs.map((run, at) => [
      endKey((run.at(-1) as Occurrence).output),
      { node: instances[at]?.id ?? '', port: output },
    ]),
  );
  const source = (from: Wire['from']): Wire['from'] => moved.get(endKey(from)) ?? from;
  const kept = drawing.wires
    .filter(({ to }) => !inside.has(to.node))
    .map((wire) => ({ ...wire, from: source(wire.from) }));
  const wireIds = new Set(drawing.wires.map(({ id }) => id));
  const entering = runs.flatMap(([head], at) =>
    (head?.inputs ?? []).map((from, input): Wire => {
      const id = freshId('wire', wireIds);
      wireIds.add(id);
      return { id, from: source(from), to: { node: instances[at]?.id ?? '', port: ports[input] ?? '' } };
    }),
  );
  const replaced = (nodes: readonly DocumentNode[]): DocumentNode[] =>
    nodes.flatMap((node) => {
      const run = runs.findIndex(([head]) => head !== undefined && body[head.start] === node);
      if (run >= 0) return [instances[run] as DocumentNode];
      return inside.has(node.id) ? [] : [node];
    });
  return {
    drawing: {
      ...drawing,
      nodes: replaced(drawing.nodes),
      wires: [...kept, ...entering],
      blocks: [...drawing.blocks, block],
    },
    body: replaced(body),
    weights: movedWeights(
      weights,
      inside,
      runs.map((run, at) => ({ instance: instances[at]?.id ?? '', rounds: run.map(nodesOf) })),
      twins,
    ),
    about: new Map([
      ...about,
      ...runs.map((run, at): [string, About] => [
        instances[at]?.id ?? '',
        {
          layers: run.length * twins.reduce((sum, { id }) => sum + (about.get(id)?.layers ?? 1), 0),
          path: sharedPath(pathsOf(run)),
        },
      ]),
    ]),
  };
}

interface Made {
  readonly document: Drawing;
  readonly instance: string;
}

/** The ports of the new block that take these inputs. */
const portsOf = ({ document, instance }: Made, { inputs }: Occurrence): string[] => {
  const entering = document.wires.filter(({ to }) => to.node === instance);
  const ports = new Map(entering.map(({ from, to }) => [endKey(from), to.port]));
  return inputs.map((from) => ports.get(endKey(from)) ?? '');
};

/** The new block, placed; what one passage hands to the next comes in on top, as repeating asks for. */
function chainedFirst(
  made: Made,
  first: Occurrence,
  chained: number | undefined,
): BlockDefinition | undefined {
  const block = made.document.blocks.at(-1);
  const port = chained === undefined ? undefined : portsOf(made, first)[chained];
  if (block === undefined) return undefined;
  const top = block.nodes.filter(({ id }) => id === port);
  return {
    ...block,
    nodes: placed({ ...block, nodes: [...top, ...block.nodes.filter(({ id }) => id !== port)] }),
  };
}

interface Unfolded {
  readonly instance: string;
  readonly rounds: readonly (readonly DocumentNode[])[];
}

function movedWeights(
  weights: Folding['weights'],
  inside: ReadonlySet<string>,
  runs: readonly Unfolded[],
  twins: readonly DocumentNode[],
): Folding['weights'] {
  const moved = new Map([...weights].filter(([id]) => !inside.has(id)));
  for (const { instance, rounds } of runs) {
    const own = new Map<string, Readonly<Record<string, Float32Array>>>();
    for (const [round, nodes] of rounds.entries()) {
      const passage = rounds.length > 1 ? `.${round + 1}` : '';
      for (const [at, { id }] of nodes.entries()) {
        for (const [rest, values] of weights.get(id) ?? [])
          own.set(`${passage}/${twins[at]?.id}${rest}`, values);
      }
    }
    if (own.size > 0) moved.set(instance, own);
  }
  return moved;
}

/** What the names of the nodes of one place begin with: `layer2.0` of `layer2.0/conv1` and `layer2.0/bn1`. */
const placeOf = (paths: readonly (readonly string[])[]): string =>
  sharedPath(paths).join('/').slice(-60) || nameOf(paths);

/**
 * What the names of all the nodes begin with, without the number of the round: `layers` of `layers.0/norm`, `layers.1/norm`,
 * `layers` too of `layers.0.1/norm` and `layers.2.0/norm`.
 */
function nameOf(paths: readonly (readonly string[])[]): string {
  for (const number of [/\.\d+$/, /(\.\d+)+$/]) {
    const shared = sharedPath(paths.map((path) => path.map((word) => word.replace(number, '')))).at(-1);
    if (shared !== undefined) return shared.slice(0, 60);
  }
  return 'block';
}
