import { createOnnxruntime } from '../../engine/hosts/onnxruntime.ts';
import {
  exportedIrVersion,
  exportedOpset,
  float32Type,
  int32Type,
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
  readonly data: Float32Array | Int32Array;
}

const port = (name: string, elementType: number): ValueInfo => ({
  name,
  tensor: { elementType, dims: undefined },
});

/** A model of a few nodes with inputs of any shape and outputs of any type; `whole` are the inputs that are int32. */
export function modelOf(
  nodes: readonly OnnxNode[],
  inputs: readonly string[],
  outputs: readonly string[],
  whole: ReadonlySet<string> = new Set(),
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
      inputs: inputs.map((name) => port(name, whole.has(name) ? int32Type : float32Type)),
      outputs: outputs.map((name) => ({ name, tensor: undefined })),
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
  const whole = Object.keys(inputs).filter((name) => inputs[name].data instanceof Int32Array);
  const bytes = writeModel(modelOf(nodes, Object.keys(inputs), wanted, new Set(whole)));
  const feed = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [name, { dims: shape, data }]),
  );
  const { outputs } = await onnxruntime.run(bytes, [feed]);
  return Object.fromEntries(
    Object.entries(outputs[0]).map(([name, { dims, data }]) => {
      if (!(data instanceof Float32Array || data instanceof Int32Array))
        throw new Error(`${name} is neither float32 nor int32`);
      return [name, { shape: dims, data }];
    }),
  );
}
