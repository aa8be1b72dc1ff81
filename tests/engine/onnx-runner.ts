import { createOnnxruntime } from '../../engine/hosts/onnxruntime.ts';
import {
  exportedIrVersion,
  exportedOpset,
  float32Type,
  type Model,
  type ValueInfo,
} from '../../engine/interchange/onnx/model.ts';
import { modelNode } from '../../engine/interchange/onnx/model-node.ts';
import { writeModel } from '../../engine/interchange/onnx/write-model.ts';
import type { OnnxNode } from '../../engine/ops/contract.ts';

/** The real onnxruntime, in its own process, shared by the tests of one file. */
export const onnxruntime = createOnnxruntime({ idleMs: 30_000 });

export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const port = (name: string): ValueInfo => ({ name, tensor: { elementType: float32Type, dims: undefined } });

/** A model of a few nodes with float32 inputs and outputs of any shape. */
export function modelOf(
  nodes: readonly OnnxNode[],
  inputs: readonly string[],
  outputs: readonly string[],
): Model {
  return {
    irVersion: exportedIrVersion,
    producerName: 'tests',
    producerVersion: '',
    modelVersion: 1,
    documentation: '',
    opsets: [{ domain: '', version: exportedOpset }],
    graph: {
      name: 'nodes',
      nodes: nodes.map((node) => modelNode(node)),
      initializers: [],
      inputs: inputs.map(port),
      outputs: outputs.map(port),
      values: [],
    },
    metadata: new Map(),
  };
}

/** What onnxruntime makes of the nodes that an op's `toOnnx` describes; by tensor name. */
export async function runNodes(
  nodes: readonly OnnxNode[],
  inputs: Readonly<Record<string, Values>>,
  wanted: readonly string[],
): Promise<Readonly<Record<string, Values>>> {
  const bytes = writeModel(modelOf(nodes, Object.keys(inputs), wanted));
  const feed = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [name, { dims: shape, data }]),
  );
  const { outputs } = await onnxruntime.run(bytes, [feed]);
  return Object.fromEntries(
    Object.entries(outputs[0]).map(([name, { dims, data }]) => {
      if (!(data instanceof Float32Array)) throw new Error(`${name} is not float32`);
      return [name, { shape: dims, data }];
    }),
  );
}
