import { type Blocks, blockOf, blockType, portNodes } from '../../../document/blocks.ts';
import { foldNodes } from '../../../document/fold.ts';
import { freshIds, freshNames } from '../../../document/fresh.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  documentLimits,
  repeatField,
  type Wire,
} from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import { allParams, type Differing, differingFields } from './differing.ts';
import type { DrawnWeights } from './drawing.ts';
import {
  type About,
  findRepeat,
  type Merit,
  type Occurrence,
  placeOf,
  type Repeat,
  sharedPath,
} from './find-repeat.ts';
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

/** A network that is made of more kinds of parts has no structure that a person would see. */
const mostBlocks = 24;
/** Which part is drawn first: there is no telling beforehand which way ends with the fewest nodes. Of equal ends the first counts. */
const ways: readonly ((merit: Merit) => readonly number[])[] = [
  ({ isModule, occurrences, removed, size }) => [Number(isModule), occurrences, removed, size],
  ({ isModule, occurrences, removed, size }) => [occurrences, Number(isModule), removed, size],
];

/**
 * Draws what is computed at several places, each time with weights of its own, once: as a block with an instance at each place,
 * which is repeated where one follows the other. What the fields of layers say may differ from place to place: it is exposed
 * then. Blocks may come in blocks. Of several ways to do so it takes the one that leaves the fewest nodes, and of those the
 * one with the fewest blocks. `body` are the nodes between samples and losses in order of computation.
 */
export function foldRepeats(
  drawing: Drawing,
  body: readonly DocumentNode[],
  weights: DrawnWeights,
): FoldedRepeats {
  const flat: Folding = {
    drawing,
    body,
    weights: new Map([...weights].map(([id, own]) => [id, new Map([['', own]])])),
    about: new Map(
      body.map((node) => [
        node.id,
        { layers: 1, depth: 0, path: node.name.split('/'), values: valuesOf([], node) },
      ]),
    ),
  };
  const best = ways
    .map((worth) => foldedBy(flat, worth))
    .reduce((before, one) => (isSimpler(one.drawing, before.drawing) ? one : before));
  return {
    drawing: best.drawing,
    weights: new Map(
      [...best.weights].flatMap(([id, own]) => [...own].map(([rest, values]) => [id + rest, values])),
    ),
  };
}

const isSimpler = (one: Drawing, other: Drawing): boolean =>
  one.nodes.length === other.nodes.length
    ? one.blocks.length < other.blocks.length
    : one.nodes.length < other.nodes.length;

function foldedBy(flat: Folding, worth: (merit: Merit) => readonly number[]): Folding {
  let folding = flat;
  while (folding.drawing.blocks.length < mostBlocks) {
    const { about, body, drawing } = folding;
    const repeat = findRepeat(
      body,
      drawing.wires,
      ({ id }) => about.get(id) as About,
      worth,
      (found) => differing(folding, found).exposed.length <= documentLimits.exposed,
    );
    const next = repeat && folded(folding, repeat);
    if (next === undefined) break;
    folding = next;
  }
  return folding;
}

const valuesOf = (blocks: Blocks, node: DocumentNode): string => JSON.stringify(allParams(blocks, node));

const nodesAt = (
  body: readonly DocumentNode[],
  { start }: Occurrence,
  size: number,
): readonly DocumentNode[] => body.slice(start, start + size);

/** What the runs differ in. */
const differing = ({ drawing, body }: Folding, { size, runs }: Repeat): Differing =>
  differingFields(
    drawing.blocks,
    runs.map(([head]) => nodesAt(body, head as Occurrence, size)),
  );

