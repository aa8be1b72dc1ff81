// Bundles everything that runs on Node or in Electron's main process into one flat folder: worker threads
// and child processes are found there by name, next to whichever chunk starts them.
import { copyFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './bootstrap.mjs';
import { publishFiles } from './publish.mjs';

const entries = {
  cli: 'engine/cli/main.ts',
  'run-worker': 'engine/hosts/run-worker.ts',
  'pool-worker': 'engine/hosts/pool-worker.ts',
  'batch-worker': 'engine/hosts/batch-worker.ts',
  'image-worker': 'engine/hosts/image-worker.ts',
  'measure-worker': 'engine/hosts/measure-worker.ts',
  'model-worker': 'engine/hosts/model-worker.ts',
  'preview-worker': 'engine/hosts/preview-worker.ts',
  'engine-host': 'engine/hosts/utility-process.ts',
  'ort-child': 'engine/hosts/ort-child.ts',
  main: 'electron/main.ts',
};
const preload = 'electron/preload.ts';

const external = [/^node:/, /^electron(\/|$)/, 'onnxruntime-node', 'bufferutil', 'utf-8-validate', /\.node$/];

/** Decoders of images: WebAssembly that is loaded by name. */
const decoders = [
  'jpeg/codec/dec/mozjpeg_dec.wasm',
  'png/codec/pkg/squoosh_png_bg.wasm',
  'webp/codec/dec/webp_dec.wasm',
];

const staging = join(root, 'dist', `.node-${process.pid}`);

async function bundle(input, output) {
  const build = await rolldown({ cwd: root, input, external, platform: 'node', tsconfig: false });
  await build.write({ dir: staging, sourcemap: true, ...output });
  await build.close();
}

try {
  await bundle(entries, {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
  });
  // A sandboxed preload script cannot be an ES module and cannot load a second file.
  await bundle({ preload }, { format: 'cjs', entryFileNames: '[name].cjs' });
  for (const file of decoders)
    copyFileSync(join(root, 'node_modules', '@jsquash', file), join(staging, basename(file)));
  publishFiles(
    staging,
    join(root, 'dist', 'node'),
    (name) => /\.c?js(\.map)?$/.test(name) || decoders.some((file) => basename(file) === name),
  );
} catch (error) {
  rmSync(staging, { recursive: true, force: true });
  console.error(error.message);
  process.exitCode = 1;
}
