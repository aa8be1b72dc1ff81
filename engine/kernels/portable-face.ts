import { type BoundKernels, mostWorkers, reservedWords } from './contract.ts';

interface PortableExports {
  call: (recordAddress: number, begin: number, end: number) => void;
  run: (firstAddress: number, count: number) => void;
  useScratch: (address: number) => void;
}

const wordBytes = 4;
const scratchWords = 1024;
/** Scratch ends where the reserved words end; below it lie the module's constants. */
const firstScratchWord = reservedWords - mostWorkers * scratchWords;
/** Counts the bindings of this memory; below the module's constants, which start at byte 1024. */
const bindingsWord = 1;

/** Compiles the portable kernels. `bytes` are the content of portable.wasm; the module may be sent to workers. */
export const compilePortable = (bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> =>
  WebAssembly.compile(bytes);

/**
 * Binds the portable kernels to an arena, a shared memory of at least `reservedWords`. Every worker binds its own and
 * gets scratch of its own; the module's constants, which each binding writes to the reserved words, are the same bytes
 * each time. Throws when the arena has no scratch left.
 */
export function bindPortable(module: WebAssembly.Module, memory: WebAssembly.Memory): BoundKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const { call, run, useScratch } = instance.exports as unknown as PortableExports;
  const binding = Atomics.add(new Int32Array(memory.buffer), bindingsWord, 1);
  if (binding >= mostWorkers)
    throw new Error(`an arena has scratch for ${mostWorkers} workers, this is one more`);
  useScratch((firstScratchWord + binding * scratchWords) * wordBytes);
  return {
    name: 'portable',
    call: (record, begin, end) => call(record * wordBytes, begin, end),
    run: (first, count) => run(first * wordBytes, count),
  };
}
