import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { philox } from '../../random/philox.ts';

const imageBytes = 3072;
const recordBytes = 1 + imageBytes;
const recordsPerFile = 10_000;
const names = [...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`), 'test_batch.bin'];

/** A folder with as many images as CIFAR-10 has, in its files: noise, for how it looks makes no difference to loading it. */
export function cifarLikeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'netwright-cifar-'));
  for (const [number, name] of names.entries()) writeFileSync(join(path, name), noise(number));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function noise(file: number): Uint8Array {
  const bytes = new Uint8Array(recordsPerFile * recordBytes);
  const drawn = new Uint32Array(4);
  const drawnBytes = new Uint8Array(drawn.buffer);
  for (let at = 0, block = 0; at < bytes.length; at += drawnBytes.length, block++) {
    philox(drawn, block, file, 0, 0, 1, 0);
    bytes.set(drawnBytes.subarray(0, Math.min(drawnBytes.length, bytes.length - at)), at);
  }
  for (let record = 0; record < recordsPerFile; record++) bytes[record * recordBytes] = record % 10;
  return bytes;
}
