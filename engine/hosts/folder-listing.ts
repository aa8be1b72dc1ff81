import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FolderEntry, FolderListing } from '../protocol/data-messages.ts';
import { unreadable } from './person-files.ts';
import { fullPath } from './source-files.ts';

const mostEntries = 500;

/** What a person can choose from in a folder: hidden things and devices are left out. Throws a NetwrightError. */
export async function listFolder(given = homedir()): Promise<FolderListing> {
  const asked = fullPath(given);
  try {
    const path = (await stat(asked)).isDirectory() ? asked : dirname(asked);
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
    const found: FolderEntry[] = [];
    for (const name of names.toSorted((a, b) => a.localeCompare(b)).slice(0, 4 * mostEntries)) {
      const entry = await stat(join(path, name)).catch(() => undefined);
      if (entry?.isDirectory() !== true && entry?.isFile() !== true) continue;
      found.push({ name, isFolder: entry.isDirectory(), sizeBytes: entry.isFile() ? entry.size : 0 });
    }
    const sorted = found.toSorted((a, b) => Number(b.isFolder) - Number(a.isFolder));
    const parent = dirname(path);
    return {
      path,
      parent: parent === path ? undefined : parent,
      entries: sorted.slice(0, mostEntries),
      more: Math.max(0, names.length - mostEntries),
    };
  } catch (error) {
    throw unreadable(asked, error);
  }
}
