import type { Params } from '../declaration/fields.ts';
import type { Analysis, NodeAnalysis } from '../document/analyse.ts';
import { catalogue, lossOf } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import { graphNames } from '../document/names.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import { ancestors } from '../document/topology.ts';
import type { AnyLayer, WeightDeclaration } from '../layers/contract.ts';
import type { LossDefinition } from '../losses/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import { Graph } from '../ops/graph.ts';

/** A document as ops on tensors, for one batch size. */
export interface BuiltGraph {
  readonly graph: Graph;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly weights: readonly BuiltWeight[];
  /** Node id → output port → tensor, for every node that leads to the loss; in the order in which they were built. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, Tensor>>>;
  readonly loss: BuiltLoss;
  /** Node id → the name its tensors begin with. */
  readonly names: ReadonlyMap<string, string>;
}

export interface BuiltWeight {
  readonly tensor: Tensor;
  readonly declaration: WeightDeclaration;
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
export function buildGraph(
  document: NetwrightDocument,
  analysis: Analysis,
  mode: 'train' | 'eval',
  batch: number,
): BuiltGraph {
  const graph = new Graph(mode, document.training.seed, batch);
  const names = graphNames(document);
  const lossNode = analysis.loss as DocumentNode;
  const needed = ancestors(analysis.topology, lossNode.id);
  const outputs = new Map<string, Readonly<Record<string, Tensor>>>();
  const weights: BuiltWeight[] = [];

  for (const node of analysis.topology.order) {
    if (!needed.has(node.id) || node === lossNode) continue;
    const layer = settle(node, analysis);
    const scope = graph.scope(node.id, names.get(node.id) as string);
    const own = declareWeights(graph, layer, names.get(node.id) as string);
    weights.push(...own);
    const named = Object.fromEntries(own.map(({ declaration, tensor }) => [declaration.name, tensor]));
    outputs.set(
      node.id,
      layer.definition.build(scope, layer.params, wiredTensors(node, analysis, outputs), named),
    );
  }

  const data = outputs.get((analysis.data as DocumentNode).id) as Readonly<Record<string, Tensor>>;
  const loss = buildLoss(graph, lossNode, analysis, outputs, names);
  return { graph, x: data.x as Tensor, y: data.y as Tensor, weights, outputs, loss, names };
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

function declareWeights(graph: Graph, { node, analysis }: Settled, prefix: string): BuiltWeight[] {
  return analysis.weights.map((declaration) => ({
    declaration,
    node: node.id,
    tensor: graph.tensor({
      name: `${prefix}.${declaration.name}`,
      role: 'weight',
      origin: node.id,
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
