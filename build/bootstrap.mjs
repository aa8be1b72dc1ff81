// Brings a fresh clone to a state in which everything can run: packages installed, parts built.
// Plain Node without dependencies, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdingLock } from './lock.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const lockFile = join(root, 'package-lock.json');
const installStamp = join(root, 'node_modules', '.netwright-lock');

/**
 * What each part is made from. A part is stale when any byte of its inputs changed; the lock file counts as
 * an input of every part because it names the compilers.
 */
const parts = {
  kernels: {
    script: 'build/kernels.mjs',
    inputs: [
      'build/kernels.mjs',
      'build/contract.mjs',
      'engine/kernels/argument.ts',
      'engine/kernels/contract.ts',
      'engine/kernels/declared',
      'engine/kernels/portable',
    ],
    output: 'dist/node/portable.wasm',
  },
  native: {
    script: 'build/native.mjs',
    inputs: [
      'build/native.mjs',
      'build/contract.mjs',
      'engine/kernels/argument.ts',
      'engine/kernels/contract.ts',
      'engine/kernels/declared',
      'engine/kernels/native',
    ],
    output: 'dist/node/native.json',
  },
  node: {
    script: 'build/node.mjs',
    inputs: ['build/node.mjs', 'package.json', 'assets', 'engine', 'electron'],
    output: 'dist/node/cli.js',
  },
  renderer: {
    script: 'build/renderer.mjs',
    inputs: [
      'build/renderer.mjs',
      'build/vite.config.ts',
      'assets',
      'renderer',
      'engine/compiler',
      'engine/data',
      'engine/declaration',
      'engine/document',
      'engine/initializers',
      'engine/kernels/argument.ts',
      'engine/kernels/contract.ts',
      'engine/kernels/declared',
      'engine/kernels/telemetry.ts',
      'engine/layers',
      'engine/losses',
      'engine/ops',
      'engine/optimizers',
      'engine/protocol',
      'engine/random',
    ],
    output: 'dist/renderer/index.html',
  },
};

export const allParts = Object.keys(parts);

export function ensureInstalled() {
  if (isInstalled()) return;
  holdingLock(join(root, 'dist', 'install.lock'), () => {
    if (isInstalled()) return;
    if (!installedTreeMatchesLock())
      runStep('installing packages (npm ci)', npmCommand(), ['ci', '--include=dev', '--loglevel=error']);
    writeFileSync(installStamp, digestOf([lockFile]));
  });
}

/** Builds the parts that are missing or stale; throws with the compiler's output when one fails. */
export function ensureBuilt(names = allParts) {
  for (const name of names) {
    if (isFresh(name)) continue;
    holdingLock(join(root, 'dist', `${name}.lock`), () => {
      if (isFresh(name)) return;
      const digest = digestOfPart(name);
      runStep(`building ${name}`, process.execPath, [join(root, parts[name].script)]);
      writeFileSync(join(root, 'dist', `${name}.stamp`), digest);
    });
  }
}

export class StepFailed extends Error {}

/** The first act of every entry script: everything installed and built, or an explanation and an end. */
export function prepare(names = allParts) {
  try {
    ensureInstalled();
    ensureBuilt(names);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function isInstalled() {
  return textOf(installStamp) === digestOf([lockFile]);
}

/** True when npm's own record of node_modules names the same packages as the lock: nothing to reinstall. */
function installedTreeMatchesLock() {
  const record = textOf(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const present = JSON.parse(record).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    if (found === undefined ? !entry.optional : found.version !== entry.version) return false;
  }
  return Object.keys(present).every((path) => path in wanted);
}

function isFresh(name) {
  return (
    existsSync(join(root, parts[name].output)) &&
    textOf(join(root, 'dist', `${name}.stamp`)) === digestOfPart(name)
  );
}

function digestOfPart(name) {
  return digestOf([lockFile, ...parts[name].inputs.flatMap((input) => filesUnder(join(root, input)))]);
}

function filesUnder(path) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)],
    );
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function runStep(title, command, args) {
  const started = Date.now();
  mkdirSync(join(root, 'dist'), { recursive: true });
  process.stderr.write(`${title} …\n`);
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command.endsWith('.cmd'),
  });
  if (result.error !== undefined) throw new StepFailed(`${title} failed: ${result.error.message}`);
  if (result.status !== 0) {
    const ending = result.signal ?? `exit code ${result.status}`;
    throw new StepFailed(`${title} failed (${ending}):\n${result.stdout}${result.stderr}`.trimEnd());
  }
  // Standard output belongs to the command that follows: the CLI prints JSON there.
  if (result.stderr !== '') process.stderr.write(result.stderr);
  process.stderr.write(`${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function npmCommand() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
