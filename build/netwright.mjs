#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './bootstrap.mjs';

prepare(process.argv[2] === 'serve' ? ['kernels', 'node', 'renderer'] : ['kernels', 'node']);

// A stack trace in a bug report should name TypeScript lines, not bundled ones.
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, 'dist', 'node', 'cli.js')).href);
