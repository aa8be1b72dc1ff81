import type { KernelCall, OpCall, Tensor } from '../ops/contract.ts';

/** One kernel call, and the tensors it touches. */
export interface Step {
  readonly call: KernelCall;
  readonly reads: readonly Tensor[];
  readonly writes: readonly Tensor[];
  readonly multiplyAdds: number;
  readonly bytes: number;
}

const present = (tensors: Readonly<Record<string, Tensor | undefined>>): Tensor[] =>
  Object.values(tensors).filter((tensor) => tensor !== undefined);

const mutated = ({ op, inputs }: OpCall): Tensor[] =>
  (op.mutates ?? []).map((name) => inputs[name]).filter((tensor) => tensor !== undefined);

/** Leaves out every call that neither changes a weight or state nor leads to one of `wanted`. Order is kept. */
export function withoutDeadCalls(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): OpCall[] {
  const needed = new Set(wanted);
  const alive: OpCall[] = [];
  for (const call of [...calls].reverse()) {
    if (mutated(call).length === 0 && !present(call.outputs).some((tensor) => needed.has(tensor))) continue;
    for (const tensor of present(call.inputs)) needed.add(tensor);
    alive.push(call);
  }
  return alive.reverse();
}

export function lower(call: OpCall): Step {
  const cost = call.op.cost(call.inputs, call.outputs, call.attributes);
  return {
    call: call.op.lower(call),
    reads: present(call.inputs),
    writes: [...present(call.outputs), ...mutated(call)],
    ...cost,
  };
}
