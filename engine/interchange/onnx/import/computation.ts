import type { OpCall, Tensor } from '../../../ops/contract.ts';

/** What is known of constants: numbers, or whole numbers that are looked up. */
export type HeldValues = (tensor: Tensor | undefined) => Float32Array | Int32Array | undefined;

/** A model as it computes for some number of rows. */
export interface Computation {
  readonly rows: number;
  readonly calls: readonly OpCall[];
  /** The calls that a call was joined of, where an op has no such form. */
  readonly parts: ReadonlyMap<OpCall, readonly OpCall[]>;
  readonly held: HeldValues;
  /** Numbers of the graph itself, and none of the file's weights. */
  readonly isFixed: (tensor: Tensor) => boolean;
}

/** Tensors and calls of one computation, and those that do the same in the other. */
export interface Twins {
  readonly tensors: ReadonlyMap<Tensor, Tensor>;
  readonly calls: ReadonlyMap<OpCall, OpCall>;
}

/** Undefined where the two differ in more than sizes. */
export function twinsOf(first: Computation, other: Computation): Twins | undefined {
  const each = ({ calls, parts }: Computation): OpCall[] =>
    calls.flatMap((call) => [call, ...(parts.get(call) ?? [])]);
  const [own, others] = [each(first), each(other)];
  if (own.length !== others.length) return undefined;
  const tensors = new Map<Tensor, Tensor>();
  const calls = new Map<OpCall, OpCall>();
  for (const [at, call] of own.entries()) {
    const twin = others[at] as OpCall;
    if (call.op !== twin.op) return undefined;
    calls.set(call, twin);
    for (const side of ['inputs', 'outputs'] as const) {
      for (const [name, tensor] of Object.entries(call[side])) {
        const other = twin[side][name];
        if ((tensor === undefined) !== (other === undefined)) return undefined;
        if (tensor !== undefined && other !== undefined) tensors.set(tensor, other);
      }
    }
  }
  return { tensors, calls };
}
