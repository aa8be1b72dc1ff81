import type { Place, Problem } from '../declaration/problem.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { AnyLayer, LayerProblem, WeightDeclaration } from '../layers/contract.ts';
import { declarationOf, isPortType, portsOf } from './blocks.ts';
import { catalogue } from './catalogue.ts';
import { type Flattened, flatten, placeOf, roundsIn } from './flatten.ts';
import { frozenProblems, isFrozen } from './frozen.ts';
import { inferNode, type NodeInference } from './infer-node.ts';
import { inRound, nodeAt } from './levels.ts';
import { sampleCountsOf } from './run-length.ts';
import type { DocumentNode, Drawing, FlatDocument, NetwrightDocument } from './schema.ts';
import { endKey } from './scope.ts';
import { sharingProblems } from './shared-weights.ts';
import { ancestors, type Topology, topologyOf } from './topology.ts';
import { trainingProblems } from './training-problems.ts';
import { unevenData } from './uneven-data.ts';

/** Everything that a document says before it runs. */
export interface Analysis {
  /** Errors keep it from running; ordered as the nodes are. Places in blocks are ways to them, `block-1/linear-1`. */
  readonly problems: readonly Problem[];
  /** The document with its blocks unfolded: what runs, and what everything below speaks of. */
  readonly flat: FlatDocument;
  readonly flattened: Flattened;
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  readonly parameterCount: number;
  /** So many of them are frozen. */
  readonly frozenCount: number;
  readonly topology: Topology;
  /** Data nodes and losses, in the document's order; at least one of each where it can run. */
  readonly data: readonly DocumentNode[];
  readonly losses: readonly DocumentNode[];
}

export interface NodeAnalysis {
  /** Whether it could be built as it is; without that, no outputs and no counts are known. */
  readonly isBuilt: boolean;
  readonly inputs: Readonly<Record<string, TensorType | undefined>>;
  readonly outputs: Readonly<Record<string, TensorType | undefined>>;
  readonly weights: readonly WeightDeclaration[];
  /** Of its own: a node that uses the weights of another one has none. */
  readonly parameterCount: number;
  /** So many of them are frozen: all or none of a layer's. */
  readonly frozenCount: number;
  /** Multiply-adds of one forward pass of one sample. */
  readonly multiplyAdds: number;
}

/** What is known of the nodes of one drawing, for whoever wires them. */
export type Known = Pick<Analysis, 'topology' | 'nodes'>;

export const hasErrors = (analysis: Pick<Analysis, 'problems'>): boolean =>
  analysis.problems.some((problem) => problem.severity === 'error');

/** Infers every shape and finds every problem. Pure; a node that has not changed is not inferred again. */
export function analyseDocument(document: NetwrightDocument): Analysis {
  const flattened = flatten(document);
  const flat: FlatDocument = { ...document, nodes: flattened.nodes, wires: flattened.wires, blocks: [] };
  const topology = topologyOf(flat);
  const { nodes, problems } = inferFlat(topology, document.training.batchSize);

  for (const node of flat.nodes) problems.push(...sharingProblems(node, topology, nodes));

  const ofCategory = (category: AnyLayer['category']): DocumentNode[] =>
    flat.nodes.filter((node) => catalogue.get(node.type)?.category === category);
  const data = ofCategory('data');
  const losses = ofCategory('loss');
  if (data.length === 0) problems.push(missing(noData));
  if (losses.length === 0) problems.push(missing(noLoss));
  problems.push(...unevenCounts(data), ...trainingProblems(document));
  problems.push(...frozenProblems(topology, nodes, losses, (node) => frozenWhole(document, node)));
  const lossIds = new Set(losses.map(({ id }) => id));
  const areWired = problems.every(
    ({ code, place }) => code !== 'missing-wire' || !lossIds.has(place.node ?? ''),
  );
  // Until the losses are wired nothing leads to them, and saying so on every node would help nobody.
  if (losses.length > 0 && areWired) problems.push(...unusedNodes(flat, topology, losses));

  return {
    problems: [...flattened.problems, ...drawnProblems(document, flattened, problems)],
    flat,
    flattened,
    nodes,
    parameterCount: [...nodes.values()].reduce((sum, node) => sum + node.parameterCount, 0),
    frozenCount: [...nodes.values()].reduce((sum, node) => sum + node.frozenCount, 0),
    topology,
    data,
    losses,
  };
}

