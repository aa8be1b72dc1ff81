import type { Params } from '../declaration/fields.ts';
import type { Analysis, NodeAnalysis } from '../document/analyse.ts';
import { catalogue, lossOf } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import { isFrozen } from '../document/frozen.ts';
import { graphNames } from '../document/names.ts';
import type { DocumentNode } from '../document/schema.ts';
import { ancestors } from '../document/topology.ts';
import type { AnyLayer, WeightDeclaration } from '../layers/contract.ts';
import type { LossDefinition } from '../losses/contract.ts';
import { add } from '../ops/add.ts';
import type { Tensor } from '../ops/contract.ts';
import { Graph } from '../ops/graph.ts';

/** A document as ops on tensors, for one batch size. */
export interface BuiltGraph {
  readonly graph: Graph;
  /** What the data nodes give, x and y of each, in the order in which they were built. */
  readonly inputs: readonly BuiltInput[];
  readonly weights: readonly BuiltWeight[];
  /** Node id → output port → tensor, for every node that leads to the loss; in the order in which they were built. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, Tensor>>>;
  /** In the document's order; at least one. */
  readonly losses: readonly [BuiltLoss, ...BuiltLoss[]];
  /** Scalar [1]: the sum of the losses, which training lowers. */
  readonly total: Tensor;
  /** Right answers, of the first loss that knows any. */
  readonly hits: Tensor | undefined;
  /** Node id → the name its tensors begin with. */
  readonly names: ReadonlyMap<string, string>;
}

export interface BuiltInput {
  readonly tensor: Tensor;
  /** Id of the data node. */
  readonly node: string;
  readonly port: 'x' | 'y';
}

export interface BuiltWeight {
  readonly tensor: Tensor;
  readonly declaration: WeightDeclaration;
  /** Whether the optimizer changes it: no statistic, and not frozen. */
  readonly isTrained: boolean;
  /** The node that owns it; others may share it. */
  readonly node: string;
}

export interface BuiltLoss {
  readonly node: DocumentNode;
  readonly definition: LossDefinition;
  /** What the loss calls its prediction. */
  readonly prediction: Tensor;
  /** Scalars [1]. */
  readonly value: Tensor;
  readonly hits: Tensor | undefined;
}

interface Settled {
  readonly node: DocumentNode;
  readonly definition: AnyLayer;
  readonly params: Params;
  readonly analysis: NodeAnalysis;
}

/** Emits the ops of every layer that leads to the loss, in topological order. `analysis` must be free of errors. */
export function buildGraph(analysis: Analysis, mode: 'train' | 'eval', batch: number): BuiltGraph {
  const graph = new Graph(mode, analysis.flat.training.seed, batch);
  const names = graphNames(analysis.flat);
  const lossIds = new Set(analysis.losses.map(({ id }) => id));
  const needed = ancestors(analysis.topology, ...lossIds);
  const nodes = analysis.topology.order.filter(({ id }) => needed.has(id) && !lossIds.has(id));
  const { outputs, weights } = buildLayers(graph, analysis, names, nodes);

  const losses = analysis.losses.map((node) => buildLoss(graph, node, analysis, outputs, names)) as [
    BuiltLoss,
    ...BuiltLoss[],
  ];
  return {
    graph,
    inputs: analysis.data.flatMap(({ id }) => inputsOf(id, outputs.get(id) ?? {})),
    weights,
    outputs,
    losses,
    total: sumOf(graph, losses),
    hits: losses.find(({ hits }) => hits !== undefined)?.hits,
    names,
  };
}

/** Emits the ops of layers, each after those it depends on. */
function buildLayers(
  graph: Graph,
  analysis: Analysis,
  names: BuiltGraph['names'],
  nodes: readonly DocumentNode[],
): Pick<BuiltGraph, 'outputs' | 'weights'> {
  const outputs = new Map<string, Readonly<Record<string, Tensor>>>();
  const owned = new Map<string, readonly BuiltWeight[]>();
  for (const node of nodes) {
    const layer = settle(node, analysis);
    const frozen = isFrozen(node, analysis.topology.nodes);
    const scope = graph.scope(node.id, names.get(node.id) as string, 'activation', frozen);
    const owner = node.weightsOf ?? node.id;
    const own =
      owned.get(owner) ?? declareWeights(graph, layer, { owner, prefix: names.get(owner) as string, frozen });
    owned.set(owner, own);
    const named = Object.fromEntries(own.map(({ declaration, tensor }) => [declaration.name, tensor]));
    outputs.set(
      node.id,
      layer.definition.build(scope, layer.params, wiredTensors(node, analysis, outputs), named),
    );
  }
  return { outputs, weights: [...owned.values()].flat() };
}

