import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageHeader } from '../../../engine/data/readers/image-header.ts';
import { imagesReader } from '../../../engine/data/readers/images.ts';
import { resizeTo } from '../../../engine/data/readers/resize.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { openData, openedReport, readFiles } from '../../../engine/hosts/data-files.ts';
import { preparedFolder } from '../../../engine/hosts/installation.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { expectSentence } from '../declared.ts';
import { chainDocument } from '../documents.ts';
import { fuzz } from './fuzz.ts';
import { encodeJpeg, encodePng, encodeWebp, plain } from './image-files.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import { dataFolder, type FilesByName, memoryFiles } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const usual = { side: 8, fit: 'crop', colour: 'colour', scaling: 'none' };
const read = (files: FilesByName, params: Params = usual) => imagesReader.read(memoryFiles(files), params);

let png: Uint8Array;
let jpeg: Uint8Array;
let webp: Uint8Array;
beforeAll(async () => {
  png = await encodePng(20, 10, plain(200, 30, 40));
  jpeg = await encodeJpeg(16, 24, plain(20, 180, 60));
  webp = await encodeWebp(9, 9, plain(10, 20, 220));
});

/** Four images in two folders. */
const pets = (): FilesByName => ({
  'cat/a.png': png,
  'cat/b.jpg': jpeg,
  'dog/c.webp': webp,
  'dog/d.jpeg': jpeg,
  'dog/notes.txt': new TextEncoder().encode('none of ours'),
});

describe('a folder of images', () => {
  it('is found with a class for each folder, whatever the images are', async () => {
    const { source, files } = await openData(folder.write('pets', pets()));
    expect(source).toBe('images');
    expect(files).toMatchObject({
      train: 4,
      test: 0,
      shape: [3, 64, 64],
      columns: [{ name: 'folder', kind: 'category', values: ['cat', 'dog'] }],
    });
    const content = await readFiles('images', files, { ...usual, side: 5, colour: 'grey' });
    expect(content.found.shape).toEqual([1, 5, 5]);
  });

  it('is prepared anew where another image of the same size and time lies in the place of one, and only then', async () => {
    const other = await encodePng(20, 10, plain(200, 40, 30));
    expect(other.length).toBe(png.length);
    const path = folder.write('swapped', pets());
    const image = join(path, 'cat/a.png');
    utimesSync(image, 1_700_000_000, 1_700_000_000);
    const { atime, mtime } = statSync(image);
    // Other tests have sets in the same place.
    const prepared = (): number =>
      readdirSync(preparedFolder()).filter((set) => {
        const told = join(preparedFolder(), set, 'set.json');
        return existsSync(told) && readFileSync(told, 'utf8').includes(JSON.stringify(path));
      }).length;
    const { files } = await openData(path);
    const sets = prepared();
    expect(await openData(path)).toMatchObject({ files: { fingerprint: files.fingerprint } });
    expect([sets, prepared()]).toEqual([1, 1]);
    // By its name, as an editor saves it, or by its content: both with the time of the one before.
    const replacements = [
      () => {
        writeFileSync(`${image}.new`, other);
        utimesSync(`${image}.new`, atime, mtime);
        renameSync(`${image}.new`, image);
      },
      () => {
        writeFileSync(image, png);
        utimesSync(image, atime, mtime);
      },
    ];
    let before = files.fingerprint;
    for (const replace of replacements) {
      replace();
      expect(statSync(image).mtimeMs).toBe(mtime.getTime());
      const { files: now } = await openData(path);
      expect(now.fingerprint).not.toBe(before);
      before = now.fingerprint;
    }
    expect(before).toBe(files.fingerprint);
  });

  it('gives the colours of its images, in order', async () => {
    const content = await read(pets());
    const { x, y } = inMemory(content.samples(usual, Uint32Array.of(0, 1, 2, 3)));
    // One of each class in turn.
    expect([...y]).toEqual([0, 1, 0, 1]);
    const colourOf = (image: number): number[] =>
      [0, 1, 2].map((c) => x[image * 192 + c * 64 + 20] as number);
    expect(colourOf(0)).toEqual([200, 30, 40]);
    expect(colourOf(1)).toEqual([10, 20, 220]);
    for (const [c, value] of [20, 180, 60].entries())
      expect(Math.abs((colourOf(2)[c] as number) - value)).toBeLessThan(4);
  });

  it('may keep some to test with, and lie deeper', async () => {
    const nested = Object.fromEntries(
      Object.entries(pets()).map(([name, file]) => [`set/train/${name}`, file]),
    );
    const { found } = await read({ ...nested, 'set/test/cat/e.png': png, 'set/test/dog/f.png': png });
    expect(found).toMatchObject({ train: 4, test: 2, columns: [{ values: ['cat', 'dog'] }] });
    // What is called validation is that where there is something to test with, and is tested with where there is not.
    const guides = { 'set/val/cat/g.png': png, 'set/val/dog/h.png': png, 'set/val/dog/i.webp': webp };
    const both = await read({ ...nested, ...guides, 'set/test/cat/e.png': png, 'set/test/dog/f.png': png });
    expect(both.found).toMatchObject({ train: 4, validation: 3, test: 2 });
    const { y, x } = inMemory(both.samples(usual, Uint32Array.of(0, 1, 2, 3)));
    expect([...y]).toEqual([0, 1, 0, 1, 0, 1, 1, 0, 1]);
    // The white one of three lies last of those that guide.
    expect(x[6 * 192 + 2 * 64]).toBe(220);
    expect((await read({ ...nested, ...guides })).found).toMatchObject({ train: 4, test: 3 });
    // Two classes that happen to lie below one folder.
    const below = Object.fromEntries(Object.entries(pets()).map(([name, file]) => [`x/y/${name}`, file]));
    expect((await read(below)).found.columns[0]?.values).toEqual(['cat', 'dog']);
  });

  it('is learnt from', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 12; i++) {
      files[`warm/${i}.png`] = await encodePng(6, 6, plain(180 + 5 * i, 60, 50));
      files[`cold/${i}.png`] = await encodePng(7, 5, plain(50, 60, 180 + 5 * i));
    }
    const { files: found } = await openData(folder.write('colours', files));
    const document = chainDocument(
      [
        ['flat', 'flatten'],
        ['fc', 'linear', { outFeatures: 2 }],
      ],
      'cross-entropy',
      { source: 'images', files: found, side: 4, crop: 1, flip: true },
    );
    const { trainer, machine } = await prepareHere({ document, options: {}, run: 'test' });
    while (!trainer.finished) trainer.step();
    machine.close();
    expect(trainer.measure().test?.accuracy).toBe(1);
  });
});

