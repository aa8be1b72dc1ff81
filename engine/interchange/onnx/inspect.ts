import { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import type { ModelPort, OpenedModel, OperatorCount } from '../../protocol/model-messages.ts';
import { filesBeside, type ModelFile } from './external-data.ts';
import { isFloat, nodesOf, sizesOf, wiresOf } from './graph-places.ts';
import { type NetwrightMetadata, readMetadata } from './metadata.ts';
import { dimsProduct, elementTypes, floatValues, type Model, type ValueInfo } from './model.ts';
import { openSizesOf, takenInputs } from './open-sizes.ts';
import { readModel } from './read-model.ts';
import { missingOperators, operatorName } from './reading/read-graph.ts';
import { withoutPreprocessing } from './undo-preprocessing.ts';

/** An .onnx file that has been opened, from us or from elsewhere. */
export interface InspectedModel {
  readonly name: string;
  readonly file: ModelFile;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly metadata: NetwrightMetadata | undefined;
  /** The weights are, bit for bit, those that the engine's figures in the metadata were measured with. */
  readonly weightsAreRecorded: boolean;
  readonly summary: Omit<OpenedModel, 'model' | 'metadata'>;
}

/**
 * Reads what a model says of itself; nothing in it is executed. `sha256` gives hexadecimal digits.
 * Throws a NetwrightError when the bytes are not an ONNX model, or when a file that it keeps weights in is missing.
 */
export function inspectModel(
  file: ModelFile,
  name: string,
  sha256: (bytes: Uint8Array) => string,
): InspectedModel {
  const { bytes, beside } = file;
  const model = readModel(bytes, name, beside);
  const { graph } = model;
  const external = graph.initializers.find((tensor) => tensor.external !== undefined);
  if (external !== undefined) {
    throw new NetwrightError(
      'external-weights',
      text(
        `${name} keeps the weight "${external.name}" in another file, ${external.external?.location}, which was not opened with it: open both together.`,
        `${name} 的权重“${external.name}”存放在另一个文件 ${external.external?.location} 中，而该文件没有一起打开：请将两者一起打开。`,
      ),
    );
  }
  const inputs = takenInputs(graph);
  const metadata = readMetadata(model.metadata, name);
  return {
    name,
    file,
    inputs,
    outputs: graph.outputs,
    metadata,
    weightsAreRecorded:
      metadata !== undefined && sha256(weightBytes(model)) === metadata.engine.weightsSha256,
    summary: {
      name,
      sizeBytes: bytes.length,
      beside: [...filesBeside(beside)].map(([file, { length }]) => ({ name: file, sizeBytes: length })),
      opset: model.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0,
      producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
      parameterCount: parameterCount(model),
      inputs: inputs.map(portOf),
      outputs: graph.outputs.map(portOf),
      openSizes: openSizesOf(inputs),
      nodes: nodesOf(graph),
      wires: wiresOf(graph, inputs),
      operators: operatorsOf(model),
    },
  };
}

/** How often each operator stands in a model, and which the engine has no form for. */
function operatorsOf(model: Model): OperatorCount[] {
  const { graph } = model;
  // What makes inputs of raw values is not asked of the engine.
  const { nodes } = withoutPreprocessing(model).model.graph;
  const missing = new Set(missingOperators(nodes).map(({ opType }) => opType));
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    const name = operatorName(node);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([opType, count]) => ({ opType, count, isMissing: missing.has(opType) }))
    .toSorted((a, b) => b.count - a.count || a.opType.localeCompare(b.opType, 'en'));
}

/** All float32 constants in the file's order; in an export of ours these are the weights in plan order. */
function weightBytes({ graph }: Model): Uint8Array {
  const weights = graph.initializers.map((tensor) => floatValues(tensor) ?? new Float32Array());
  const bytes = new Uint8Array(weights.reduce((sum, values) => sum + values.byteLength, 0));
  let at = 0;
  for (const values of weights) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Constants of whole numbers are no parameters, and neither are means and variances, which are measured. */
function parameterCount({ graph }: Model): number {
  const measured = new Set(
    graph.nodes
      .filter((node) => operatorName(node) === 'BatchNormalization')
      .flatMap(({ inputs }) => inputs.slice(3, 5)),
  );
  return graph.initializers
    .filter((tensor) => isFloat(tensor) && !measured.has(tensor.name))
    .reduce((sum, tensor) => sum + dimsProduct(tensor.dims), 0);
}

const portOf = ({ name, tensor }: ValueInfo): ModelPort => ({
  name,
  shape: sizesOf(tensor?.dims) ?? [],
  dtype: tensor === undefined ? 'unknown' : typeName(tensor.elementType),
});

export const typeName = (elementType: number): string => elementTypes[elementType] ?? `type ${elementType}`;
