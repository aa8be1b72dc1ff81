import type { TensorType } from '../declaration/tensor-type.ts';
import { inferFlat, type Known, type NodeAnalysis } from './analyse.ts';
import { declarationOf, isPortType } from './blocks.ts';
import { type Flattened, flatten } from './flatten.ts';
import { drawingAt, type Level } from './levels.ts';
import type { DocumentNode, Drawing } from './schema.ts';
import { type Scope, sourceOf } from './scope.ts';
import { type Topology, topologyOf } from './topology.ts';

type FlatNodes = ReadonlyMap<string, NodeAnalysis>;

/** A batch size for whom there is none: what depends on it is no concern of wires and shapes. */
const anyBatch = 64;

/** What is known of a drawing as it stands, for whoever has not analysed the whole document. */
export function knownOf(drawing: Drawing): Known {
  const flattened = flatten(drawing);
  const { nodes } = inferFlat(topologyOf(flattened), anyBatch);
  return knownAt(drawing, [], flattened, nodes);
}

/**
 * What is known at one level: of nodes there by their ids there, an instance as if it were one layer. `nodes` speaks of
 * the flat document. Inside a repeated block it is the first passage.
 */
export function knownAt(drawing: Drawing, level: Level, flattened: Flattened, nodes: FlatNodes): Known {
  const drawn = drawingAt(drawing, level) ?? { ...drawing, nodes: [], wires: [] };
  const topology = topologyOf(drawn);
  const scope = scopeAt(flattened, level);
  if (scope === undefined) return { topology, nodes: new Map() };
  const sums = sumsIn(scope, nodes);
  const known = drawn.nodes.flatMap((node): [string, NodeAnalysis][] => {
    const own = nodes.get(scope.path + node.id);
    if (own !== undefined) return [[node.id, own]];
    const declaration = declarationOf(drawing.blocks, node.type);
    if (declaration?.category !== 'block') return [];
    return [[node.id, instanceAnalysis(node, scope, topology, nodes, sums.get(node.id) ?? noCost)]];
  });
  return { topology, nodes: new Map(known) };
}

interface Cost {
  readonly parameterCount: number;
  readonly frozenCount: number;
  readonly multiplyAdds: number;
}

const noCost: Cost = { parameterCount: 0, frozenCount: 0, multiplyAdds: 0 };

function instanceAnalysis(
  node: DocumentNode,
  scope: Scope,
  topology: Topology,
  nodes: FlatNodes,
  cost: Cost,
): NodeAnalysis {
  const typeOf = (from: { node: string; port: string }): TensorType | undefined => {
    const source = sourceOf(scope, from);
    return source !== undefined && 'end' in source
      ? nodes.get(source.end.node)?.outputs[source.end.port]
      : undefined;
  };
  const inputs = (topology.into.get(node.id) ?? []).map(({ from, to }) => [to.port, typeOf(from)] as const);
  const passages = scope.inside.get(node.id);
  const ports = isPortType(node.type)
    ? ['x']
    : [...(passages?.at(-1)?.nodes.values() ?? [])].flatMap(({ id, type }) => (isPortType(type) ? [id] : []));
  const outputs = ports.map((port) => [port, typeOf({ node: node.id, port })] as const);
  return {
    isBuilt: outputs.every(([, type]) => type !== undefined),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    weights: [],
    ...cost,
  };
}

/** What everything inside each instance of a scope costs together, by the instance's id. */
function sumsIn(scope: Scope, nodes: FlatNodes): ReadonlyMap<string, Cost> {
  const sums = new Map<string, Cost>();
  if (scope.inside.size === 0) return sums;
  for (const [id, { parameterCount, frozenCount, multiplyAdds }] of nodes) {
    if (!id.startsWith(scope.path)) continue;
    const [first = '', deeper] = id.slice(scope.path.length).split('/', 2);
    if (deeper === undefined) continue;
    const instance = first.replace(/\.\d+$/, '');
    const sum = sums.get(instance) ?? noCost;
    sums.set(instance, {
      parameterCount: sum.parameterCount + parameterCount,
      frozenCount: sum.frozenCount + frozenCount,
      multiplyAdds: sum.multiplyAdds + multiplyAdds,
    });
  }
  return sums;
}

/** The first passage through what is drawn at a level; undefined where a block on the way could not be unfolded. */
export function scopeAt({ top }: Flattened, level: Level): Scope | undefined {
  let scope: Scope | undefined = top;
  for (const id of level) scope = scope?.inside.get(id)?.[0];
  return scope;
}
