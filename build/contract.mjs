import { join } from 'node:path';
import { build } from 'rolldown';
import { root } from './bootstrap.mjs';

/** The kernels' contract as a module: Node 20 runs no TypeScript. */
export async function loadContract() {
  const { output } = await build({
    input: join(root, 'engine/kernels/contract.ts'),
    write: false,
    logLevel: 'warn',
  });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
