import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { type Analysis, analyseDocument, type NodeAnalysis } from '../document/analyse.ts';
import { catalogue } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import { isFrozen } from '../document/frozen.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import type { AnyLayer, WeightDeclaration } from '../layers/contract.ts';
import type { OpCall, Tensor } from '../ops/contract.ts';
import { Graph } from '../ops/graph.ts';
import { propagate } from './differentiate.ts';
import { viewsOf } from './steps.ts';

/** What one node is and costs. */
export interface SummaryRow {
  readonly node: string;
  readonly name: string;
  readonly type: string;
  /** Undefined while the node cannot be built: something is not wired, or does not fit. */
  readonly figures: SummaryFigures | undefined;
}

export interface SummaryFigures {
  /** By output port, for batches of any size: the first dimension says nothing. Losses have none. */
  readonly outputs: readonly { readonly port: string; readonly type: TensorType }[];
  /** Trained or frozen; 0 for a node that uses another's, which `weightsOf` names. */
  readonly parameters: number;
  /** Those of them that are frozen. */
  readonly frozen: number;
  readonly weightsOf: string | undefined;
  /** Numbers that are kept between steps but are no parameters, such as running means. */
  readonly statistics: number;
  /** Of one forward pass of one sample. */
  readonly multiplyAdds: number;
  /**
   * For one batch: what it gives out, and what it keeps for the backward pass where that comes by, each tensor counted in
   * full. 0 for a node that only shows its input in another shape.
   */
  readonly activationBytes: number;
}

type SummedFigure = 'parameters' | 'frozen' | 'statistics' | 'multiplyAdds' | 'activationBytes';

export type SummaryTotal = Pick<SummaryFigures, SummedFigure> & {
  /** Nodes whose figures are not known and therefore not in it. */
  readonly unknown: number;
};

export interface Summary {
  /** In the order in which the nodes compute; those on or behind a cycle come last. */
  readonly rows: readonly SummaryRow[];
  readonly total: SummaryTotal;
  readonly batch: number;
}

/** What every node of a document and all together come to, as far as it is known. Pure, and never throws. */
export function summarise(
  document: NetwrightDocument,
  analysis: Analysis = analyseDocument(document),
): Summary {
  const batch = document.training.batchSize;
  const ordered = new Set(analysis.topology.order);
  const nodes = [...ordered, ...analysis.flat.nodes.filter((node) => !ordered.has(node))];
  const learning = reachedByBackward(analysis);
  const rows = nodes.map((node): SummaryRow => {
    const { id, name, type } = node;
    const analysed = analysis.nodes.get(id);
    const pass = { batch, learns: learning.has(id), frozen: isFrozen(node, analysis.topology.nodes) };
    const figures = analysed?.isBuilt ? figuresOf(node, analysed, pass) : undefined;
    return { node: id, name, type, figures };
  });
  return { rows, total: totalOf(rows), batch };
}

/** One training step, as a node sees it. */
interface Pass {
  readonly batch: number;
  /** Whether the backward pass comes by. */
  readonly learns: boolean;
  readonly frozen: boolean;
}

/** Nodes with trained weights, and those behind them. */
function reachedByBackward({ topology, nodes }: Analysis): ReadonlySet<string> {
  const reached = new Set<string>();
  for (const node of topology.order) {
    const isBehind = topology.into.get(node.id)?.some(({ from }) => reached.has(from.node)) === true;
    const hasTrained =
      !isFrozen(node, topology.nodes) &&
      nodes.get(node.id)?.weights.some(({ trained = true }) => trained) === true;
    if (isBehind || hasTrained) reached.add(node.id);
  }
  return reached;
}

