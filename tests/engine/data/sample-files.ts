import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  dataError,
  mostImageBytes,
  type SizeImages,
  type SourceFiles,
} from '../../../engine/data/readers/contract.ts';
import { sizeImage } from '../../../engine/data/readers/size-image.ts';
import { type Text, text } from '../../../engine/declaration/text.ts';
import { decodeImage } from '../../../engine/hosts/image-decoder.ts';
import { RandomStream } from '../../../engine/random/stream.ts';

/** Small files in the formats that real sets have. */

export type FilesByName = Readonly<Record<string, Uint8Array>>;

/** Header and numbers: bytes of any shape. */
export function idx(dims: readonly number[], bytes: Uint8Array, type = 0x08): Uint8Array {
  const file = new Uint8Array(4 + 4 * dims.length + bytes.length);
  file.set([0, 0, type, dims.length]);
  const view = new DataView(file.buffer);
  for (const [i, n] of dims.entries()) view.setUint32(4 + 4 * i, n);
  file.set(bytes, 4 + 4 * dims.length);
  return file;
}

/** A bright bar on a dark and noisy ground: its row is the class. [count, 1, size, size] and [count]. */
export function barImages(count: number, classes: number, size: number, seed = 1) {
  const random = new RandomStream(seed, 77);
  const images = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % classes;
    labels[i] = label;
    for (let at = 0; at < size * size; at++) images[i * size * size + at] = random.below(90);
    const row = Math.floor((label * size) / classes);
    for (let column = 0; column < size; column++)
      images[i * size * size + row * size + column] = 160 + random.below(90);
  }
  return { images, labels };
}

/** Four files as MNIST has them. */
export function mnistLike(
  { train = 120, test = 40, classes = 4, size = 8 } = {},
  compressed = false,
): FilesByName {
  const part = (count: number, seed: number) => {
    const { images, labels } = barImages(count, classes, size, seed);
    return { images: idx([count, size, size], images), labels: idx([count], labels) };
  };
  const [a, b] = [part(train, 1), part(test, 2)];
  const plain = {
    'train-images-idx3-ubyte': a.images,
    'train-labels-idx1-ubyte': a.labels,
    't10k-images-idx3-ubyte': b.images,
    't10k-labels-idx1-ubyte': b.labels,
  };
  if (!compressed) return plain;
  return Object.fromEntries(Object.entries(plain).map(([name, file]) => [`${name}.gz`, gzipSync(file)]));
}

/** Records of CIFAR-100 (coarse and fine label) or of CIFAR-10 (one): the mean colour goes with the first label. */
export function cifarRecords(count: number, labels: 1 | 2, seed = 1): Uint8Array {
  const random = new RandomStream(seed, 78);
  const size = labels + 3072;
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const first = i % 10;
    bytes[i * size] = first;
    if (labels === 2) bytes[i * size + 1] = 5 * first + (i % 5);
    for (let at = 0; at < 3072; at++) {
      const plane = Math.floor(at / 1024);
      bytes[i * size + labels + at] = (plane === first % 3 ? 20 * first + 40 : 10) + random.below(16);
    }
  }
  return bytes;
}

type Numbers = Uint8Array | Int8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** As numpy.save writes it, little-endian. */
export function npy(descr: string, shape: readonly number[], values: Numbers, order = 'False'): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const said = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
  const padded = said.padEnd(Math.ceil((said.length + 11) / 64) * 64 - 11 + 53).slice(0, 117);
  const header = new TextEncoder().encode(`${padded}\n`);
  const file = new Uint8Array(10 + header.length + values.byteLength);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  file.set(header, 10);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + header.length);
  return file;
}

const lines = (count: number, name: string): Uint8Array =>
  new TextEncoder().encode(`${Array.from({ length: count }, (_, i) => `${name} ${i}`).join('\n')}\n`);

export const cifar100Like = (train = 60, test = 20): FilesByName => ({
  'train.bin': cifarRecords(train, 2),
  'test.bin': cifarRecords(test, 2, 2),
  'fine_label_names.txt': lines(100, 'fine'),
  'coarse_label_names.txt': lines(20, 'coarse'),
});

export const cifar10Like = (): FilesByName => ({
  'data_batch_1.bin': cifarRecords(30, 1),
  'data_batch_2.bin': cifarRecords(30, 1, 2),
  'test_batch.bin': cifarRecords(10, 1, 3),
  'batches.meta.txt': lines(10, 'thing'),
});

const sizedInMemory: SizeImages = async (files, size) => {
  const rows: Uint8Array[] = [];
  const wrong = new Map<number, Text>();
  for (const [i, file] of files.entries()) {
    const sized = await sizeImage(await file.read(mostImageBytes), file.name, size, decodeImage);
    if (sized instanceof Uint8Array) rows.push(sized);
    else wrong.set(i, sized);
  }
  return { rows: Uint8Array.from(rows.flatMap((row) => [...row])), wrong };
};

/** What a reader sees of files that lie nowhere. */
export function memoryFiles(files: FilesByName, chosen?: string): SourceFiles {
  return {
    path: '/memory',
    chosen,
    folders: [],
    sizeImages: sizedInMemory,
    files: Object.entries(files).map(([name, bytes]) => ({
      name,
      place: `/memory/${name}`,
      head: (count) => Promise.resolve(bytes.slice(0, count)),
      read: (limit) =>
        bytes.length <= limit
          ? Promise.resolve(bytes.slice())
          : Promise.reject(
              dataError(
                'file-too-large',
                `/memory/${name}`,
                text(`expected at most ${limit} bytes`, `最多 ${limit} 字节`),
              ),
            ),
    })),
  };
}

/** A folder for one test file, with what writes into it and what removes it. */
export function dataFolder() {
  const root = mkdtempSync(join(tmpdir(), 'netwright-data-'));
  const path = (name: string): string => join(root, name);
  return {
    path,
    write(folder: string, files: FilesByName): string {
      for (const [name, bytes] of Object.entries(files)) {
        const file = path(join(folder, name));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
      return path(folder);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
