// Compiles the portable kernels: AssemblyScript to one WebAssembly module with SIMD and shared memory.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { main as compile } from 'assemblyscript/asc';
import { root } from './bootstrap.mjs';
import { loadContract } from './contract.mjs';

const folder = 'engine/kernels/portable';
const entry = `${folder}/entry.ts`;
const output = join(root, 'dist', 'node', 'portable.wasm');
const staging = join('dist', `.portable-${process.pid}.wasm`);

// The module gets its memory from the engine. Every instance copies the module's constants to the same
// addresses of that shared memory, so they sit below the arena and no kernel may keep mutable data there.
const flags =
  '--runtime stub --noAssert -O3 --enable simd --enable threads ' +
  '--importMemory --sharedMemory --noExportMemory --initialMemory 2 --maximumMemory 65536 --memoryBase 1024';

const entrySource = writeEntry(await loadContract());
mkdirSync(dirname(output), { recursive: true });
const { error } = await compile([entry, '--outFile', staging, ...flags.split(' ')], {
  baseDir: root,
  readFile: (name, baseDir) => (name === entry ? entrySource : readSource(join(baseDir, name))),
  stdout: process.stderr,
  stderr: process.stderr,
});
if (error !== null) process.exit(1);
renameSync(join(root, staging), output);

/**
 * The module's face to the engine. It is written from the contract's list, so that an opcode always stands for the
 * kernel whose place in the list it is; a kernel that is missing in AssemblyScript is a compile error.
 */
function writeEntry({ kernelNames, recordHeaderWords }) {
  const cases = kernelNames.map(
    (name, opcode) => `    case ${opcode}:\n      kernels.${name}(a, begin, end);\n      return;`,
  );
  return `import * as kernels from './index';

/** Does the share [begin, end) of the call whose record starts at address \`record\`. */
export function call(record: usize, begin: i32, end: i32): void {
  const a = record + ${recordHeaderWords * 4};
  switch (load<i32>(record)) {
${cases.join('\n')}
    default:
      unreachable();
  }
}

/** Does \`count\` consecutive calls from address \`record\` on, each over its whole split. */
export function run(record: usize, count: i32): void {
  for (let done = 0; done < count; done++) {
    call(record, 0, load<i32>(record, 8));
    record += <usize>load<u32>(record, 4) << 2;
  }
}

// Exported one by one as well, which keeps the optimiser from melting them all into \`call\`.
export * from './index';
`;
}

function readSource(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The compiler asks for each place where a module might be.
    return null;
  }
}