function figuresOf(node: DocumentNode, analysed: NodeAnalysis, pass: Pass): SummaryFigures {
  const { weights, outputs, parameterCount, frozenCount, multiplyAdds } = analysed;
  const definition = catalogue.get(node.type) as AnyLayer;
  const isOwner = node.weightsOf === undefined;
  return {
    outputs: definition.ports.outputs.flatMap(({ name: port }) => {
      const type = outputs[port];
      return type === undefined ? [] : [{ port, type }];
    }),
    parameters: parameterCount,
    frozen: frozenCount,
    weightsOf: node.weightsOf,
    statistics: isOwner ? statisticsIn(weights) : 0,
    multiplyAdds,
    activationBytes: bytesOnce(definition, node, analysed, pass),
  };
}

const statisticsIn = (weights: readonly WeightDeclaration[]): number =>
  weights.reduce((sum, { shape, trained = true }) => sum + (trained ? 0 : elementCount(shape)), 0);

function totalOf(rows: readonly SummaryRow[]): SummaryTotal {
  const known = rows.flatMap(({ figures }) => figures ?? []);
  const sum = (figure: SummedFigure): number => known.reduce((all, figures) => all + figures[figure], 0);
  return {
    parameters: sum('parameters'),
    frozen: sum('frozen'),
    statistics: sum('statistics'),
    multiplyAdds: sum('multiplyAdds'),
    activationBytes: sum('activationBytes'),
    unknown: rows.length - known.length,
  };
}

const remembered = new WeakMap<object, { readonly key: string; readonly bytes: number }>();

/** Parameters are never changed in place, so what was found holds as long as they, the input types and the batch do. */
function bytesOnce(
  definition: AnyLayer,
  { params }: DocumentNode,
  { inputs, weights }: NodeAnalysis,
  { batch, learns, frozen }: Pass,
): number {
  const key = JSON.stringify([definition.type, inputs, batch, learns, frozen]);
  const known = remembered.get(params);
  if (known?.key === key) return known.bytes;
  const graph = new Graph('train', 0, batch);
  const filled = (name: string, type: TensorType, role: Tensor['role']): [string, Tensor] => [
    name,
    graph.tensor({ name, role, origin: '', type }),
  ];
  const given = Object.entries(inputs).flatMap(([port, type]) =>
    type === undefined
      ? []
      : [filled(port, { ...type, shape: [batch, ...type.shape.slice(1)] }, 'activation')],
  );
  const own = weights.map(({ name, shape }) => filled(name, { shape, dtype: 'float32' }, 'weight'));
  const complete = completeParams(definition.fields, params);
  const before = new Set(graph.tensors);
  const outputs = definition.build(
    graph.scope('node', 'node', 'activation', frozen),
    complete,
    Object.fromEntries(given),
    Object.fromEntries(own),
  );
  const bytes = keptBytes(graph, Object.values(outputs), { learns, isOwn: (tensor) => !before.has(tensor) });
  remembered.set(params, { key, bytes });
  return bytes;
}

/** Of the tensors that a forward pass makes: its outputs, and what the backward pass from them reads. */
function keptBytes(
  graph: Graph,
  outputs: readonly Tensor[],
  { learns, isOwn }: { readonly learns: boolean; readonly isOwn: (tensor: Tensor) => boolean },
): number {
  const forward = [...graph.calls];
  const made = new Set([...graph.tensors].filter(isOwn));
  const dOutputs = outputs.map((output): [Tensor, Tensor] => [
    output,
    graph.tensor({ name: `d_${output.name}`, role: 'gradient', origin: '', type: output }),
  ]);
  if (learns) propagate(graph, new Map(dOutputs));
  const views = viewsOf(forward);
  const kept = new Set(
    [...outputs, ...graph.calls.slice(forward.length).flatMap(read)].map(
      (tensor) => views.get(tensor) ?? tensor,
    ),
  );
  return [...kept].reduce((sum, tensor) => sum + (made.has(tensor) ? 4 * elementCount(tensor.shape) : 0), 0);
}

const read = ({ inputs }: OpCall): Tensor[] => Object.values(inputs).filter((tensor) => tensor !== undefined);
