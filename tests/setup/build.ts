import { ensureBuilt } from '../../build/bootstrap.mjs';

/** Worker threads and WebAssembly cannot be loaded from TypeScript sources, so tests use the built ones. */
export default function setup(): void {
  ensureBuilt(['kernels', 'native', 'node']);
}
