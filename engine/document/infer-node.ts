import type { Params } from '../declaration/fields.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import type { AnyLayer, InputTypes, LayerProblem, WeightDeclaration } from '../layers/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import { Graph } from '../ops/graph.ts';
import { portsOf } from './blocks.ts';
import { checkParams, completeParams } from './check-params.ts';

/** What is known of one node from its parameters and the types on its inputs. */
export interface NodeInference {
  readonly params: Params;
  /** Whether it could be built as it is; without that, no outputs and no counts are known. */
  readonly isBuilt: boolean;
  readonly outputs: Readonly<Record<string, TensorType | undefined>>;
  readonly weights: readonly WeightDeclaration[];
  readonly parameterCount: number;
  /** Multiply-adds of one forward pass of one sample. */
  readonly multiplyAdds: number;
  readonly problems: readonly LayerProblem[];
}

/** Shapes are inferred by building the layer for a batch of this size; its value shows nowhere. */
export const probeBatch = 2;

/**
 * Infers a node by building it: the shape rules of the ops it emits are the only ones there are.
 * With inputs missing it says as much as can be said without them.
 */
export function inferNode(definition: AnyLayer, params: Params, inputs: InputTypes): NodeInference {
  const complete = completeParams(definition.fields, params);
  const nothing = {
    params: complete,
    isBuilt: false,
    outputs: {},
    weights: [],
    parameterCount: 0,
    multiplyAdds: 0,
  };
  const fieldProblems = checkParams(definition.fields, params);
  if (fieldProblems.length > 0) return { ...nothing, problems: fieldProblems };

  const problems = definition.check(complete, inputs);
  const ports = portsOf(definition, complete);
  const wired = ports.inputs.every((port) => port.optional || inputs[port.name] !== undefined);
  if (problems.some((problem) => problem.severity !== 'warning') || !wired) return { ...nothing, problems };

  try {
    const graph = new Graph('train', 0, probeBatch);
    const scope = graph.scope('probe', 'probe');
    const weights = definition.weights(complete, inputs);
    const outputs = definition.build(
      scope,
      complete,
      tensorsOf(graph, inputs),
      weightTensors(graph, weights),
    );
    return {
      params: complete,
      isBuilt: true,
      outputs,
      weights,
      parameterCount: weights.reduce(
        (sum, { shape, trained = true }) => sum + (trained ? elementCount(shape) : 0),
        0,
      ),
      multiplyAdds:
        graph.calls.reduce(
          (sum, call) => sum + call.op.cost(call.inputs, call.outputs, call.attributes).multiplyAdds,
          0,
        ) / probeBatch,
      problems,
    };
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
    return { ...nothing, problems: [...problems, { code: error.code, message: error.text }] };
  }
}

function tensorsOf(graph: Graph, types: InputTypes): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [port, type] of Object.entries(types)) {
    if (type !== undefined) tensors[port] = graph.tensor({ name: port, role: 'input', origin: '', type });
  }
  return tensors;
}

function weightTensors(graph: Graph, weights: readonly WeightDeclaration[]): Record<string, Tensor> {
  return Object.fromEntries(
    weights.map(({ name, shape }) => [
      name,
      graph.tensor({ name, role: 'weight', origin: '', type: { shape, dtype: 'float32' } }),
    ]),
  );
}
