import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../../build/bootstrap.mjs';

/** Worker threads and WebAssembly cannot be loaded from TypeScript sources, so tests use the built ones. */
export default function setup(): () => void {
  ensureBuilt(['kernels', 'native', 'node']);
  // What Netwright keeps for a person is not touched by tests.
  const home = mkdtempSync(join(tmpdir(), 'netwright-home-'));
  process.env['NETWRIGHT_HOME'] = home;
  return () => rmSync(home, { recursive: true, force: true });
}
