// Compiles the portable kernels: AssemblyScript to one WebAssembly module with SIMD and shared memory.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { main as compile } from 'assemblyscript/asc';
import { root } from './bootstrap.mjs';

const entry = 'engine/kernels/portable/index.ts';
const output = join(root, 'dist', 'node', 'portable.wasm');
const staging = join('dist', `.portable-${process.pid}.wasm`);

if (!existsSync(join(root, entry))) {
  console.error(`warning: ${entry} is missing, portable.wasm is not built`);
  process.exit(0);
}

// The module gets its memory from the engine. Every instance copies the module's constants to the same
// addresses of that shared memory, so they sit below the arena and no kernel may keep mutable statics.
const flags =
  '--runtime stub --noAssert -O3 --enable simd --enable threads ' +
  '--importMemory --sharedMemory --noExportMemory --initialMemory 2 --maximumMemory 65536 --memoryBase 1024';

const { error } = await compile([entry, '--outFile', staging, ...flags.split(' ')], {
  baseDir: root,
  stdout: process.stderr,
  stderr: process.stderr,
});
if (error !== null) process.exit(1);

mkdirSync(join(root, 'dist', 'node'), { recursive: true });
renameSync(join(root, staging), output);
