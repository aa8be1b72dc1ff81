import { ensureBuilt } from '../../build/bootstrap.mjs';

/** Worker threads and WebAssembly cannot be loaded from TypeScript sources, so tests use the built ones. */
export default function setup(): void {
  for (const part of ['kernels', 'node']) {
    try {
      ensureBuilt([part]);
    } catch (error) {
      console.error(error);
    }
  }
}
