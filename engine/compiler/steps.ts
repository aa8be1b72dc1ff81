import { elementCount } from '../declaration/tensor-type.ts';
import type { KernelCall, OpCall, Tensor } from '../ops/contract.ts';

/** One kernel call, and the tensors it touches. */
export interface Step {
  readonly call: KernelCall;
  readonly reads: readonly Tensor[];
  readonly writes: readonly Tensor[];
  /** Tensors whose words writes[0] may take. */
  readonly inPlace: readonly Tensor[];
  /** See PlannedCall. */
  readonly nodes: readonly string[];
  readonly multiplyAdds: number;
  readonly bytes: number;
}

const present = (tensors: Readonly<Record<string, Tensor | undefined>>): Tensor[] =>
  Object.values(tensors).filter((tensor) => tensor !== undefined);

/** Tensor → the tensor whose words it is seen in, for the outputs of views. */
export type Views = ReadonlyMap<Tensor, Tensor>;

export function viewsOf(calls: readonly OpCall[]): Views {
  const views = new Map<Tensor, Tensor>();
  for (const { op, inputs, outputs } of calls) {
    const seen = op.view === undefined ? undefined : inputs[op.view];
    const [output] = op.outputs;
    if (seen !== undefined && output !== undefined) {
      views.set(outputs[output] as Tensor, views.get(seen) ?? seen);
    }
  }
  return views;
}

/** Whether a call changes what it is given. */
export const mutates = (call: OpCall): boolean => mutated(call).length > 0;

const mutated = ({ op, inputs }: OpCall): Tensor[] =>
  (op.mutates ?? []).map((name) => inputs[name]).filter((tensor) => tensor !== undefined);

/** Leaves out every call that neither changes a weight or state nor leads to one of `wanted`. Order is kept. */
export function withoutDeadCalls(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): OpCall[] {
  const needed = new Set(wanted);
  const alive: OpCall[] = [];
  for (const call of [...calls].reverse()) {
    if (!mutates(call) && !present(call.outputs).some((tensor) => needed.has(tensor))) continue;
    for (const tensor of present(call.inputs)) needed.add(tensor);
    alive.push(call);
  }
  return alive.reverse();
}

/** The kernel calls that op calls come to; views come to none, and who reads one reads the tensor that it is seen in. */
export const lowerAll = (calls: readonly OpCall[], views: Views): Step[] =>
  calls.filter(({ op }) => op.view === undefined).map((call) => lower(call, views));

export function lower(call: OpCall, views: Views): Step {
  const { op } = call;
  if (op.lower === undefined) throw new Error(`the op ${op.name} is a view and has no kernel`);
  const seen = (tensor: Tensor): Tensor => views.get(tensor) ?? tensor;
  const lowered = op.lower(call);
  const written = [...present(call.outputs), ...mutated(call)];
  const args = Object.entries(lowered.arguments).map(
    ([name, value]): [string, Tensor | number | undefined] => [
      name,
      value === undefined || typeof value === 'number' ? value : seen(value),
    ],
  );
  return {
    call: { ...lowered, arguments: Object.fromEntries(args) },
    reads: present(call.inputs).map(seen),
    writes: written.map(seen),
    inPlace: replaceable(call, written[0]).map(seen),
    nodes: [call.origin, ...(call.joined ?? [])].filter((node) => node !== ''),
    ...op.cost(call.inputs, call.outputs, call.attributes),
  };
}

/** Operands whose words the result may take; one that is broadcast is read again after that, and keeps them. */
const replaceable = ({ op, inputs }: OpCall, result: Tensor | undefined): Tensor[] =>
  (op.inPlace ?? [])
    .flatMap((name) => inputs[name] ?? [])
    .filter(({ shape }) => result !== undefined && elementCount(shape) === elementCount(result.shape));
