import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where things lie. Sources (engine/hosts) and built files (dist/node) stand at the same depth of the installation, so one
 * rule finds its root from both.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));

export const studioFolder = join(root, 'dist', 'renderer');
export const assetsFolder = join(root, 'assets');

export const version: string = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
).version;

/** NETWRIGHT_HOME, or ~/.netwright: what Netwright keeps for the person between its starts. */
export const homeFolder = (): string =>
  resolve(process.env['NETWRIGHT_HOME'] || join(homedir(), '.netwright'));

/** A folder name of its own for each run: `20261123-154501-032-circle-5f0c`. Sorts by time. */
export function newRunId(documentName: string): string {
  const [day, time] = new Date().toISOString().replace(/[-:Z]/g, '').replace('.', '-').split('T');
  const slug = documentName
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  // Two runs may begin in the same millisecond, in different processes.
  const distinction = randomBytes(2).toString('hex');
  return [day, time, slug, distinction].filter((part) => part !== '').join('-');
}

/** Where the runs are that nobody gave a folder of its own. */
export const runsFolder = (): string => join(homeFolder(), 'runs');

export const runFolderFor = (runId: string): string => join(runsFolder(), runId);

/** Where known sets lie that were downloaded, a folder for each. */
export const datasetsFolder = (): string => join(homeFolder(), 'datasets');

/** Where images lie as they were brought to size, a folder for each set: what can be made anew. */
export const preparedFolder = (): string => join(homeFolder(), 'prepared');
