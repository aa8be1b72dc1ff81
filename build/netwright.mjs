#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './bootstrap.mjs';

// npm runs scripts in the package's folder; paths on the command line are meant from where it was typed.
if (process.env.npm_lifecycle_event === 'netwright' && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);

prepare(
  process.argv[2] === 'serve' ? ['kernels', 'native', 'node', 'renderer'] : ['kernels', 'native', 'node'],
);

// A stack trace in a bug report should name TypeScript lines, not bundled ones.
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, 'dist', 'node', 'cli.js')).href);
