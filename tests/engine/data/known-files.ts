import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { knownSets } from '../../../engine/data/known/index.ts';
import { barImages, idx } from './sample-files.ts';

const [classes, size, tile] = [10, 28, 20];

/** As many images as there are in the real set, and no two of a part alike: the first three bytes tell them apart. */
function part(count: number, number: number): { readonly images: Uint8Array; readonly labels: Uint8Array } {
  const few = barImages(tile, classes, size, number);
  const images = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row += tile) {
    images.set(few.images, row * size * size);
    labels.set(few.labels, row);
  }
  for (let row = 0; row < count; row++) images.set([row & 255, row >> 8, number], row * size * size);
  return { images: idx([count, size, size], images), labels: idx([count], labels) };
}

/**
 * A set of digits or clothes as if it had been downloaded: with zeros after what is compressed, up to the sizes that the
 * real files have. The first two test images are training images 5 and 6.
 */
export function downloaded(home: string, id: 'mnist' | 'fashion-mnist'): string {
  const [train, test] = [part(60_000, 1), part(10_000, 2)];
  const image = size * size;
  test.images.set(train.images.subarray(16 + 5 * image, 16 + 7 * image), 16);
  const files = [train.images, train.labels, test.images, test.labels];
  const folder = join(home, 'datasets', id);
  mkdirSync(folder, { recursive: true });
  const set = knownSets.find((known) => known.id === id);
  for (const [i, { name, sizeBytes }] of (set?.files ?? []).entries()) {
    const path = join(folder, name);
    writeFileSync(path, gzipSync(files[i] as Uint8Array, { level: 1 }));
    truncateSync(path, sizeBytes);
  }
  return folder;
}
