import type { Problem } from '../declaration/problem.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { AnyLayer, LayerProblem, WeightDeclaration } from '../layers/contract.ts';
import { catalogue } from './catalogue.ts';
import { inferNode, type NodeInference } from './infer-node.ts';
import { sampleCountOf } from './run-length.ts';
import type { DocumentNode, NetwrightDocument, Wire } from './schema.ts';
import { sharingProblems } from './shared-weights.ts';
import { ancestors, type Topology, topologyOf } from './topology.ts';
import { trainingProblems } from './training-problems.ts';
import { unevenData } from './uneven-data.ts';

/** Everything that a document says before it runs. */
export interface Analysis {
  /** Errors keep it from running; ordered as the nodes are. */
  readonly problems: readonly Problem[];
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  readonly parameterCount: number;
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
  /** Multiply-adds of one forward pass of one sample. */
  readonly multiplyAdds: number;
}

export const hasErrors = (analysis: Analysis): boolean =>
  analysis.problems.some((problem) => problem.severity === 'error');

/** Infers every shape and finds every problem. Pure; a node that has not changed is not inferred again. */
export function analyseDocument(document: NetwrightDocument): Analysis {
  const topology = topologyOf(document);
  const problems: Problem[] = [...structureProblems(document, topology)];
  const nodes = new Map<string, NodeAnalysis>();

  for (const node of topology.order) {
    const definition = catalogue.get(node.type);
    if (definition === undefined) continue;
    const inputs = inputTypes(node, topology, nodes);
    const inferred = inferOnce(definition, node, inputs);
    const parameterCount = node.weightsOf === undefined ? inferred.parameterCount : 0;
    nodes.set(node.id, { inputs, ...inferred, parameterCount });
    problems.push(
      ...[...inferred.problems, ...batchProblems(definition, inferred, inputs, document)].map((problem) =>
        atNode(node, problem),
      ),
      ...unwired(node, definition, topology),
    );
  }

  for (const node of document.nodes) problems.push(...sharingProblems(node, topology, nodes));

  const ofCategory = (category: AnyLayer['category']): DocumentNode[] =>
    document.nodes.filter((node) => catalogue.get(node.type)?.category === category);
  const data = ofCategory('data');
  const losses = ofCategory('loss');
  if (data.length === 0) problems.push(missing(noData));
  if (losses.length === 0) problems.push(missing(noLoss));
  problems.push(...unevenCounts(data), ...trainingProblems(document));
  const lossIds = new Set(losses.map(({ id }) => id));
  const areWired = problems.every(
    ({ code, place }) => code !== 'missing-wire' || !lossIds.has(place.node ?? ''),
  );
  // Until the losses are wired nothing leads to them, and saying so on every node would help nobody.
  if (losses.length > 0 && areWired) problems.push(...unusedNodes(document, topology, losses));

  return {
    problems,
    nodes,
    parameterCount: [...nodes.values()].reduce((sum, node) => sum + node.parameterCount, 0),
    topology,
    data,
    losses,
  };
}

/** What a layer has against the batch size, where it can be built at all. */
function batchProblems(
  definition: AnyLayer,
  { params, problems }: NodeInference,
  inputs: NodeAnalysis['inputs'],
  { training }: NetwrightDocument,
): readonly LayerProblem[] {
  if (problems.some(({ severity = 'error' }) => severity === 'error')) return [];
  return definition.checkBatch?.(params, inputs, training.batchSize) ?? [];
}

const remembered = new WeakMap<object, { readonly key: string; readonly inference: NodeInference }>();

/** Parameters are never changed in place, so an inference holds as long as the object and the input types do. */
function inferOnce(definition: AnyLayer, node: DocumentNode, inputs: NodeAnalysis['inputs']): NodeInference {
  const key = JSON.stringify([definition.type, inputs]);
  const known = remembered.get(node.params);
  if (known?.key === key) return known.inference;
  const inference = inferNode(definition, node.params, inputs);
  remembered.set(node.params, { key, inference });
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
  return definition.ports.inputs
    .filter((port) => !port.optional && !wired.has(port.name))
    .map((port) => ({
      code: 'missing-wire',
      severity: 'error',
      place: { node: node.id, port: port.name },
      message: text(
        `Nothing is wired to "${port.label.en}"; connect an output to it.`,
        `“${port.label.zh}”尚未接线；请把一个输出连到这里。`,
      ),
    }));
}

