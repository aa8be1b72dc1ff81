import type { OpCall, Tensor } from '../ops/contract.ts';

/** Tensor → the calls that read it, in their order. */
export function readersOf(calls: readonly OpCall[]): ReadonlyMap<Tensor, readonly OpCall[]> {
  const readers = new Map<Tensor, OpCall[]>();
  for (const call of calls) {
    for (const tensor of Object.values(call.inputs)) {
      if (tensor !== undefined) readers.set(tensor, [...(readers.get(tensor) ?? []), call]);
    }
  }
  return readers;
}
