import type { ArgumentsOf, KernelName } from '../contract.ts';

/**
 * What the reference kernels compute on. In float32 mode both views show the same bytes; in float64 mode they are
 * two arrays of equal length, floats in `f`, whole numbers (targets, counts, steps) in `i`, at the same word indices.
 */
export interface Memory {
  readonly f: Float32Array | Float64Array;
  readonly i: Int32Array;
}

/** Does the share [begin, end) of one call; `a` are its arguments, tensors as word indices. */
export type ReferenceKernel<K extends KernelName> = (
  m: Memory,
  a: ArgumentsOf<K>,
  begin: number,
  end: number,
) => void;

const keep = (x: number): number => x;

/**
 * What every step of arithmetic passes through: rounding to float32, or nothing in float64 mode. Because + − × ÷ √ of
 * float32 numbers, done in float64 and rounded once, are the correctly rounded float32 results, the portable kernels
 * have to match these bit for bit.
 */
export const rounding = (m: Memory): ((x: number) => number) =>
  m.f instanceof Float32Array ? Math.fround : keep;
