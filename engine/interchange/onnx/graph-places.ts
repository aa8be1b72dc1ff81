import {
  constantOperator,
  type ModelPlace,
  type ModelPort,
  type ModelWire,
  type OpenedNode,
} from '../../protocol/model-messages.ts';
import {
  dimsProduct,
  elementTypes,
  type ModelNode,
  type OnnxGraph,
  type TensorData,
  type ValueInfo,
  valuesRead,
} from './model.ts';
import { nodeName } from './reading/node-order.ts';
import { operatorName } from './reading/read-graph.ts';

/** Nodes as a reader of the model is told of them, in the file's order. */
export function nodesOf(graph: OnnxGraph): OpenedNode[] {
  const shapes = new Map(
    [...graph.values, ...graph.outputs].map(({ name, tensor }) => [name, tensor?.dims] as const),
  );
  const numbers = new Map(
    graph.initializers.filter(isFloat).map(({ name, dims }) => [name, dimsProduct(dims)] as const),
  );
  for (const node of graph.nodes)
    if (operatorName(node) === constantOperator) numbers.set(node.outputs[0] ?? '', floatsIn(node));
  return graph.nodes.map((node) => ({
    opType: operatorName(node),
    name: nodeName(node),
    shape: sizesOf(shapes.get(node.outputs[0] ?? '')),
    weightCount: [...new Set(valuesRead(node))].reduce((sum, name) => sum + (numbers.get(name) ?? 0), 0),
  }));
}

/** Who reads what of whom: each pair of places once, in the order of the readers. */
export function wiresOf({ nodes, outputs }: OnnxGraph, inputs: readonly ValueInfo[]): ModelWire[] {
  const origins = new Map<string, ModelPlace>();
  for (const [at, { name }] of inputs.entries()) origins.set(name, `input-${at}`);
  for (const [at, node] of nodes.entries()) for (const name of node.outputs) origins.set(name, `node-${at}`);
  // What an optional input or output that is left out is called.
  origins.delete('');
  const readers = [
    ...nodes.map((node, at) => ({ to: `node-${at}` as const, reads: valuesRead(node) })),
    ...outputs.map(({ name }, at) => ({ to: `output-${at}` as const, reads: [name] })),
  ];
  return readers.flatMap(({ to, reads }) => {
    const froms = new Set(reads.map((name) => origins.get(name)));
    return [...froms].flatMap((from) => (from === undefined ? [] : [{ from, to }]));
  });
}

/** −1 stands for a size without number or name. */
export const sizesOf = (dims: readonly (number | string)[] | undefined): ModelPort['shape'] | undefined =>
  dims?.map((size) => (size === '' ? -1 : size));

const floatTypes: ReadonlySet<string> = new Set(['float16', 'bfloat16', 'float32', 'float64']);

/** Constants of whole numbers are shapes and indices. */
export const isFloat = ({ elementType }: TensorData): boolean =>
  floatTypes.has(elementTypes[elementType] ?? '');

function floatsIn({ attributes }: ModelNode): number {
  const [held] = attributes;
  if (held?.kind === 'tensor') return isFloat(held.value) ? dimsProduct(held.value.dims) : 0;
  if (held?.kind === 'floats') return held.value.length;
  return held?.kind === 'float' ? 1 : 0;
}