/** What is known of every node of a flat document, and what is wrong with it there. */
export function inferFlat(
  topology: Topology,
  batchSize: number,
): { nodes: Map<string, NodeAnalysis>; problems: Problem[] } {
  const nodes = new Map<string, NodeAnalysis>();
  const problems: Problem[] = [];
  for (const node of topology.order) {
    const definition = catalogue.get(node.type);
    if (definition === undefined) continue;
    const inputs = inputTypes(node, topology, nodes);
    const inferred = inferOnce(definition, node, inputs);
    const parameterCount = node.weightsOf === undefined ? inferred.parameterCount : 0;
    const frozen = isFrozen(node, topology.nodes);
    const frozenCount = frozen ? parameterCount : 0;
    nodes.set(node.id, { inputs, ...inferred, parameterCount, frozenCount });
    problems.push(
      ...inferred.problems.map((problem) => atNode(node, problem)),
      // What is frozen gathers nothing from a batch, and can have nothing against its size.
      ...(frozen ? [] : batchProblems(definition, inferred, inputs, batchSize)).map((problem) =>
        atNode(node, problem),
      ),
      ...unwired(node, definition, topology),
    );
  }
  return { nodes, problems };
}

/**
 * Problems of the flat document as problems of the drawing: at the place where it is drawn, once for all passages through
 * a repeated block, and a missing wire where it is missing.
 */
function drawnProblems(
  drawing: Drawing,
  { missing: gaps }: Flattened,
  problems: readonly Problem[],
): Problem[] {
  const told = new Set<string>();
  return problems.flatMap((problem) => {
    const { node, port } = problem.place;
    if (node === undefined) return [problem];
    const gap =
      problem.code === 'missing-wire' && port !== undefined ? gaps.get(endKey({ node, port })) : undefined;
    const place: Place = gap ?? { ...problem.place, node: placeOf(node) };
    const key = JSON.stringify([problem.code, place, gap === undefined ? placeOf(problem.message.en) : '']);
    if (told.has(key)) return [];
    told.add(key);
    if (gap !== undefined) return [{ ...problem, place, message: nothingWired(portName(drawing, gap)) }];
    const rounds = roundsIn(node);
    const later = rounds.some((round) => round > 1);
    return [{ ...problem, place, ...(later && { message: inRound(rounds, problem.message) }) }];
  });
}

/** The outermost block around a node of the flat document that is frozen as a whole, or the node. */
function frozenWhole(drawing: Drawing, node: DocumentNode): Pick<DocumentNode, 'id' | 'name'> {
  const steps = placeOf(node.id).split('/');
  for (let depth = 1; depth < steps.length; depth++) {
    const place = steps.slice(0, depth).join('/');
    const around = nodeAt(drawing, place)?.node;
    if (around?.frozen) return { id: place, name: around.name };
  }
  return node;
}

/** What the port that a place names is called there. */
function portName(drawing: Drawing, { node: place = '', port = '' }: Place): Text {
  const node = nodeAt(drawing, place)?.node;
  if (node !== undefined && isPortType(node.type)) return text(node.name, node.name);
  const declaration = node && declarationOf(drawing.blocks, node.type);
  const { inputs = [] } = declaration?.ports ?? {};
  return inputs.find(({ name }) => name === port)?.label ?? text(port, port);
}

/** What a layer has against the batch size, where it can be built at all. */
function batchProblems(
  definition: AnyLayer,
  { params, problems }: NodeInference,
  inputs: NodeAnalysis['inputs'],
  batchSize: number,
): readonly LayerProblem[] {
  if (problems.some(({ severity = 'error' }) => severity === 'error')) return [];
  return definition.checkBatch?.(params, inputs, batchSize) ?? [];
}

/** By a node's parameters, which the instances of a block have in common, and then by what else it depends on. */
const remembered = new WeakMap<object, Map<string, NodeInference>>();
const mostRemembered = 64;

