import type { Samples } from '../../data/sources/contract.ts';
import { NetwrightError } from '../../declaration/problem.ts';
import { elementCount, shapeText } from '../../declaration/tensor-type.ts';
import { text } from '../../declaration/text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { OpCall, Tensor } from '../../ops/contract.ts';
import { checkModel } from './check-model.ts';
import { dataFileOf, mostInsideBytes, type NamedWeights, outsideWeights } from './external-data.ts';
import { type ForwardPath, forwardPath } from './forward-path.ts';
import { type EngineRecord, metadataOf } from './metadata.ts';
import {
  emptyTensor,
  exportedIrVersion,
  exportedOpset,
  float32Type,
  floatTensor,
  int32Type,
  type Model,
  type ModelNode,
  type TensorData,
  type ValueInfo,
} from './model.ts';
import { modelNode } from './model-node.ts';
import { preparedName, preprocessing, type RawInput, rawInfo, rawInputs } from './preprocessing.ts';
import { writeModel } from './write-model.ts';

export interface ExportInput {
  readonly document: NetwrightDocument;
  /** By the names that the plan gives them (PlannedWeight.name). */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What the engine knows of these weights. */
  readonly engine: EngineRecord;
  /** By the id of the data node; how the numbers of those in files are made is told, or done in the graph. */
  readonly samples?: ReadonlyMap<string, Samples>;
  /** The graph takes values as they lie in files. */
  readonly preprocessing?: boolean;
  /** What the file will be called: weights beyond `most` bytes in all go into one beside it, which the file names. */
  readonly outside?: { readonly file: string; readonly most?: number };
}

export interface ExportedOnnx {
  readonly onnx: Uint8Array;
  /** The file beside it that holds the weights, where it does not hold them itself. */
  readonly beside: { readonly name: string; readonly data: Uint8Array } | undefined;
}

/**
 * The part of a document that leads from its data to the predictions, as an ONNX model for any number of rows.
 * Throws a NetwrightError when the document cannot run or a weight is missing or of the wrong size.
 */
export function exportOnnx({
  document,
  weights,
  engine,
  samples = new Map(),
  preprocessing: isInside = false,
  outside = { file: 'model.onnx' },
}: ExportInput): ExportedOnnx {
  const path = forwardPath(document);
  const inputs = rawInputs(path, samples);
  const tensors = path.built.weights.map(
    ({ tensor }): NamedWeights => ({
      tensor: emptyTensor(tensor.name, float32Type, tensor.shape),
      values: weightValues(tensor, weights),
    }),
  );
  const bytes = tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
  const name = dataFileOf(outside.file);
  const apart = bytes > (outside.most ?? mostInsideBytes) ? outsideWeights(tensors, name) : undefined;
  const initializers =
    apart?.initializers ?? tensors.map(({ tensor, values }) => floatTensor(tensor.name, tensor.dims, values));
  const model: Model = {
    irVersion: exportedIrVersion,
    producerName: 'netwright',
    producerVersion: engine.version,
    modelVersion: 1,
    documentation: '',
    opsets: [{ domain: '', version: exportedOpset }],
    graph: { name: document.name, ...exportedGraph(path, initializers, isInside ? inputs : new Map()) },
    metadata: metadataOf(document, path.built.losses[0].definition.reading, engine, {
      isInside,
      inputs: Object.fromEntries([...inputs].map(([name, { preparation }]) => [name, preparation])),
    }),
  };
  checkModel(model);
  return { onnx: writeModel(model), beside: apart && { name, data: apart.data } };
}

function exportedGraph(
  path: ForwardPath,
  initializers: readonly TensorData[],
  raw: ReadonlyMap<string, RawInput>,
): Omit<Model['graph'], 'name'> {
  const { calls, inputs, outputs } = path;
  const given = (name: string): string => (raw.has(name) ? preparedName(name) : name);
  const renamed = new Map(inputs.map(({ tensor, name }) => [tensor.name, given(name)]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  const info = (tensor: Tensor, name: string): ValueInfo => ({
    name,
    tensor: { elementType: tensor.dtype === 'int32' ? int32Type : float32Type, dims: path.dims(tensor) },
  });
  const nodes = inputs.flatMap(({ tensor, name }) => {
    const made = raw.get(name);
    return made === undefined ? [] : preprocessing(name, tensor, made);
  });
  nodes.push(...calls.flatMap((call) => nodesOf(call, rename)));
  // A network without layers: ONNX wants a node between input and output.
  for (const { tensor, name } of outputs) {
    if (renamed.has(tensor.name))
      nodes.push(modelNode({ opType: 'Identity', inputs: [rename(tensor.name)], outputs: [name] }));
  }
  const predictions = new Set(outputs.map(({ tensor }) => tensor));
  const prepared = inputs.filter(({ name }) => raw.has(name));
  const between = calls
    .flatMap((call) => Object.values(call.outputs))
    .filter((tensor) => !predictions.has(tensor));
  return {
    nodes,
    initializers,
    inputs: inputs.map(({ tensor, name }) => {
      const made = raw.get(name);
      return made === undefined ? info(tensor, name) : rawInfo(name, path.dims(tensor), made);
    }),
    outputs: outputs.map(({ tensor, name }) => info(tensor, name)),
    values: [
      ...prepared.map(({ tensor, name }) => info(tensor, preparedName(name))),
      ...between.map((tensor) => info(tensor, tensor.name)),
    ],
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
