import { put, readAll, remove } from './browser-storage.ts';

/**
 * Every tab keeps its unsaved document under its own name, and holds a lock of that name while it lives. A document
 * whose lock nobody holds was left behind by a tab that crashed or was closed; the next tab takes it over.
 */
interface RecoveryEntry {
  readonly owner: string;
  readonly json: string;
  readonly writtenAtMs: number;
}

const key = 'netwright.tab';
const lockOf = (owner: string): string => `netwright-document-${owner}`;

let owner: Promise<string> | undefined;

async function claimOwn(): Promise<string> {
  // Kept over a reload; a duplicated tab inherits the name, but not the lock.
  const remembered = sessionStorage.getItem(key);
  for (let attempt = 0; remembered !== null && attempt < 4; attempt++) {
    if (await claim(remembered)) return remembered;
    // The page before the reload may still be letting go of it.
    await new Promise((resolve) => window.setTimeout(resolve, 50));
  }
  const fresh = crypto.randomUUID();
  await claim(fresh);
  return fresh;
}

/** Takes the name for as long as the tab lives; false when another tab has it. */
function claim(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(lockOf(name), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (lock === null) return undefined;
      sessionStorage.setItem(key, name);
      return new Promise(() => {});
    });
  });
}

export async function readRecovery(): Promise<string | undefined> {
  owner ??= claimOwn();
  const own = await owner;
  const entries = await readAll<RecoveryEntry>('recovery');
  const mine = entries.find((entry) => entry.owner === own);
  if (mine !== undefined) return mine.json;
  for (const entry of entries.toSorted((a, b) => b.writtenAtMs - a.writtenAtMs)) {
    if (await claim(entry.owner)) {
      owner = Promise.resolve(entry.owner);
      return entry.json;
    }
  }
  return undefined;
}

export async function writeRecovery(json: string | undefined): Promise<void> {
  owner ??= claimOwn();
  const own = await owner;
  if (json === undefined) await remove('recovery', own);
  else await put('recovery', { owner: own, json, writtenAtMs: Date.now() } satisfies RecoveryEntry);
}