/** Parameters are never changed in place, so an inference holds as long as the object and the input types do. */
function inferOnce(definition: AnyLayer, node: DocumentNode, inputs: NodeAnalysis['inputs']): NodeInference {
  const key = JSON.stringify([definition.type, inputs]);
  const known = remembered.get(node.params) ?? new Map<string, NodeInference>();
  remembered.set(node.params, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const inference = inferNode(definition, node.params, inputs);
  if (known.size >= mostRemembered) known.clear();
  known.set(key, inference);
  return inference;
}

function inputTypes(
  node: DocumentNode,
  topology: Topology,
  nodes: ReadonlyMap<string, NodeAnalysis>,
): Record<string, TensorType | undefined> {
  const types: Record<string, TensorType | undefined> = {};
  for (const wire of topology.into.get(node.id) ?? [])
    types[wire.to.port] ??= nodes.get(wire.from.node)?.outputs[wire.from.port];
  return types;
}

const atNode = (
  node: DocumentNode,
  { code, severity = 'error', field, port, message }: LayerProblem,
): Problem => ({
  code,
  severity,
  message,
  place: { node: node.id, ...(field !== undefined && { field }), ...(port !== undefined && { port }) },
});

function unwired(node: DocumentNode, definition: AnyLayer, topology: Topology): Problem[] {
  const wired = new Set((topology.into.get(node.id) ?? []).map((wire) => wire.to.port));
  return portsOf(definition, node.params)
    .inputs.filter((port) => !port.optional && !wired.has(port.name))
    .map((port) => ({
      code: 'missing-wire',
      severity: 'error',
      place: { node: node.id, port: port.name },
      message: nothingWired(port.label),
    }));
}

const nothingWired = ({ en, zh }: Text): Text =>
  text(`Nothing is wired to "${en}"; connect an output to it.`, `“${zh}”尚未接线；请把一个输出连到这里。`);

type Missing = Pick<Problem, 'code' | 'message'>;

const noData: Missing = {
  code: 'no-data',
  message: text(
    'There is no Data node; add one, so that there is something to learn from.',
    '没有数据节点；请添加一个，网络才有可学的东西。',
  ),
};

const noLoss: Missing = {
  code: 'no-loss',
  message: text(
    'There is no loss; add one, such as Cross-Entropy, so that training has a goal.',
    '没有损失；请添加一个（例如交叉熵），训练才有目标。',
  ),
};

const missing = (what: Missing): Problem => ({ ...what, severity: 'error', place: { path: 'nodes' } });

/** Samples of several data nodes go together row by row. */
function unevenCounts(data: readonly DocumentNode[]): Problem[] {
  const counts = data.map((node) => sampleCountsOf(node).all);
  const [expected = 0] = counts;
  return data.flatMap((node, i) =>
    counts[i] === expected
      ? []
      : [
          {
            code: 'data.uneven',
            severity: 'error',
            place: { node: node.id, field: 'count' },
            message: unevenData(expected, counts[i] ?? 0),
          },
        ],
  );
}

function unusedNodes(document: FlatDocument, topology: Topology, losses: readonly DocumentNode[]): Problem[] {
  const used = ancestors(topology, ...losses.map(({ id }) => id));
  // Of a block that is of no use as a whole, that is all there is to say.
  const partlyUsed = new Set([...used].map(topOf));
  const told = new Map<string, string>();
  for (const { id, name, type } of document.nodes) {
    if (used.has(id) || catalogue.get(type)?.category === 'loss') continue;
    if (partlyUsed.has(topOf(id))) told.set(id, name);
    else told.set(topOf(id), topOf(name));
  }
  return [...told].map(([node, name]) => ({
    code: 'unused',
    severity: 'warning',
    place: { node },
    message: text(
      `"${name}" does not lead to the loss, so it is not trained.`,
      `“${name}”没有通向损失，因此不会被训练。`,
    ),
  }));
}

/** The instance at the top that a node of the flat document is in, or the node itself. */
const topOf = (flat: string): string => /^([^/]*?)(\.\d+)?\//.exec(flat)?.[1] ?? flat;
