import { mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePersonFile } from '../../../engine/hosts/person-files.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'netwright-files-'));
});
afterEach(() => rmSync(place, { recursive: true }));

describe('writing a file that a person named', () => {
  it('replaces what a link names and leaves the link', async () => {
    const [file, link] = [join(place, 'net.onnx'), join(place, 'latest.onnx')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await writePersonFile(link, new TextEncoder().encode('new'));
    expect(readlinkSync(link)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it.runIf(process.platform === 'linux')('refuses a device instead of replacing it', async () => {
    // A link, so that a failure of this test does not cost this machine its device.
    const link = join(place, 'null');
    symlinkSync('/dev/null', link);
    await expect(writePersonFile(link, new Uint8Array(1))).rejects.toThrow(
      `${link}: expected a file to write, found a device.`,
    );
    expect(readlinkSync(link)).toBe('/dev/null');
  });

  it('says what is in the way', async () => {
    writeFileSync(join(place, 'file'), '');
    await expect(writePersonFile(join(place, 'file', 'net.onnx'), new Uint8Array(1))).rejects.toThrow(
      'expected a place that can be written to, found a file in place of a folder (ENOTDIR).',
    );
    await expect(writePersonFile(place, new Uint8Array(1))).rejects.toThrow(
      'expected a file to write, found a folder.',
    );
  });
});
