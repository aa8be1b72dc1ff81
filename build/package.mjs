import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './bootstrap.mjs';

prepare();

const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const args = ['--config', join(root, 'build', 'electron-builder.yml'), '--publish', 'never'];
const result = spawnSync(process.execPath, [builder, ...args, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