/**
 * Emits every layer that can be built as the document stands, finished or not, without any loss: those that lead to a loss
 * first, in the order of `buildGraph`, so that a weight's initial values are those it would be trained from.
 */
export function buildForward(
  analysis: Analysis,
  batch: number,
): Pick<BuiltGraph, 'graph' | 'inputs' | 'weights' | 'outputs' | 'names'> {
  const graph = new Graph('eval', analysis.flat.training.seed, batch);
  const names = graphNames(analysis.flat);
  const { topology } = analysis;
  const lossIds = new Set(analysis.losses.map(({ id }) => id));
  const needed = ancestors(topology, ...lossIds);
  const able = new Set<string>();
  for (const node of topology.order) {
    const into = topology.into.get(node.id) ?? [];
    const isAlone = new Set(into.map(({ to }) => to.port)).size === into.length;
    // A weight of another node need not fit this one before the drawing is finished.
    const shares = node.weightsOf === undefined || fits(node, analysis);
    if (lossIds.has(node.id) || !isAlone || !shares || analysis.nodes.get(node.id)?.isBuilt !== true)
      continue;
    if (into.every(({ from }) => able.has(from.node))) able.add(node.id);
  }
  const ready = topology.order.filter(({ id }) => able.has(id));
  const nodes = [...ready.filter(({ id }) => needed.has(id)), ...ready.filter(({ id }) => !needed.has(id))];
  const { outputs, weights } = buildLayers(graph, analysis, names, nodes);
  return {
    graph,
    inputs: analysis.data.flatMap(({ id }) => inputsOf(id, outputs.get(id) ?? {})),
    weights,
    outputs,
    names,
  };
}

/** Whether the weights that a node takes from another are there and of the shapes that it needs. */
function fits({ id, weightsOf = '' }: DocumentNode, { nodes }: Analysis): boolean {
  const shapesOf = (node: string): string =>
    JSON.stringify(nodes.get(node)?.weights.map(({ name, shape }) => [name, shape]));
  return nodes.get(weightsOf)?.isBuilt === true && shapesOf(id) === shapesOf(weightsOf);
}

const inputsOf = (node: string, { x, y }: Readonly<Record<string, Tensor>>): BuiltInput[] => [
  ...(x === undefined ? [] : [{ tensor: x, node, port: 'x' as const }]),
  ...(y === undefined ? [] : [{ tensor: y, node, port: 'y' as const }]),
];

function sumOf(graph: Graph, [first, ...more]: BuiltGraph['losses']): Tensor {
  const scope = graph.scope('', 'loss');
  return more.reduce((sum, { value }) => scope.emit(add, { a: sum, b: value }).y, first.value);
}

function buildLoss(
  graph: Graph,
  node: DocumentNode,
  analysis: Analysis,
  outputs: BuiltGraph['outputs'],
  names: BuiltGraph['names'],
): BuiltLoss {
  const definition = lossOf(node.type) as LossDefinition;
  const params = completeParams(definition.fields, node.params);
  const inputs = wiredTensors(node, analysis, outputs) as Record<'prediction' | 'target', Tensor>;
  const scope = graph.scope(node.id, names.get(node.id) as string);
  const value = definition.build(scope, params, inputs, {}).loss as Tensor;
  return {
    node,
    definition,
    prediction: inputs.prediction,
    value,
    hits: definition.hits?.(scope, params, inputs),
  };
}

function settle(node: DocumentNode, analysis: Analysis): Settled {
  const definition = catalogue.get(node.type) as AnyLayer;
  return {
    node,
    definition,
    params: completeParams(definition.fields, node.params),
    analysis: analysis.nodes.get(node.id) as NodeAnalysis,
  };
}

function declareWeights(
  graph: Graph,
  { analysis }: Settled,
  { owner, prefix, frozen }: { readonly owner: string; readonly prefix: string; readonly frozen: boolean },
): BuiltWeight[] {
  return analysis.weights.map((declaration) => ({
    declaration,
    isTrained: declaration.trained !== false && !frozen,
    node: owner,
    tensor: graph.tensor({
      name: `${prefix}.${declaration.name}`,
      role: 'weight',
      origin: owner,
      type: { shape: declaration.shape, dtype: 'float32' },
    }),
  }));
}

function wiredTensors(
  node: DocumentNode,
  analysis: Analysis,
  outputs: BuiltGraph['outputs'],
): Record<string, Tensor> {
  const wires = analysis.topology.into.get(node.id) ?? [];
  return Object.fromEntries(
    wires.map((wire) => [wire.to.port, outputs.get(wire.from.node)?.[wire.from.port] as Tensor]),
  );
}