function structureProblems(document: NetwrightDocument, topology: Topology): Problem[] {
  const problems: Problem[] = [];
  const error = (code: string, place: Problem['place'], en: string, zh: string): void => {
    problems.push({ code, severity: 'error', place, message: text(en, zh) });
  };
  const seen = new Set<string>();
  for (const { id, type } of document.nodes) {
    if (seen.has(id))
      error(
        'duplicate-id',
        { node: id },
        `Two nodes have the id "${id}"; every id must be used once.`,
        `有两个节点使用了同一个 id“${id}”；每个 id 只能使用一次。`,
      );
    seen.add(id);
    if (!catalogue.has(type)) {
      const known = [...catalogue.keys()].join(', ');
      error(
        'unknown-layer',
        { node: id },
        `There is no layer "${type}"; expected one of: ${known}.`,
        `没有名为“${type}”的层；可用的层：${known}。`,
      );
    }
  }
  const taken = new Map<string, Wire>();
  for (const wire of document.wires) {
    for (const [end, ports] of [
      ['from', 'outputs'],
      ['to', 'inputs'],
    ] as const) {
      const node = topology.nodes.get(wire[end].node);
      const definition = node && catalogue.get(node.type);
      if (node === undefined) {
        error(
          'missing-node',
          { wire: wire.id },
          `A wire ends at the node "${wire[end].node}", which does not exist.`,
          `有一条连线指向不存在的节点“${wire[end].node}”。`,
        );
      } else if (
        definition !== undefined &&
        !definition.ports[ports].some((port) => port.name === wire[end].port)
      ) {
        const known = definition.ports[ports].map((port) => port.name).join(', ') || '–';
        const side = { inputs: { en: 'input', zh: '输入' }, outputs: { en: 'output', zh: '输出' } }[ports];
        error(
          'missing-port',
          { wire: wire.id, node: node.id, port: wire[end].port },
          `"${node.name}" (${definition.title.en}) has no ${side.en} "${wire[end].port}"; its ${side.en}s: ${known}.`,
          `“${node.name}”（${definition.title.zh}）没有${side.zh}“${wire[end].port}”；它的${side.zh}：${known}。`,
        );
      }
    }
    const target = `${wire.to.node} ${wire.to.port}`;
    if (taken.has(target)) {
      const name = topology.nodes.get(wire.to.node)?.name ?? wire.to.node;
      error(
        'two-producers',
        { wire: wire.id, node: wire.to.node, port: wire.to.port },
        `Two wires end at input "${wire.to.port}" of "${name}"; expected one.`,
        `“${name}”的输入“${wire.to.port}”接了两条连线；只能接一条。`,
      );
    }
    taken.set(target, wire);
  }
  if (topology.cyclic.length > 0) {
    const names = topology.cyclic.map((node) => `"${node.name}"`).join(', ');
    for (const node of topology.cyclic) {
      error(
        'cycle',
        { node: node.id },
        `These nodes feed back into themselves: ${names}; remove one of the wires between them.`,
        `这些节点首尾相接成环：${names}；请删去其中一条连线。`,
      );
    }
  }
  return problems;
}

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
  const counts = data.map(sampleCountOf);
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

function unusedNodes(
  document: NetwrightDocument,
  topology: Topology,
  losses: readonly DocumentNode[],
): Problem[] {
  const used = ancestors(topology, ...losses.map(({ id }) => id));
  return document.nodes
    .filter((node) => !used.has(node.id) && catalogue.get(node.type)?.category !== 'loss')
    .map((node) => ({
      code: 'unused',
      severity: 'warning',
      place: { node: node.id },
      message: text(
        `"${node.name}" does not lead to the loss, so it is not trained.`,
        `“${node.name}”没有通向损失，因此不会被训练。`,
      ),
    }));
}
