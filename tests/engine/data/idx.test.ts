import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { idxReader } from '../../../engine/data/readers/idx.ts';
import { openData, openedReport, readFiles } from '../../../engine/hosts/data-files.ts';
import { openSourceFiles } from '../../../engine/hosts/source-files.ts';
import { expectSentence } from '../declared.ts';
import { fuzz } from './fuzz.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import { barImages, dataFolder, idx, memoryFiles, mnistLike } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const read = (files: Parameters<typeof memoryFiles>[0], chosen?: string) =>
  idxReader.read(memoryFiles(files, chosen), {});

describe('a folder in the form of MNIST', () => {
  it.each([
    ['plain', false],
    ['compressed', true],
  ])('is found with its parts, shape and classes (%s)', async (name, compressed) => {
    const path = folder.write(name, mnistLike({}, compressed));
    const { source, files } = await openData(path);
    expect(source).toBe('idx');
    expect(files).toMatchObject({
      path,
      train: 120,
      test: 40,
      shape: [1, 8, 8],
      columns: [{ name: 'label', kind: 'category', values: ['0', '1', '2', '3'] }],
    });
    expect(files.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same whether its files are compressed or not', async () => {
    const [plain, packed] = [await openData(folder.path('plain')), await openData(folder.path('compressed'))];
    expect(packed.files.fingerprint).toBe(plain.files.fingerprint);
    // Someone who unpacked beside the original has both.
    const both = folder.write('both', { ...mnistLike({}, true), ...mnistLike() });
    expect((await openData(both)).files.fingerprint).toBe(plain.files.fingerprint);
  });

  it('is found by any one of its files, and whatever they are called', async () => {
    const path = folder.path('compressed/train-images-idx3-ubyte.gz');
    const { files } = await openData(path);
    expect(files).toMatchObject({ path, train: 120, test: 40 });
    const { images, labels } = barImages(12, 3, 4);
    const odd = folder.write('odd', { a: idx([12, 4, 4], images), b: idx([12], labels) });
    expect((await openData(odd)).files).toMatchObject({ train: 12, test: 0, shape: [1, 4, 4] });
    const nested = folder.write('nested', {});
    folder.write('nested/MNIST/raw', mnistLike());
    expect((await openData(nested)).files).toMatchObject({ train: 120, test: 40 });
  });

  it('keeps images, labels and parts in their order', async () => {
    const content = await read(mnistLike());
    const rows = Uint32Array.from({ length: 120 }, (_, row) => row);
    const { x, y, scaling } = inMemory(content.samples({ scaling: 'none' }, rows));
    const [train, test] = [barImages(120, 4, 8, 1), barImages(40, 4, 8, 2)];
    expect(x.slice(0, 120 * 64)).toEqual(train.images);
    expect(x.slice(120 * 64)).toEqual(test.images);
    expect([...y]).toEqual([...train.labels, ...test.labels]);
    expect(scaling).toMatchObject({ scale: Float64Array.of(1), shift: Float64Array.of(0) });
  });

  it('tells how it is made up, and what is odd', async () => {
    const { images, labels } = barImages(60, 3, 4);
    labels.fill(4, 50);
    const { report } = await openedReport(
      folder.write('uneven', {
        'train-images': idx([60, 4, 4], images),
        'train-labels': idx([60], labels),
        'test-images': idx([2, 4, 4], images.slice(0, 32)),
        'test-labels': idx([2], labels.slice(0, 2)),
      }),
    );
    expect(report.origins.test).toBe('given');
    expect(report.classes?.map(({ train, test }) => [train, test])).toEqual([
      [17, 1],
      [17, 1],
      [16, 0],
      [0, 0],
      [10, 0],
    ]);
    const sum = images.reduce((total, value) => total + value, 0);
    expect(report.statistics).toMatchObject([
      { name: 'grey', min: Math.min(...images), max: Math.max(...images) },
    ]);
    expect(report.statistics[0]?.mean).toBeCloseTo(sum / images.length, 9);
    expect(report.remarks.map(({ en }) => en)).toEqual([
      'Without samples to train on: 3. The network cannot learn this class.',
      '2 of 2 test samples are among the training samples too, so the test shows less than it seems.',
    ]);
    for (const remark of report.remarks) expectSentence(remark);
  });
});

describe('what cannot be used is refused in a sentence that names the file, what was expected and what was found', () => {
  const bad = async (files: Parameters<typeof memoryFiles>[0]): Promise<string> => refusal(read(files));
  const { images, labels } = barImages(12, 3, 4);
  const [good, right] = [idx([12, 4, 4], images), idx([12], labels)];

  it('a file that is cut off, in its header or later', async () => {
    expect(await bad({ a: good.slice(0, -1), b: right })).toBe(
      '/memory/a: expected 208 bytes, found 207: the file is cut off.',
    );
    expect(await bad({ a: good.slice(0, 10), b: right })).toBe(
      '/memory/a: expected 16 bytes, found 10: the file is cut off.',
    );
    const cut = folder.write('cut', { 'a.gz': gzipSync(good).subarray(0, 60), b: right });
    expect(await refusal(openData(cut))).toMatch(/a\.gz: it cannot be decompressed \(Z_BUF_ERROR\)/);
  });

  it('numbers of another type', async () => {
    expect(await bad({ a: idx([12, 4, 4], images, 0x0d), b: right })).toBe(
      '/memory/a: expected numbers of type uint8, found float32.',
    );
  });

  it('counts that differ between images and labels', async () => {
    expect(await bad({ 'x-images': good, 'x-labels': idx([11], labels.slice(1)) })).toBe(
      '/memory/x-labels: expected 12 labels, as many as images in x-images, found 11.',
    );
    expect(await bad({ a: good })).toBe(
      '/memory/a: expected an IDX file with 12 labels beside it, found none.',
    );
    expect(await bad({ b: right })).toBe(
      '/memory: expected an IDX file of images [N, H, W], found only labels.',
    );
  });

  it('dimensions of 0, too many of them, and more than memory holds', async () => {
    expect(await bad({ a: idx([0, 4, 4], new Uint8Array()), b: idx([0], new Uint8Array()) })).toContain(
      'with no dimension of 0, found [0, 4, 4]',
    );
    expect(await bad({ a: idx([12, 2, 2, 4], images), b: right })).toContain('found [12, 2, 2, 4]');
    const huge = 2 ** 32 - 1;
    expect(await bad({ a: idx([huge, huge, huge], images), b: idx([huge], labels) })).toMatch(
      /expected samples of at most 2048 MiB in all, found \d+/,
    );
    // A header alone makes nobody reserve what it promises.
    const before = process.memoryUsage().arrayBuffers;
    expect(await bad({ a: idx([100_000, 100, 100], images), b: idx([100_000], labels) })).toContain(
      'cut off',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });

  it('images of two sizes, and two sets in one folder', async () => {
    const small = idx([12, 2, 2], images.slice(0, 48));
    expect(
      await bad({ 'train-images': good, 'train-labels': right, 't10k-images': small, 't10k-labels': right }),
    ).toBe('/memory/t10k-images: expected images of 4×4 as in train-images, found 2×2.');
    const several = {
      'letters-train-images': good,
      'letters-train-labels': right,
      'digits-train-images': good,
      'digits-train-labels': right,
    };
    expect(await bad(several)).toContain(
      'found letters-train-images, digits-train-images; open one of these',
    );
    expect((await read(several, 'digits-train-images')).found).toMatchObject({ train: 12 });
  });

  it('a bomb, which is given up as soon as it is larger than its header says', async () => {
    const bomb = gzipSync(Buffer.concat([good, Buffer.alloc(2 ** 27)]));
    const path = folder.write('bomb', { 'a.gz': bomb, b: right });
    const before = process.memoryUsage().rss;
    expect(await refusal(openData(path))).toMatch(
      /a\.gz: expected at most 208 bytes, found more as it is decompressed\.$/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26);
  });

  it('a device that never ends, a socket, nothing at all, and files of another kind', async () => {
    expect(await refusal(openData('/dev/zero'))).toBe(
      '/dev/zero: expected a file or a folder, found a device.',
    );
    // In a folder such things are passed over.
    const path = folder.write('with-device', mnistLike());
    symlinkSync('/dev/zero', folder.path('with-device/zero'));
    const socket = createServer().listen(folder.path('with-device/socket'));
    await once(socket, 'listening');
    expect(await refusal(openData(folder.path('with-device/socket')))).toContain('found a device');
    expect((await openData(path)).files.train).toBe(120);
    socket.close();
    expect(await refusal(openData(folder.path('nowhere')))).toMatch(
      /nowhere: expected a file, found nothing\.$/,
    );
    const other = folder.write('other', { 'notes.bin': Uint8Array.of(1, 2, 3) });
    expect(await refusal(openData(other))).toMatch(/other: expected IDX files .*, found notes\.bin\.$/);
    expect(await refusal(openData(folder.write('empty', { 'x/.hidden': new Uint8Array() })))).toContain(
      'found no files',
    );
  });
});

it('mutated files are read or refused, and never anything else', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const { read: usable, refused } = await fuzz(idxReader, mnistLike(), 1500, { scaling: 'standard' });
  expect(usable).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
});

describe('files that were opened before', () => {
  it('are refused where they are others, or gone', async () => {
    const path = folder.write('changing', mnistLike());
    const { files } = await openData(path);
    const train = mnistLike()['train-images-idx3-ubyte'] as Uint8Array;
    writeFileSync(`${path}/train-images-idx3-ubyte`, train.with(100, 255 - (train[100] as number)));
    // Another thread, as a run has, has read nothing yet; here the place of two others makes it forget.
    await openData(folder.path('plain'));
    await openData(folder.path('odd'));
    expect(await refusal(readFiles('idx', files, {}))).toBe(
      `${path}: expected the 160 samples that were there when it was opened, found others of the same number; open it again to use them.`,
    );
    rmSync(path, { recursive: true });
    expect(await refusal(readFiles('idx', files, {}))).toBe(`${path}: expected a file, found nothing.`);
  });

  it('are looked at no deeper than a folder of samples goes', async () => {
    const path = folder.write('ring', mnistLike());
    symlinkSync(path, `${path}/again`);
    expect((await openSourceFiles(path)).files.length).toBeLessThan(30);
  });
});
