import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { Named, OpDefinition, Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import type { GraphRunner } from '../graph-runner.ts';
import type { OpCase } from './op-cases.ts';

/** An op called once, on random inputs; targets are labels, squared gradients and corrections positive. */
export function called(op: OpDefinition, { inputs, attributes = {} }: OpCase) {
  const graph = new Graph('train', 1, 5);
  const tensors = tensorsFor(graph, inputs);
  const outputs = graph.scope('op', 'op').emit(op, tensors, attributes);
  return { graph, tensors, outputs: outputs as Named<Tensor>, call: graph.calls[0] };
}

const tensorsFor = (graph: Graph, types: Readonly<Record<string, TensorType>>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      graph.tensor({ name, role: 'input', origin: '', type }),
    ]),
  );

/** Numbers between 0.1 and 2 of either sign: away from the kinks at 0, where a central difference means nothing. */
function valuesFor(tensor: Tensor, random: RandomStream, within?: readonly [number, number]): number[] {
  return Array.from({ length: elementCount(tensor.shape) }, () => {
    if (tensor.dtype === 'int32') return random.below(tensor.classes ?? 5);
    if (within !== undefined) return within[0] + (within[1] - within[0]) * random.uniform();
    const size = 0.1 + 1.9 * random.uniform();
    return random.uniform() < 0.5 &&
      !['s', 'corrections', 'variance', 'runningVariance', 'rstd', 'squares'].includes(tensor.name)
      ? -size
      : size;
  });
}

export function fillInputs(runner: GraphRunner, tensors: Named<Tensor>, { within }: OpCase, seed = 1): void {
  const random = new RandomStream(seed, 99);
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor !== undefined) runner.write(tensor, valuesFor(tensor, random, within?.[name]));
  }
}

export const defined = <T>(named: Named<T>): [string, T][] =>
  Object.entries(named).filter((entry): entry is [string, T] => entry[1] !== undefined);
