import type { BoundKernels } from './contract.ts';

interface PortableExports {
  call: (recordAddress: number, begin: number, end: number) => void;
  run: (firstAddress: number, count: number) => void;
  useScratch: (address: number) => void;
}

const wordBytes = 4;

/** Compiles the portable kernels. `bytes` are the content of portable.wasm; the module may be sent to workers. */
export const compilePortable = (bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> =>
  WebAssembly.compile(bytes);

/**
 * Binds the portable kernels to an arena, a shared memory of at least `reservedWords`. Every worker binds its own, with
 * `scratchWords` from word `scratch` on to itself; the module's constants, which each binding writes to the reserved
 * words, are the same bytes each time.
 */
export function bindPortable(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  scratch: number,
): BoundKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const { call, run, useScratch } = instance.exports as unknown as PortableExports;
  useScratch(scratch * wordBytes);
  return {
    name: 'portable',
    call: (record, begin, end) => call(record * wordBytes, begin, end),
    run: (first, count) => run(first * wordBytes, count),
  };
}
