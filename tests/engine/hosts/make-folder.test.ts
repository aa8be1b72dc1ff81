import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../../engine/hosts/make-folder.ts';

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'netwright-folder-'));
});

afterEach(() => rmSync(place, { recursive: true }));

describe('making a folder', () => {
  it('makes the missing ones above it too', async () => {
    await makeFolder(join(place, 'a', 'b', 'c'));
    expect(statSync(join(place, 'a', 'b', 'c')).isDirectory()).toBe(true);
  });

  it('is content with one that is there, also when several ask at once', async () => {
    const folder = join(place, 'a', 'b');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(folder)]);
    await makeFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it('fails below a file', async () => {
    writeFileSync(join(place, 'file'), '');
    await expect(makeFolder(join(place, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')(
    'fails, and does not wait for ever, where nobody can make one',
    async () => {
      await expect(makeFolder('/proc/netwright/run')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
