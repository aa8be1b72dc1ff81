import type { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import { byteContent, numbered, sharedBytes } from './bytes.ts';
import {
  dataError,
  type Reader,
  requireSampleMemory,
  type SourceFile,
  type SourceFiles,
} from './contract.ts';
import { type PartName, partOrder, partWithin, settled, withoutPart } from './parts.ts';

/**
 * IDX: two zero bytes, a byte for the type of the numbers, one for how many dimensions there are, each dimension as a
 * big-endian word, and then the numbers. Images are bytes [N, H, W], labels bytes [N].
 */
interface IdxFile {
  readonly file: SourceFile;
  readonly dims: readonly number[];
  readonly headerBytes: number;
  readonly bytes: number;
}

/** Images and their labels. */
interface Part {
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

const byteType = 0x08;
const types: Readonly<Record<number, string>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};
const mostDims = 4;
/** A folder may hold other things, but not so many that each is looked into. */
const mostLookedAt = 64;
const otherKinds = /\.(png|jpe?g|webp|gif|bmp|csv|tsv|txt|md|json|npy|npz|tar|zip|py|html?)$/i;

const candidates = ({ files, chosen }: SourceFiles): readonly SourceFile[] => {
  const all = files.filter(({ name }) => !otherKinds.test(name));
  return [
    ...all.filter(({ name }) => name === chosen),
    ...all.filter(({ name }) => name !== chosen).slice(0, mostLookedAt),
  ];
};

async function headerOf(file: SourceFile): Promise<IdxFile | undefined> {
  const head = await file.head(4 + 4 * mostDims);
  const [zero, also, type = 0, dimensions = 0] = head;
  const headerBytes = 4 + 4 * dimensions;
  if (zero !== 0 || also !== 0 || types[type] === undefined || dimensions < 1 || dimensions > mostDims)
    return undefined;
  if (head.length < headerBytes) {
    throw truncated(file, headerBytes, head.length);
  }
  const view = new DataView(head.buffer, head.byteOffset);
  const dims = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const bytes = dims.reduce((product, n) => product * n, 1);
  if (type !== byteType) {
    throw dataError(
      'idx-type',
      file.place,
      text(
        `expected numbers of type uint8, found ${types[type]}`,
        `数值类型应为 uint8，实际为 ${types[type]}`,
      ),
    );
  }
  return { file, dims, headerBytes, bytes };
}

const truncated = (file: SourceFile, expected: number, found: number): NetwrightError =>
  dataError(
    'truncated',
    file.place,
    text(
      `expected ${expected} bytes, found ${found}: the file is cut off`,
      `应有 ${expected} 字节，实际为 ${found} 字节：文件不完整`,
    ),
  );

/** What images and their labels have in common in their names: `train`, `emnist-letters-train`. */
const stemOf = (name: string): string =>
  (name.split('/').at(-1) ?? name)
    .toLowerCase()
    .replace(/images?|labels?|imgs?|lbls?|idx\d?|u?bytes?/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** One for training, and perhaps one for validation and one for testing. */
async function partsIn(
  files: SourceFiles,
): Promise<Readonly<Partial<Record<PartName, Part>>> & { train: Part }> {
  const headers: IdxFile[] = [];
  for (const file of candidates(files)) {
    const header = await headerOf(file);
    if (header !== undefined) headers.push(header);
  }
  const images = headers.filter(({ dims }) => dims.length >= 3);
  const labels = headers.filter(({ dims }) => dims.length === 1);
  const chosen = files.chosen === undefined ? undefined : withoutPart(stemOf(files.chosen));
  const parts = images
    .filter(({ file }) => chosen === undefined || withoutPart(stemOf(file.name)) === chosen)
    .map((part) => ({ images: part, labels: labelsFor(part, images, labels) }));
  const names = settled(parts.map((part) => partWithin(stemOf(part.images.file.name)))).map(
    (name) => name ?? 'train',
  );
  // A single part is there to be trained on, whatever it is called.
  const only = parts.length === 1 ? parts[0] : undefined;
  const found = partOrder.map((wanted) => parts.filter((_, i) => names[i] === wanted));
  const [train = only, validation, test] = found.map(([part]) => part);
  if (parts.length === 0) {
    throw dataError(
      'idx-no-images',
      files.path,
      text(
        'expected an IDX file of images [N, H, W], found only labels',
        '应有图像 IDX 文件 [N, H, W]，实际只有标签',
      ),
    );
  }
  if (train === undefined || found.some(({ length }) => length > 1)) {
    const list = parts.map((part) => part.images.file.name).join(', ');
    throw dataError(
      'idx-several',
      files.path,
      text(
        `expected one set of images to train on and one to test with, found ${list}; open one of these files instead of the folder`,
        `应有一组训练图像和一组测试图像，实际有 ${list}；请直接打开其中一个文件`,
      ),
    );
  }
  if (train === only) return { train };
  return { train, ...(validation && { validation }), ...(test && { test }) };
}

/** The labels whose name goes with the images', or the only ones there are of as many. */
function labelsFor(part: IdxFile, images: readonly IdxFile[], labels: readonly IdxFile[]): IdxFile {
  const stem = stemOf(part.file.name);
  const sameName = labels.filter(({ file }) => stemOf(file.name) === stem);
  const sameCount = labels.filter(({ dims }) => dims[0] === part.dims[0]);
  const alone = images.length === 1 && labels.length === 1 ? labels : [];
  const found = sameName.length === 1 ? sameName[0] : sameCount.length === 1 ? sameCount[0] : alone[0];
  if (found === undefined) {
    throw dataError(
      'idx-no-labels',
      part.file.place,
      text(
        `expected an IDX file with ${part.dims[0]} labels beside it, found none`,
        `旁边应有包含 ${part.dims[0]} 个标签的 IDX 文件，但没有找到`,
      ),
    );
  }
  if (found.dims[0] === part.dims[0]) return found;
  throw dataError(
    'idx-counts',
    found.file.place,
    text(
      `expected ${part.dims[0]} labels, as many as images in ${part.file.name}, found ${found.dims[0]}`,
      `应有 ${part.dims[0]} 个标签，与 ${part.file.name} 的图像数相同，实际为 ${found.dims[0]} 个`,
    ),
  );
}

async function numbersOf({ file, headerBytes, bytes }: IdxFile): Promise<Uint8Array> {
  const whole = await file.read(headerBytes + bytes);
  if (whole.length < headerBytes + bytes) throw truncated(file, headerBytes + bytes, whole.length);
  return whole.subarray(headerBytes);
}

function requireSameSize(test: IdxFile, train: IdxFile): void {
  const [expected, found] = [train, test].map(({ dims }) => dims.slice(1).join('×'));
  if (expected === found) return;
  throw dataError(
    'idx-sizes',
    test.file.place,
    text(
      `expected images of ${expected} as in ${train.file.name}, found ${found}`,
      `图像应与 ${train.file.name} 一样为 ${expected}，实际为 ${found}`,
    ),
  );
}

function requireImages({ file, dims }: IdxFile): void {
  if (dims.length === 3 && dims.every((n) => n > 0)) return;
  throw dataError(
    'idx-shape',
    file.place,
    text(
      `expected images [N, height, width] with no dimension of 0, found [${dims.join(', ')}]`,
      `图像应为 [N, 高, 宽] 且各维不为 0，实际为 [${dims.join(', ')}]`,
    ),
  );
}

export const idxReader: Reader = {
  type: 'idx',
  readBy: [],
  async recognises(files) {
    if (files.chosen !== undefined) {
      const file = files.files.find(({ name }) => name === files.chosen);
      return file !== undefined && isIdx(file);
    }
    for (const file of candidates(files)) if (await isIdx(file)) return true;
    return false;
  },
  async read(files) {
    const { train, validation, test } = await partsIn(files);
    const parts = [train, validation, test].filter((part) => part !== undefined);
    for (const { images } of parts) requireImages(images);
    for (const other of parts.slice(1)) requireSameSize(other.images, train.images);
    const bytes = parts.reduce((sum, { images }) => sum + images.bytes, 0);
    const count = parts.reduce((sum, { labels }) => sum + labels.bytes, 0);
    requireSampleMemory(bytes + 4 * count, train.images.file.place);
    // A header may promise more than there is: room is made for what was read.
    const read: { images: Uint8Array; labels: Uint8Array }[] = [];
    for (const { images, labels } of parts) {
      read.push({ images: await numbersOf(images), labels: await numbersOf(labels) });
    }
    const x = sharedBytes(bytes); // [count, 1, H, W]
    const y = new Int32Array(count); // [count]
    let [atImage, atLabel] = [0, 0];
    for (const { images, labels } of read) {
      x.set(images, atImage);
      y.set(labels, atLabel);
      atImage += images.length;
      atLabel += labels.length;
    }
    const classes = y.reduce((most, label) => Math.max(most, label), 0) + 1;
    const [, height = 0, width = 0] = train.images.dims;
    return byteContent({
      count,
      shape: [1, height, width],
      x,
      validation: validation?.labels.bytes ?? 0,
      test: test?.labels.bytes ?? 0,
      columns: [{ name: 'label', values: numbered(classes), labels: y }],
    });
  },
};

/** A file that has the magic but no more is for `read` to refuse. */
async function isIdx(file: SourceFile): Promise<boolean> {
  const [zero, also, type = 0, dimensions = 0] = await file.head(4);
  return zero === 0 && also === 0 && types[type] !== undefined && dimensions >= 1 && dimensions <= mostDims;
}
