import { add } from '../ops/add.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Graph } from '../ops/graph.ts';

/**
 * Appends the reverse pass of `loss`, a scalar [1], to the graph and says which tensor holds ∂loss/∂t for each tensor t
 * that the loss depends on through differentiable ops, back to `leaves`: what depends on none of them gets none. `dLoss`
 * holds ∂loss/∂loss = 1. Gradients of a tensor that is used more than once are summed, its last use first.
 */
export function differentiate(
  graph: Graph,
  loss: Tensor,
  dLoss: Tensor,
  leaves: Iterable<Tensor> = graph.tensors,
): ReadonlyMap<Tensor, Tensor> {
  const moved = new Set(leaves);
  for (const { op, inputs, outputs } of graph.calls) {
    if (op.gradient === undefined) continue;
    if (Object.values(inputs).some((tensor) => tensor !== undefined && moved.has(tensor)))
      for (const tensor of Object.values(outputs)) moved.add(tensor);
  }
  return propagate(graph, new Map([[loss, dLoss]]), (tensor) => moved.has(tensor));
}

/**
 * The same from several tensors at once, back to whatever `isWanted` says of: `known` says which tensor holds the gradient
 * of each.
 */
export function propagate(
  graph: Graph,
  known: ReadonlyMap<Tensor, Tensor>,
  isWanted: (tensor: Tensor) => boolean = () => true,
): ReadonlyMap<Tensor, Tensor> {
  const gradients = new Map(known);
  for (const call of [...graph.calls].reverse()) {
    const outputs = Object.entries(call.outputs);
    const dOutputs = Object.fromEntries(outputs.map(([name, tensor]) => [name, gradients.get(tensor)]));
    const flows = outputs.some(([, tensor]) => gradients.has(tensor));
    if (!flows || call.op.gradient === undefined) continue;
    const scope = graph.scope(call.origin, `d_${outputs[0]?.[1].name}`, 'gradient');
    for (const [name, gradient] of Object.entries(call.op.gradient(scope, call, dOutputs))) {
      const input = call.inputs[name];
      if (input === undefined || gradient === undefined || !isWanted(input)) continue;
      const before = gradients.get(input);
      gradients.set(input, before === undefined ? gradient : scope.emit(add, { a: before, b: gradient }).y);
    }
  }
  return gradients;
}
