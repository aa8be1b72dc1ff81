import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Moves freshly built files over the old ones one rename at a time, so that a process starting meanwhile
 * never reads half a file, then removes old files that the new build no longer has.
 */
export function publishFiles(from, to, isOurs) {
  mkdirSync(to, { recursive: true });
  const built = readdirSync(from);
  // Shared chunks come before the entries that import them.
  const entriesLast = built.toSorted((a, b) => Number(!isChunk(a)) - Number(!isChunk(b)));
  for (const name of entriesLast) renameSync(join(from, name), join(to, name));
  for (const name of readdirSync(to)) {
    if (isOurs(name) && !built.includes(name)) rmSync(join(to, name));
  }
  rmSync(from, { recursive: true });
}

function isChunk(name) {
  return name.startsWith('chunk-');
}
