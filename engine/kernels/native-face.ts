import type { BoundKernels } from './contract.ts';

/** What the compiled module offers (native/addon.cc). */
export interface NativeAddon {
  /** The instruction sets that this processor has, the best first: `AVX-512`, `AVX2`, `SSE2`. */
  readonly instructions: readonly string[];
  /** Floating-point operations per second of one thread, out of registers alone; measured for about `seconds`. */
  peak(seconds: number): number;
  /** `words` shows the whole arena; `set` is a place among the instructions. */
  bind(words: Int32Array, set: number): NativeBinding;
}

interface NativeBinding {
  /** Does the share [begin, end) of the call at word `record`; false where there is no native kernel for it. */
  call(record: number, begin: number, end: number): boolean;
  /** Does up to `count` consecutive calls and says how many: it stops at the first one it has no kernel for. */
  run(first: number, count: number): number;
}

/**
 * Binds the native kernels to an arena: those for the best instruction set, unless another one is asked for. Calls that they
 * have no kernel for go to `portable`.
 */
export function bindNative(
  addon: NativeAddon,
  words: Int32Array,
  portable: BoundKernels,
  set = 0,
): BoundKernels {
  const native = addon.bind(words, set);
  return {
    name: 'native',
    call(record, begin, end) {
      if (!native.call(record, begin, end)) portable.call(record, begin, end);
    },
    run(first, count) {
      let record = first;
      let left = count;
      for (;;) {
        const done = native.run(record, left);
        if (done === left) return;
        for (let i = 0; i < done; i++) record += words[record + 1];
        portable.call(record, 0, words[record + 2]);
        record += words[record + 1];
        left -= done + 1;
      }
    },
  };
}
