import type { Preparation } from '../../data/sources/contract.ts';
import { NetwrightError } from '../../declaration/problem.ts';
import { elementCount, shapeText } from '../../declaration/tensor-type.ts';
import { text } from '../../declaration/text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { OpCall, Tensor } from '../../ops/contract.ts';
import { checkModel } from './check-model.ts';
import { type ForwardPath, forwardPath } from './forward-path.ts';
import { type EngineRecord, metadataOf } from './metadata.ts';
import {
  exportedIrVersion,
  exportedOpset,
  float32Type,
  floatTensor,
  int32Type,
  type Model,
  type ModelNode,
  type ValueInfo,
} from './model.ts';
import { modelNode } from './model-node.ts';
import { writeModel } from './write-model.ts';

export interface ExportInput {
  readonly document: NetwrightDocument;
  /** By the names that the plan gives them (PlannedWeight.name). */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What the engine knows of these weights. */
  readonly engine: EngineRecord;
  /** How the numbers of each data node are made of what lies in its files. */
  readonly preparations?: ReadonlyMap<string, Preparation>;
}

/**
 * The part of a document that leads from its data to the predictions, as an ONNX model for any number of rows.
 * Throws a NetwrightError when the document cannot run or a weight is missing or of the wrong size.
 */
export function exportOnnx({ document, weights, engine, preparations }: ExportInput): Uint8Array {
  const path = forwardPath(document);
  const model: Model = {
    irVersion: exportedIrVersion,
    producerName: 'netwright',
    producerVersion: engine.version,
    modelVersion: 1,
    documentation: '',
    opsets: [{ domain: '', version: exportedOpset }],
    graph: { name: document.name, ...exportedGraph(path, weights) },
    metadata: metadataOf(
      document,
      path.built.losses[0].definition.reading,
      engine,
      inputsOf(path, preparations),
    ),
  };
  checkModel(model);
  return writeModel(model);
}

/** By the names of the model's inputs. */
function inputsOf(
  { built, inputs }: ForwardPath,
  preparations: ReadonlyMap<string, Preparation> = new Map(),
): Record<string, Preparation> {
  return Object.fromEntries(
    inputs.flatMap(({ tensor, name }) => {
      const from = built.inputs.find((input) => input.tensor === tensor);
      const preparation = from?.port === 'x' ? preparations.get(from.node) : undefined;
      return preparation === undefined ? [] : [[name, preparation]];
    }),
  );
}

function exportedGraph(
  path: ForwardPath,
  weights: ReadonlyMap<string, Float32Array>,
): Omit<Model['graph'], 'name'> {
  const { built, calls, inputs, outputs } = path;
  const renamed = new Map(inputs.map(({ tensor, name }) => [tensor.name, name]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  const info = (tensor: Tensor, name: string): ValueInfo => ({
    name,
    tensor: { elementType: tensor.dtype === 'int32' ? int32Type : float32Type, dims: path.dims(tensor) },
  });
  const nodes = calls.flatMap((call) => nodesOf(call, rename));
  // A network without layers: ONNX wants a node between input and output.
  for (const { tensor, name } of outputs) {
    if (renamed.has(tensor.name))
      nodes.push(modelNode({ opType: 'Identity', inputs: [rename(tensor.name)], outputs: [name] }));
  }
  const predictions = new Set(outputs.map(({ tensor }) => tensor));
  const between = calls
    .flatMap((call) => Object.values(call.outputs))
    .filter((tensor) => !predictions.has(tensor));
  return {
    nodes,
    initializers: built.weights.map(({ tensor }) =>
      floatTensor(tensor.name, tensor.shape, weightValues(tensor, weights)),
    ),
    inputs: inputs.map(({ tensor, name }) => info(tensor, name)),
    outputs: outputs.map(({ tensor, name }) => info(tensor, name)),
    values: between.map((tensor) => info(tensor, tensor.name)),
  };
}

function nodesOf(call: OpCall, rename: (name: string) => string): ModelNode[] {
  if (call.op.toOnnx === undefined) {
    throw new NetwrightError(
      'not-exportable',
      text(
        `The operation "${call.op.name}" of node "${call.origin}" has no form in ONNX.`,
        `节点“${call.origin}”的运算“${call.op.name}”在 ONNX 中没有对应的形式。`,
      ),
    );
  }
  return call.op.toOnnx(call).map((node) => modelNode(node, rename));
}

function weightValues(tensor: Tensor, weights: ReadonlyMap<string, Float32Array>): Float32Array {
  const values = weights.get(tensor.name);
  const expected = elementCount(tensor.shape);
  if (values?.length === expected) return values;
  const found = values === undefined ? ['none', '没有'] : [`${values.length}`, `${values.length} 个`];
  throw new NetwrightError(
    'weight-mismatch',
    text(
      `The weight "${tensor.name}" does not fit this document: expected ${expected} numbers ${shapeText(tensor.shape)}, found ${found[0]}.`,
      `权重“${tensor.name}”与此文档不符：应有 ${expected} 个数 ${shapeText(tensor.shape)}，实际为${found[1]}。`,
    ),
  );
}
