import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './bootstrap.mjs';

const target = join(root, 'dist', 'renderer');
const staging = join(root, 'dist', `.renderer-${process.pid}`);
const former = join(root, 'dist', `.renderer-former-${process.pid}`);

// A test runner that starts this build says 'test' here, and React would come in its slow development form.
process.env.NODE_ENV = 'production';
await build({
  configFile: join(root, 'build', 'vite.config.ts'),
  build: { outDir: staging, emptyOutDir: true },
});

// A server that is running meanwhile sees either the old studio or the new one.
if (existsSync(target)) renameSync(target, former);
renameSync(staging, target);
rmSync(former, { recursive: true, force: true });
