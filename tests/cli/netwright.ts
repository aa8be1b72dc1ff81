import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line as a person starts it: a process of its own. */
const cli = join(process.env['NETWRIGHT_DIST'] ?? 'dist/node', 'cli.js');
const environment = { ...process.env, LANG: 'C', LC_ALL: '', NETWRIGHT_LANG: '' };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, one object per line. */
  readonly objects: readonly Record<string, unknown>[];
}

export type Environment = Readonly<Record<string, string>>;

export function start(args: readonly string[], env: Environment = {}): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function ending(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({ code, stdout, stderr, objects: lines.map((line) => JSON.parse(line)) });
    });
  });
}

export const netwright = (args: readonly string[], env: Environment = {}): Promise<Ended> =>
  ending(start(args, env));

/** The last object of a command's output. */
export function lastOf({ objects, stderr }: Ended): Record<string, unknown> {
  const last = objects.at(-1);
  if (last === undefined) throw new Error(`no object on standard output; standard error: ${stderr}`);
  return last;
}

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/documents/${name}.netwright.json`, import.meta.url));

/** The gallery's projects in its order, but for the empty canvas, which cannot be trained. */
export function trainableTemplates(): string[] {
  const index = readFileSync(new URL('../../assets/templates/index.json', import.meta.url), 'utf8');
  const ids = (JSON.parse(index) as { id: string }[]).map(({ id }) => id);
  return ids.filter((id) => id !== 'empty');
}

/** A folder for one test file, and what removes it. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-cli-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}
