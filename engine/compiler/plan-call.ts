import { type KernelName, kernels } from '../kernels/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import { type Placement, widestGap } from './allocate.ts';
import type { PlannedCall, PlannedTensor } from './plan.ts';
import type { Step } from './steps.ts';

/** Writes the places of its tensors into a call. */
export function planCall(
  { call, writes, nodes, multiplyAdds, bytes }: Step,
  placement: Placement,
  outputs: (tensor: Tensor) => PlannedTensor,
  parallelThreshold: number,
): PlannedCall {
  const args: Record<string, number> = {};
  for (const name of Object.keys(kernels[call.kernel])) {
    const value = call.arguments[name];
    args[name] =
      value === undefined ? 0 : typeof value === 'number' ? value : (placement.get(value) as number);
  }
  const parallel = call.split > 1 && multiplyAdds + bytes >= parallelThreshold;
  return {
    kernel: call.kernel,
    arguments: args,
    split: call.split,
    parallel,
    pieces: call.pieces ?? 1,
    continues: false,
    multiplyAdds,
    nodes,
    outputs: writes.map(outputs),
  };
}

const updateKernels: ReadonlySet<KernelName> = new Set([
  'sgdUpdate',
  'momentumUpdate',
  'nesterovUpdate',
  'rmspropUpdate',
  'adamUpdate',
  'clipByNorm',
  'clipByValue',
]);

/** Tensors that have a place for each element of a weight; every other argument must be the same for weights to be joined. */
const perWeight: ReadonlySet<string> = new Set(['w', 'dw', 'v', 'm', 's']);

/**
 * Joins updates of weights, and clipping of gradients, that are neighbours in the arena into one call: the words between
 * them are zero and stay so.
 * A net of a few small layers would otherwise spend more time on calling than on updating.
 */
export function mergeUpdates(calls: readonly PlannedCall[], parallelThreshold: number): PlannedCall[] {
  const merged: PlannedCall[] = [];
  for (const call of calls) {
    const last = merged.at(-1);
    if (last === undefined || !adjoin(last, call)) {
      merged.push(call);
      continue;
    }
    const count = distance(last, call) + (call.arguments.count as number);
    merged[merged.length - 1] = {
      ...last,
      arguments: { ...last.arguments, count },
      split: count,
      parallel: count * 8 >= parallelThreshold,
      multiplyAdds: last.multiplyAdds + call.multiplyAdds,
      nodes: [...new Set([...last.nodes, ...call.nodes])],
      outputs: [...last.outputs, ...call.outputs],
    };
  }
  return merged;
}

/** From the first word that a call updates or clips to that of another. */
const distance = (a: PlannedCall, b: PlannedCall): number =>
  (b.arguments.dw as number) - (a.arguments.dw as number);

function adjoin(a: PlannedCall, b: PlannedCall): boolean {
  if (a.kernel !== b.kernel || !updateKernels.has(a.kernel)) return false;
  const apart = distance(a, b);
  const gap = apart - (a.arguments.count as number);
  if (gap < 0 || gap >= widestGap) return false;
  return Object.keys(a.arguments).every((name) => {
    const [first, second] = [a.arguments[name] as number, b.arguments[name] as number];
    const isAbsent = first === 0 && second === 0;
    return name === 'count' || second - first === (perWeight.has(name) && !isAbsent ? apart : 0);
  });
}
