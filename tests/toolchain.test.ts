import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

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
