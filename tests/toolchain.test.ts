import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build/bootstrap.mjs';
import { holdingLock } from '../build/lock.mjs';

type LockEntry = { version?: string; resolved?: string; optionalDependencies?: Record<string, string> };
type Lock = { packages: Record<string, LockEntry> };
type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> };

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Tracked files and new files that git would take. */
function repositoryFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listing = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (listing.status !== 0) throw new Error(`git ls-files failed: ${listing.stderr}`);
  return listing.stdout.split('\0').filter((name) => name !== '');
}

function textOf(file: string): string | undefined {
  const bytes = readFileSync(join(root, file));
  return bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString('utf8');
}

describe('the lock file', () => {
  // npm writes an incomplete lock when a registry lags behind on one platform, and `npm ci` refuses it later.
  it.each(['@biomejs/biome', 'oxlint', 'oxlint-tsgolint', 'rolldown', 'typescript'])(
    'names the binaries of %s for every platform',
    (name) => {
      const binaries = Object.keys(lock.packages[`node_modules/${name}`].optionalDependencies ?? {});
      expect(binaries.length).toBeGreaterThan(0);
      expect(binaries.filter((binary) => !(`node_modules/${binary}` in lock.packages))).toEqual([]);
    },
  );

  it('names no download address, so that any registry can serve it', () => {
    const withAddress = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(withAddress.map(([path]) => path)).toEqual([]);
  });
});

describe('the manifest', () => {
  it('pins every dependency to an exact version', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    const loose = all.filter(([, version]) => !/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('runs one version of rolldown, its own and the one inside vite', () => {
    expect(Object.keys(lock.packages).filter((path) => path.endsWith('node_modules/rolldown'))).toHaveLength(
      1,
    );
  });
});

describe('the repository', () => {
  it('names no path of the machine it was written on', () => {
    const machinePaths = [
      ['..', 'shared'],
      ['', 'work', ''],
      ['', 'home', ''],
      ['', 'Users', ''],
    ].map((parts) => parts.join('/'));
    const found = repositoryFiles().flatMap((file) => {
      const text = textOf(file) ?? '';
      return machinePaths.filter((path) => text.includes(path)).map((path) => `${file} contains ${path}`);
    });
    expect(found).toEqual([]);
  });
});

describe('the first screen of the studio', () => {
  const folder = join(root, 'dist', 'renderer');
  let scripts: string[];

  beforeAll(() => {
    ensureBuilt(['renderer']);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const names = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((match) => match[1]);
    scripts = names.map((name) => readFileSync(join(folder, name), 'utf8'));
  });

  it('loads less than 450 kB of compressed program', () => {
    const sizes = scripts.map((script) => gzipSync(script).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(450_000);
    expect(sizes.length).toBeGreaterThan(0);
  });

  it('leaves the typesetting of formulas for later', () => {
    expect(scripts.filter((script) => script.includes('KaTeX parse error'))).toEqual([]);
  });
});

describe('npm run netwright', () => {
  it('takes paths from the folder that it was typed in', () => {
    const { status, stderr } = spawnSync('npm', ['run', '--silent', 'netwright', '--', 'train', './layers'], {
      cwd: join(root, 'engine'),
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(stderr).toContain('./layers: expected a file, found a folder.');
    expect(status).toBe(2);
  });
});

describe('the build lock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-lock-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('lets processes that start together work one after the other', async () => {
    const lockFile = join(folder, 'shared.lock');
    const log = join(folder, 'log.txt');
    const program = `
      import { appendFileSync } from 'node:fs';
      import { holdingLock } from ${JSON.stringify(join(root, 'build', 'lock.mjs'))};
      holdingLock(${JSON.stringify(lockFile)}, () => {
        appendFileSync(${JSON.stringify(log)}, 'in ');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
        appendFileSync(${JSON.stringify(log)}, 'out ');
      });`;
    const started = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' }),
    );
    await Promise.all(started.map((child) => once(child, 'exit')));
    expect(readFileSync(log, 'utf8')).toBe('in out in out in out ');
    expect(existsSync(lockFile)).toBe(false);
  });

  it('is taken over from a process that was killed', () => {
    const lockFile = join(folder, 'abandoned.lock');
    const killed = spawnSync(process.execPath, ['--eval', '']);
    writeFileSync(lockFile, String(killed.pid));
    expect(holdingLock(lockFile, () => 'built')).toBe('built');
  });

  it('is released when the build fails', () => {
    const lockFile = join(folder, 'failing.lock');
    expect(() =>
      holdingLock(lockFile, () => {
        throw new Error('does not compile');
      }),
    ).toThrow('does not compile');
    expect(existsSync(lockFile)).toBe(false);
  });
});
