import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnerAlive, ownerHere } from './folder-lock.ts';

/** Marks by which it is known that somebody reads a folder: a file for each, which names its process. */
const ending = '.use';

const marks = new Set<string>();
let cleansUp = false;

/** Hands back what takes the mark away again. A folder that cannot be written to is not marked, and never removed either. */
export function markUse(folder: string): () => void {
  const mark = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}${ending}`);
  try {
    writeFileSync(mark, JSON.stringify(ownerHere('')));
  } catch {
    return () => {};
  }
  marks.add(mark);
  // Of a thread that ends, as of the process.
  if (!cleansUp)
    process.once('exit', () => {
      for (const left of marks) rmSync(left, { force: true });
    });
  cleansUp = true;
  return () => {
    marks.delete(mark);
    rmSync(mark, { force: true });
  };
}

/** Whether a process that lives reads there; marks that others have left are removed. */
export async function isInUse(folder: string): Promise<boolean> {
  const found = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending));
  let isUsed = false;
  for (const name of found) {
    const path = join(folder, name);
    const owner = await readFile(path, 'utf8').catch(() => '');
    if (await isOwnerAlive(owner)) isUsed = true;
    else await rm(path, { force: true });
  }
  return isUsed;
}
