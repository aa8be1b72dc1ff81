import { put, readAll, remove } from './browser-storage.ts';
import type { RecentFile } from './shell.ts';

interface RecentEntry extends RecentFile {
  readonly openedAtMs: number;
}

const kept = 8;

export async function rememberHandle(name: string, handle: unknown): Promise<void> {
  if (!name.endsWith('.json')) return;
  await put('recent', { name, handle, openedAtMs: Date.now() } satisfies RecentEntry);
  const surplus = (await newestFirst()).slice(kept);
  await Promise.all(surplus.map((entry) => remove('recent', entry.name)));
}

export const recentHandles = async (): Promise<readonly RecentFile[]> => await newestFirst();

const newestFirst = async (): Promise<RecentEntry[]> =>
  (await readAll<RecentEntry>('recent')).toSorted((a, b) => b.openedAtMs - a.openedAtMs);
