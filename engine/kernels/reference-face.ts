import type { ArgumentsOf, BoundKernels, KernelName } from './contract.ts';
import { decodeArguments, decodeKernel } from './record.ts';
import { type Memory, type ReferenceKernel, referenceKernels } from './reference/index.ts';

const table: { readonly [K in KernelName]: ReferenceKernel<K> } = referenceKernels;

function callKernel<K extends KernelName>(
  memory: Memory,
  name: K,
  a: ArgumentsOf<K>,
  begin: number,
  end: number,
): void {
  const kernel: ReferenceKernel<K> = table[name];
  kernel(memory, a, begin, end);
}

/**
 * The reference kernels on an arena whose records stand in `memory.i`. Records are decoded anew at each call: their
 * cost does not matter next to the plain loops, and whoever rewrites a record needs not tell.
 */
export function bindReference(memory: Memory): BoundKernels {
  const call = (record: number, begin: number, end: number): void => {
    const name = decodeKernel(memory.i, record);
    callKernel(memory, name, decodeArguments(name, memory.i, record), begin, end);
  };
  return {
    name: 'reference',
    call,
    run(first, count) {
      let record = first;
      for (let done = 0; done < count; done++) {
        call(record, 0, memory.i[record + 2]);
        record += memory.i[record + 1];
      }
    },
  };
}
