import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { arraysReader } from '../../../engine/data/readers/arrays.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { openData } from '../../../engine/hosts/data-files.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { chainDocument } from '../documents.ts';
import { fuzz } from './fuzz.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import { barImages, dataFolder, type FilesByName, memoryFiles, npy } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const usual = { scaling: 'none' };
const read = (files: FilesByName) => arraysReader.read(memoryFiles(files), usual);

const made = async (files: FilesByName, params: Params = usual) => {
  const content = await read(files);
  return inMemory(
    content.samples(
      params,
      Uint32Array.from({ length: content.found.train }, (_, i) => i),
    ),
  );
};

const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
const labels = BigInt64Array.of(0n, 2n, 1n);

describe('arrays', () => {
  it.each([
    ['images [N, H, W]', npy('|u1', [2, 5, 6], new Uint8Array(60)), [1, 5, 6]],
    ['images with channels behind', npy('|u1', [2, 5, 6, 3], new Uint8Array(180)), [3, 5, 6]],
    ['images with channels in front', npy('|u1', [2, 3, 5, 6], new Uint8Array(180)), [3, 5, 6]],
    ['rows of numbers', npy('<f4', [2, 3], numbers), [3]],
    ['single numbers', npy('<f8', [2], Float64Array.of(1, 2)), [1]],
  ])('are understood by their shape: %s', async (_, x, shape) => {
    expect((await read({ 'x.npy': x, 'y.npy': npy('<i8', [2], labels.slice(0, 2)) })).found.shape).toEqual(
      shape,
    );
  });

  it('keep their numbers: whole targets are classes, others are numbers', async () => {
    const x = npy('<f4', [3, 2], numbers);
    const classes = await made({ 'x.npy': x, 'y.npy': npy('<i8', [3], labels) });
    expect([...classes.x]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...classes.y]).toEqual([0, 2, 1]);
    const regression = await made({
      'x.npy': x,
      'y.npy': npy('<f8', [3, 2], Float64Array.of(1, 2, 3, 4, 5, 6.5)),
    });
    expect([...regression.y]).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect(regression.y).toBeInstanceOf(Float32Array);
    const standard = await made({ 'x.npy': x, 'y.npy': npy('<i8', [3], labels) }, { scaling: 'standard' });
    const [low, zero] = [standard.x[0], standard.x[2]];
    expect(low).toBeCloseTo(-Math.sqrt(1.5), 6);
    expect(zero).toBeCloseTo(0, 6);
    expect(standard.preparation?.map(({ name }) => name)).toEqual(['1', '2']);
  });

  it('may be of half precision', async () => {
    // 1, −2, the largest, the smallest, one without a leading 1, and 0
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0);
    const { x } = await made({
      'x.npy': npy('<f2', [3, 2], new Uint8Array(halves.buffer)),
      'y.npy': npy('<i8', [3], labels),
    });
    expect([...x]).toEqual([1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, 0]);
  });

  it('in the order of Fortran are the same numbers', async () => {
    const { x, y } = await made({
      'x.npy': npy('<f4', [3, 2], Float32Array.of(1, 3, 5, 2, 4, 6), 'True'),
      'y.npy': npy('<f8', [3, 2], Float64Array.of(1, 3, 5, 2, 4, 6.5), 'True'),
    });
    expect([...x]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...y]).toEqual([1, 2, 3, 4, 5, 6.5]);
    // Of [2, 3, 4, 5] every number is its own place in C order.
    const [a, b, c, d] = [2, 3, 4, 5] as const;
    const places = Uint8Array.from({ length: a * b * c * d }, (_, i) => {
      const at = [i % a, Math.floor(i / a) % b, Math.floor(i / (a * b)) % c, Math.floor(i / (a * b * c))];
      return at.reduce((sum, index, axis) => sum * ([a, b, c, d][axis] as number) + index, 0);
    });
    const deep = await made({
      'x.npy': npy('|u1', [a, b, c, d], places, 'True'),
      'y.npy': npy('|u1', [a], Uint8Array.of(0, 1), 'True'),
    });
    expect([...deep.x]).toEqual([...new Uint8Array(120).keys()]);
    expect([...deep.y]).toEqual([0, 1]);
  });

  it('turn images with channels behind', async () => {
    const x = Uint8Array.from({ length: 5 * 6 * 3 }, (_, i) => i);
    const { x: turned } = await made({
      'x.npy': npy('|u1', [1, 5, 6, 3], x),
      'y.npy': npy('|u1', [1], Uint8Array.of(1)),
    });
    expect([turned[0], turned[1], turned[30], turned[60], turned[89]]).toEqual([0, 3, 1, 2, 89]);
  });

  it('may come in big-endian, in one .npz, and with a part to test with', async () => {
    const swapped = new Uint8Array(24);
    for (const [i, value] of numbers.entries()) new DataView(swapped.buffer).setFloat32(4 * i, value);
    expect([
      ...(await made({ 'x.npy': npy('>f4', [3, 2], swapped), 'y.npy': npy('<i8', [3], labels) })).x,
    ]).toEqual([...numbers]);

    const { images, labels: rows } = barImages(120, 4, 8);
    const npz = zipSync({
      'x_train.npy': npy('|u1', [100, 8, 8], images.slice(0, 6400)),
      'y_train.npy': npy('|u1', [100], rows.slice(0, 100)),
      'x_test.npy': npy('|u1', [20, 8, 8], images.slice(6400)),
      'y_test.npy': npy('|u1', [20], rows.slice(100)),
      'notes.npy': new Uint8Array(3),
    });
    folder.write('', { 'bars.npz': npz });
    const { source, files } = await openData(folder.path('bars.npz'));
    expect(source).toBe('arrays');
    expect(files).toMatchObject({ train: 100, test: 20, shape: [1, 8, 8] });
    const part = (from: number, to: number) => ({
      x: npy('|u1', [to - from, 8, 8], images.slice(64 * from, 64 * to)),
      y: npy('|u1', [to - from], rows.slice(from, to)),
    });
    const [train, val, tested] = [part(0, 80), part(80, 110), part(110, 120)];
    const three = await read({
      'x_test.npy': tested.x,
      'y_test.npy': tested.y,
      'x_val.npy': val.x,
      'y_val.npy': val.y,
      'x_train.npy': train.x,
      'y_train.npy': train.y,
    });
    expect(three.found).toMatchObject({ train: 80, validation: 30, test: 10 });
    expect(three.labels(usual)).toEqual(Int32Array.from(rows));
    const document = chainDocument(
      [
        ['flat', 'flatten'],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'arrays', files },
    );
    document.training = { ...document.training, epochs: 10 };
    const { trainer, machine } = await prepareHere({ document, options: {}, run: 'test' });
    while (!trainer.finished) trainer.step();
    expect(trainer.measure().test?.accuracy).toBeGreaterThan(0.9);
    machine.close();
  });
});

