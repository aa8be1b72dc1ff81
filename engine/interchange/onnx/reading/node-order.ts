import { NetwrightError } from '../../../declaration/problem.ts';
import { text } from '../../../declaration/text.ts';
import { graphsIn, type ModelNode, type OnnxGraph, valuesRead } from '../model.ts';
import { UnsupportedModel } from './misfit.ts';

export const nodeName = ({ name, opType, outputs }: ModelNode): string => name || outputs[0] || opType;

/**
 * The nodes that lead to the graph's outputs, each behind those whose values it reads, in the file's order where that is
 * one. `isAround` tells the values that a graph within a node may take from around it. Throws a NetwrightError for values
 * without an origin or with two, for cycles, and for loops.
 */
export function orderNodes(
  { nodes, inputs, initializers, outputs }: OnnxGraph,
  file: string,
  isAround: (name: string) => boolean = () => false,
): ModelNode[] {
  const given = new Set([...inputs, ...initializers].map(({ name }) => name));
  const producers = new Map<string, ModelNode>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (producers.has(output) || given.has(output)) throw madeTwice(file, output, node);
      producers.set(output, node);
    }
  }
  const lost = outputs.find(({ name }) => !given.has(name) && !producers.has(name) && !isAround(name));
  if (lost !== undefined) throw noOrigin(file, lost.name, undefined);

  const ordered: ModelNode[] = [];
  const states = new Map<ModelNode, 'open' | 'done'>();
  // A stack of its own, as a chain of nodes may be longer than the language's.
  const stack: { node: ModelNode; reads: readonly string[]; next: number }[] = [];
  const enter = (node: ModelNode): void => {
    requireNoLoop(node, file);
    states.set(node, 'open');
    stack.push({ node, reads: valuesRead(node), next: 0 });
  };
  const wanted = new Set(outputs.map(({ name }) => producers.get(name)));
  for (const node of wanted) {
    if (node === undefined || states.has(node)) continue;
    enter(node);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = top.reads[top.next++];
      if (name === undefined) {
        states.set(top.node, 'done');
        ordered.push(top.node);
        stack.pop();
        continue;
      }
      if (name === '' || given.has(name)) continue;
      const producer = producers.get(name);
      if (producer === undefined && isAround(name)) continue;
      if (producer === undefined) throw noOrigin(file, name, top.node);
      const state = states.get(producer);
      if (state === 'open') throw cycle(file, producer, top.node);
      if (state === undefined) enter(producer);
    }
  }
  const places = new Map(nodes.map((node, at) => [node, at]));
  const asInFile = ordered.toSorted((a, b) => (places.get(a) as number) - (places.get(b) as number));
  return isOrder(asInFile, producers) ? asInFile : ordered;
}

function isOrder(nodes: readonly ModelNode[], producers: ReadonlyMap<string, ModelNode>): boolean {
  const done = new Set<ModelNode>();
  return nodes.every((node) => {
    const ready = valuesRead(node).every((input) => {
      const producer = producers.get(input);
      return producer === undefined || done.has(producer);
    });
    done.add(node);
    return ready;
  });
}

/** Of the graphs that a node may hold, one of the branches of If is read where it is known which. */
function requireNoLoop(node: ModelNode, file: string): void {
  if (node.opType === 'If' || graphsIn(node).length === 0) return;
  const name = nodeName(node);
  throw new UnsupportedModel(
    text(
      `${file}: node "${name}" (${node.opType}) holds a graph of its own; expected a model without loops.`,
      `${file}：节点“${name}”（${node.opType}）内含子图；应为不带循环的模型。`,
    ),
    [node.opType],
  );
}

const madeTwice = (file: string, value: string, node: ModelNode): NetwrightError =>
  new NetwrightError(
    'onnx-two-origins',
    text(
      `${file}: the value "${value}" has two origins, one of them node "${nodeName(node)}" (${node.opType}); expected one.`,
      `${file}：值“${value}”有两个来源，其一为节点“${nodeName(node)}”（${node.opType}）；应只有一个。`,
    ),
  );

function noOrigin(file: string, value: string, reader: ModelNode | undefined): NetwrightError {
  const [en, zh] = reader
    ? [
        `node "${nodeName(reader)}" (${reader.opType}) reads`,
        `节点“${nodeName(reader)}”（${reader.opType}）读取的`,
      ]
    : ['the model gives out', '模型输出的'];
  return new NetwrightError(
    'onnx-no-origin',
    text(
      `${file}: ${en} "${value}"; expected an input, an initializer or a node of that name, found none.`,
      `${file}：${zh}“${value}”没有来源；应有同名的输入、初始值或节点输出。`,
    ),
  );
}

const cycle = (file: string, first: ModelNode, last: ModelNode): NetwrightError =>
  new NetwrightError(
    'onnx-cycle',
    text(
      `${file}: node "${nodeName(first)}" (${first.opType}) leads round to itself, by way of node "${nodeName(last)}" (${last.opType}); expected no cycles.`,
      `${file}：节点“${nodeName(first)}”（${first.opType}）经由节点“${nodeName(last)}”（${last.opType}）回到自身；计算图中不应有环。`,
    ),
  );