it('images to be answered, which lie beside the classes, are left out and named', async () => {
  const train = Object.fromEntries(Object.entries(pets()).map(([name, bytes]) => [`train/${name}`, bytes]));
  const { found, remarks } = await read({ ...train, 'test/1.png': png, 'test/2.png': png });
  expect(found).toMatchObject({ train: 4, test: 0 });
  expect(remarks.map(({ en }) => en)).toEqual([
    'Left out, because no folder of a class holds them (2): test/1.png, test/2.png.',
  ]);
});

describe('a table that names images and their labels', () => {
  const csv = (...lines: string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`);
  const loose = (): FilesByName => ({
    'images/a.png': png,
    'images/b.jpg': jpeg,
    'images/c.webp': webp,
    'images/d.jpeg': jpeg,
  });

  it('is found by itself, whatever its columns are called and however it writes the names', async () => {
    const tables = [
      csv('file,label', 'images/a.png,cat', 'images/b.jpg,dog', 'images/c.webp,dog', 'images/d.jpeg,cat'),
      csv('id,breed,age', 'a,cat,3', 'b,dog,4', 'c,dog,4', 'd,cat,3'),
      csv('kind;name', 'cat;A.png', 'dog;./b.jpg', 'dog;images\\c.webp', 'cat;d'),
    ];
    for (const [i, table] of tables.entries()) {
      const content = await read({ ...loose(), 'labels.csv': table });
      const [column] = content.found.columns;
      expect(column, `table ${i}`).toMatchObject({
        name: ['label', 'breed', 'kind'][i],
        values: ['cat', 'dog'],
      });
      expect(content.remarks).toEqual([]);
      expect([...(content.labels(usual) ?? [])]).toEqual([0, 1, 1, 0]);
    }
  });

  it('has its images split by a column that names their parts, those without a name being trained on', async () => {
    const rows = 'a.png,cat,train\nb.jpg,dog,test\nc.webp,dog,\nd.jpeg,cat,train\n';
    // As a column of few words it would else be taken for the labels, because it is the last.
    for (const header of ['image,label,split\n', 'image,what,split\n']) {
      const { found, remarks } = await read({
        ...loose(),
        'labels.csv': new TextEncoder().encode(header + rows),
      });
      expect(found).toMatchObject({ train: 3, test: 1, columns: [{ values: ['cat', 'dog'] }] });
      expect(remarks.map(({ en }) => en)).toContain('"split" names no part in 1 row: it is trained on.');
    }
  });

  it('takes whole numbers for classes, and a table called test for the part to test with', async () => {
    const { found } = await read({
      ...loose(),
      'images/e.png': png,
      'train.csv': csv('image,class', 'a.png,0', 'b.jpg,1', 'c.webp,0', 'd.jpeg,1'),
      'test.csv': csv('image,class', 'e.png,1', 'e.png,1'),
    });
    expect(found).toMatchObject({ train: 4, test: 1, columns: [{ name: 'class', values: ['0', '1'] }] });
    const three = await read({
      ...loose(),
      'images/e.png': png,
      'train.csv': csv('image,class', 'a.png,0', 'b.jpg,1', 'c.webp,0'),
      'my_val.csv': csv('image,class', 'd.jpeg,1'),
      'test.csv': csv('image,class', 'e.png,1', 'e.png,1'),
    });
    expect(three.found).toMatchObject({ train: 3, validation: 1, test: 1 });
  });

  it('says in a sentence which images are missing, have no label, or have two', async () => {
    const rows = [
      'file,label',
      'a.png,cat',
      'b.jpg,dog',
      'gone.png,cat',
      'c.webp,dog',
      'c.webp,cat',
      'e.png,?',
    ];
    const { found, remarks } = await read({
      ...loose(),
      'images/e.png': png,
      'images/f.png': png,
      'images/g.png': png,
      'labels.csv': csv(...rows, 'f.png,cat', 'g.png,dog'),
    });
    expect(found.train).toBe(4);
    expect(remarks.map(({ en }) => en)).toEqual([
      'Not there, though labels.csv names them (1): gone.png.',
      'Left out, because labels.csv has no label for them (2): images/d.jpeg, images/e.png.',
      'Left out, because they have different labels in different rows (1): images/c.webp.',
    ]);
    for (const remark of remarks) expectSentence(remark);
  });

  it('means none of several images of the same name, and says so; with the folder it means one', async () => {
    const twice = { 'one/a.png': png, 'one/b.jpg': jpeg, 'two/a.png': png, 'two/c.webp': webp };
    const { found, remarks } = await read({
      ...twice,
      'labels.csv': csv('file,label', 'a.png,cat', 'one/b.jpg,dog', 'c,cat', 'a.png,dog'),
    });
    expect(found).toMatchObject({ train: 2, columns: [{ name: 'label', values: ['cat', 'dog'] }] });
    expect(remarks.map(({ en }) => en)).toEqual([
      'Left out, because several images have the name that labels.csv gives without a folder (1): a.png.',
    ]);
    const none = await refusal(read({ ...twice, 'labels.csv': csv('file,label', 'a.png,cat', 'a.png,dog') }));
    expect(none).toContain('found none; Left out, because several images have the name');
    const whole = await read({
      ...twice,
      'labels.csv': csv('file,label', 'one/a.png,cat', 'two/a.png,dog', 'b,cat', 'c,dog'),
    });
    expect(whole.found.train).toBe(4);
  });

  it('is refused where it has no labels, and passed over where it names no images', async () => {
    const named = await refusal(
      read({ ...loose(), 'list.csv': csv('file,size', 'a.png,3.5', 'b.jpg,4.25') }),
    );
    expect(named).toBe(
      '/memory/list.csv: expected a column with at least two labels beside the names of images in "file", found the columns file, size.',
    );
    const { found } = await read({ ...pets(), 'notes.csv': csv('day,weather', '1,wet', '2,dry') });
    expect(found.columns[0]).toMatchObject({ name: 'folder', values: ['cat', 'dog'] });
  });
});

describe('images that cannot be used are left out and named', () => {
  it('damaged ones, those of another kind, those without pixels, and those of a hundred megapixels', async () => {
    const huge = png.slice();
    // Of the header alone: nothing of that size is ever decoded.
    new DataView(huge.buffer).setUint32(16, 10_000);
    new DataView(huge.buffer).setUint32(20, 10_000);
    const empty = png.slice();
    new DataView(empty.buffer).setUint32(16, 0);
    const before = process.memoryUsage().rss;
    const { found, remarks } = await read({
      ...pets(),
      'cat/huge.png': huge,
      'cat/empty.png': empty,
      'cat/text.png': new TextEncoder().encode('this is no image'),
      'dog/cut.jpg': jpeg.slice(0, jpeg.length >> 1),
      'dog/cut.png': png.slice(0, 60),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
    expect(found.train).toBeGreaterThanOrEqual(4);
    const [remark] = remarks;
    if (remark === undefined) throw new Error('nothing was said');
    expectSentence(remark);
    expect(remark.en).toMatch(/^Left out, because they cannot be used \([45]\): /);
    expect(remark.en).toContain('cat/huge.png (10000×10000, more than 50 megapixels)');
    expect(remark.en).toContain('cat/empty.png (0×10 pixels)');
    expect(remark.en).toMatch(/ and [12] more\.$/);
    // A decoder that gave up goes on with the next image.
    expect((await read(pets())).remarks).toEqual([]);
  });

  it('a folder without images is no class, and is named', async () => {
    const path = folder.write('gaps', pets());
    mkdirSync(`${path}/bird`);
    const { files, report } = await openedReport(path);
    expect(files.columns[0]?.values).toEqual(['cat', 'dog']);
    expect(report.remarks.map(({ en }) => en)).toContain('No class, because there is no image in it: bird.');
  });

  it('one class or none is refused, as is a set of which nothing is left', async () => {
    expect(await refusal(read({ 'cat/a.png': png, 'b.png': png }))).toBe(
      '/memory: expected a folder of images for each of at least two classes, or a table of their names and labels, found only "cat".',
    );
    expect(await refusal(read({ 'b.png': png }))).toContain('found none');
    const cut = png.slice(0, 40);
    expect(await refusal(read({ 'cat/a.png': cut, 'dog/b.png': cut }))).toMatch(
      /found none that can be used: cat\/a\.png \(damaged or cut off\), dog\/b\.png/,
    );
  });

  it('mutated images are read or left out, and never anything else', async () => {
    const before = process.memoryUsage().rss;
    const { read: usable } = await fuzz(imagesReader, pets(), 150, usual);
    expect(usable).toBeGreaterThan(100);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
  });
});

describe('an image is brought to size', () => {
  const image = (width: number, height: number, value: (x: number, y: number) => number) => {
    const data = new Uint8Array(4 * width * height);
    for (let i = 0; i < width * height; i++)
      data.fill(value(i % width, Math.floor(i / width)), 4 * i, 4 * i + 3);
    return { width, height, data };
  };
  const resized = (
    of: ReturnType<typeof image>,
    size: number,
    fit: 'crop' | 'stretch',
    channels: 1 | 3 = 1,
  ) => {
    const to = new Uint8Array(channels * size * size);
    resizeTo(of, size, fit, channels, to, 0);
    return [...to];
  };

  it('by its own pixels where it has that size', () => {
    const same = image(3, 3, (x, y) => 40 * x + 10 * y);
    expect(resized(same, 3, 'stretch')).toEqual([0, 40, 80, 10, 50, 90, 20, 60, 100]);
    expect(resized(same, 3, 'crop', 3).slice(9, 18)).toEqual([0, 40, 80, 10, 50, 90, 20, 60, 100]);
  });

  it('by averages where it is larger: an even image stays even, and no line is lost', () => {
    expect(
      resized(
        image(64, 48, () => 77),
        8,
        'crop',
      ),
    ).toEqual(new Array(64).fill(77));
    const lined = image(64, 64, (x) => (x % 2) * 200);
    for (const value of resized(lined, 8, 'crop')) expect(Math.abs(value - 100)).toBeLessThan(15);
  });

  it('by its middle where it is no square, or squeezed', () => {
    const wide = image(30, 10, (x) => (x < 10 ? 0 : x < 20 ? 100 : 200));
    expect(resized(wide, 10, 'crop').slice(1, 9)).toEqual(new Array(8).fill(100));
    const squeezed = resized(wide, 3, 'stretch');
    expect(
      (squeezed[0] as number) < (squeezed[1] as number) && (squeezed[1] as number) < (squeezed[2] as number),
    ).toBe(true);
  });
});

it('the size of an image is known from its first bytes', () => {
  expect(imageHeader(png)).toEqual({ kind: 'png', width: 20, height: 10 });
  expect(imageHeader(jpeg)).toEqual({ kind: 'jpeg', width: 16, height: 24 });
  expect(imageHeader(webp)).toEqual({ kind: 'webp', width: 9, height: 9 });
  for (const image of [png, jpeg, webp])
    for (let cut = 0; cut < 40; cut++)
      expect(imageHeader(image.slice(0, cut))?.width ?? 1).toBeGreaterThan(0);
});