function folded(folding: Folding, repeat: Repeat): Folding | undefined {
  const { drawing, body, weights, about } = folding;
  const { size, runs, chained } = repeat;
  const nodesOf = (one: Occurrence): readonly DocumentNode[] => nodesAt(body, one, size);
  const all = runs.flat();
  const [first] = all as [Occurrence];
  const pathsOf = (run: readonly Occurrence[]): (readonly string[])[] =>
    run.flatMap((one) => nodesOf(one).map(({ id }) => about.get(id)?.path ?? []));
  const twins = nodesOf(first);
  const made = foldNodes(drawing, new Set(twins.map(({ id }) => id)), nameOf(pathsOf(all)));
  if ('refusal' in made) return undefined;
  const drawn = chainedFirst(made, first, chained);
  if (drawn === undefined) return undefined;
  const nodes = namedInside(drawing.blocks, drawn.nodes, (id) => about.get(id)?.path);
  const inner = new Map(nodes.map((node) => [node.id, node]));
  const heads = runs.map(([head]) => nodesOf(head as Occurrence));
  const { exposed, params } = differingFields(drawing.blocks, [
    twins.map((twin) => inner.get(twin.id) ?? twin),
    ...heads.slice(1),
  ]);
  const block = { ...drawn, nodes, exposed: [...exposed] };
  const blocks = [...drawing.blocks, block];
  const ports = portsOf(made, first);

  const inside = new Set(all.flatMap((one) => nodesOf(one).map(({ id }) => id)));
  const nextId = freshIds('block', new Set(drawing.nodes.map(({ id }) => id)));
  const nameFor = freshNames(
    new Set(drawing.nodes.flatMap(({ id, name }) => (inside.has(id) ? [] : [name]))),
  );
  const instances = runs.map((run, at): DocumentNode => {
    const id = nextId();
    const name = nameFor(run.length > 1 ? nameOf(pathsOf(run)) : ownNameOf(pathsOf(run)));
    const own = { ...params[at], ...(run.length > 1 && { [repeatField]: run.length }) };
    return { id, type: blockType(block.id), name, position: { x: 0, y: 0 }, params: own };
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
  const nextWire = freshIds('wire', new Set(drawing.wires.map(({ id }) => id)));
  const entering = runs.flatMap(([head], at) =>
    (head?.inputs ?? []).map((from, input): Wire => {
      const to = { node: instances[at]?.id ?? '', port: ports[input] ?? '' };
      return { id: nextWire(), from: source(from), to };
    }),
  );
  const places = new Map(runs.map(([head], at) => [body[head?.start ?? 0]?.id, instances[at]]));
  const replaced = (nodes: readonly DocumentNode[]): DocumentNode[] =>
    nodes.flatMap((node) => {
      const instance = places.get(node.id);
      if (instance !== undefined) return [instance];
      return inside.has(node.id) ? [] : [node];
    });
  return {
    drawing: {
      ...drawing,
      nodes: replaced(drawing.nodes),
      wires: [...kept, ...entering],
      blocks,
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
          depth: 1 + Math.max(...twins.map(({ id }) => about.get(id)?.depth ?? 0)),
          path: placeOf(pathsOf(run)),
          values: valuesOf(blocks, instances[at] as DocumentNode),
        },
      ]),
    ]),
  };
}

/** The nodes of a block, named by the rest of what they are called where the block stands first. */
function namedInside(
  blocks: Blocks,
  nodes: readonly DocumentNode[],
  pathOf: (id: string) => readonly string[] | undefined,
): DocumentNode[] {
  const paths = nodes.flatMap(({ id }) => {
    const path = pathOf(id);
    return path === undefined ? [] : [path];
  });
  const place = sharedPath(paths).length;
  const [list = ''] = paths.map((path) => /^(.*)\.\d+$/.exec(path[place] ?? '')?.[1]);
  const isOfList =
    list !== '' && paths.every((path) => path[place] === list || path[place]?.startsWith(`${list}.`));
  const nameFor = freshNames(
    new Set(nodes.flatMap(({ id, name }) => (pathOf(id) === undefined ? [name] : []))),
  );
  return nodes.map((node) => {
    const path = pathOf(node.id);
    if (path === undefined) return node;
    const rest = path
      .slice(place)
      .join('/')
      .slice(isOfList ? list.length + 1 : 0);
    // What goes through several of a list is named by the list alone.
    return {
      ...node,
      name: nameFor(rest || (isOfList ? 'rest' : (blockOf(blocks, node.type)?.name ?? node.name))),
    };
  });
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

/** `layer2.0` of `layer2.0/conv1` and `layer2.0/bn1`. */
const ownNameOf = (paths: readonly (readonly string[])[]): string =>
  placeOf(paths).join('/').slice(-60) || nameOf(paths);

/**
 * What the names of all the nodes begin with, without the number of the round: `layers` of `layers.0/norm`, `layers.1/norm`,
 * `layers` too of `layers.0.1/norm` and `layers.2.0/norm`, `layer` of `layer1.0/conv` and `layer2.1/conv`.
 */
function nameOf(paths: readonly (readonly string[])[]): string {
  for (const number of [/\.\d+$/, /(\.\d+)+$/, /[.\d]+$/]) {
    const shared = sharedPath(paths.map((path) => path.map((word) => word.replace(number, '')))).at(-1);
    if (shared) return shared.slice(0, 60);
  }
  return 'block';
}