describe('what cannot be used is refused in a sentence', () => {
  const y = npy('<i8', [3], labels);
  const x = npy('<f4', [3, 2], numbers);
  const bad = (files: FilesByName): Promise<string> => refusal(read(files));

  it('arrays that are missing, cut off, of other kinds, or do not go together', async () => {
    expect(await bad({ 'x.npy': x })).toBe(
      '/memory: expected arrays x and y, or x_train and y_train, found x.',
    );
    expect(await bad({ 'x.npy': x.slice(0, -1), 'y.npy': y })).toMatch(
      /x\.npy: expected 152 bytes, found 151/,
    );
    expect(await bad({ 'x.npy': npy('|O', [3], numbers), 'y.npy': y })).toContain(
      "expected real numbers of 1 to 8 bytes, found '|O'",
    );
    expect(await bad({ 'x.npy': npy('<f4', [0, 2], new Float32Array()), 'y.npy': y })).toContain(
      'found (0, 2)',
    );
    expect(await bad({ 'x.npy': npy('<f4', [2, 3], numbers), 'y.npy': y })).toBe(
      '/memory/y.npy: expected 2 rows as in x, found 3.',
    );
    expect(await bad({ 'x.npy': npy('<f4', [1e9, 1e9], numbers), 'y.npy': y })).toContain(
      'the file is cut off',
    );
  });

  it('NaN in data, by row, and labels below 0', async () => {
    const spoilt = npy('<f4', [3, 2], Float32Array.of(1, 2, 3, Number.NaN, 5, 6));
    expect(await bad({ 'x.npy': spoilt, 'y.npy': y })).toBe(
      '/memory/x.npy: expected numbers that float32 can hold, found NaN in row 1.',
    );
    expect(await bad({ 'x.npy': x, 'y.npy': npy('<i8', [3], BigInt64Array.of(0n, -1n, 2n)) })).toBe(
      '/memory/y.npy: expected classes from 0 to 9999 in y, found -1 in row 1.',
    );
  });

  it('an archive that is damaged, or holds more than memory does', async () => {
    const npz = zipSync({ 'x.npy': x, 'y.npy': y });
    expect(await bad({ 'a.npz': npz.slice(0, 100) })).toContain('it is no .npz archive that can be read');
    const bomb = npz.slice();
    // What the directory says of the first file's size.
    const directory = bomb.findLastIndex(
      (_, i) => bomb[i] === 0x50 && bomb[i + 1] === 0x4b && bomb[i + 2] === 1,
    );
    const first = bomb.findIndex((_, i) => bomb[i] === 0x50 && bomb[i + 1] === 0x4b && bomb[i + 2] === 1);
    expect(first).toBeLessThan(directory);
    new DataView(bomb.buffer).setUint32(first + 24, 2 ** 30, true);
    const before = process.memoryUsage().arrayBuffers;
    expect(await bad({ 'a.npz': bomb })).toContain('sizes that cannot be');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    new DataView(bomb.buffer).setUint32(first + 24, 2 ** 32 - 2, true);
    expect(await bad({ 'a.npz': bomb })).toMatch(/samples of at most 2048 MiB in all, found 409[67] MiB/);
  });

  it('mutated arrays are read or refused, and never anything else', async () => {
    const random = new RandomStream(3, 77);
    const files = {
      'x.npy': npy(
        '<f4',
        [20, 3],
        Float32Array.from({ length: 60 }, () => random.normal()),
      ),
      'y.npy': npy(
        '|u1',
        [20],
        Uint8Array.from({ length: 20 }, (_, i) => i % 3),
      ),
    };
    const plain = await fuzz(arraysReader, files, 600, { scaling: 'standard' });
    expect(plain.read).toBeGreaterThan(50);
    expect(plain.refused).toBeGreaterThan(50);
    const packed = await fuzz(arraysReader, { 'a.npz': zipSync(files) }, 600, { scaling: 'standard' });
    expect(packed.read).toBeGreaterThan(20);
    expect(packed.refused).toBeGreaterThan(50);
  });
});
