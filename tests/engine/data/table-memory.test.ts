import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DelimitedFile } from '../../../engine/data/readers/delimited.ts';
import { tableReader } from '../../../engine/data/readers/table.ts';
import { openData, readFiles } from '../../../engine/hosts/data-files.ts';
import { refusal } from './refusal.ts';
import { dataFolder, memoryFiles } from './sample-files.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapUsed = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

const bytesHeld = (): number => {
  collect();
  return process.memoryUsage().arrayBuffers;
};

const mebibyte = 2 ** 20;
const rows = 100_000;
/** Nine bytes of six columns, all different but for the words. */
const lineOf = (row: number): string =>
  `${[1, 2, 3, 4].map((column) => (row * 7 + column * 0.123).toFixed(3)).join()},word ${row % 5},${row % 2 ? 'yes' : 'no'}\n`;
const large = new TextEncoder().encode(
  `a,b,c,d,e,t\n${Array.from({ length: rows }, (_, i) => lineOf(i)).join('')}`,
);

const readLarge = () => tableReader.read(memoryFiles({ 'a.csv': large }, 'a.csv'), {});

it('a table is text a piece at a time', async () => {
  expect(large.length).toBeGreaterThan(4 * mebibyte);
  const decode = vi.spyOn(TextDecoder.prototype, 'decode');
  await readLarge();
  const lengths = decode.mock.results.map(({ value }) => (value as string).length);
  decode.mockRestore();
  expect(lengths.length).toBeGreaterThan(20);
  expect(Math.max(...lengths)).toBeLessThan(1.1 * mebibyte);
});

it('a table that was read is numbers, and a row that is asked for is made anew', async () => {
  const before = heapUsed();
  const content = await readLarge();
  // As strings the 600,000 cells would take some 20 MiB.
  expect(heapUsed() - before).toBeLessThan(6 * mebibyte);
  expect(content.found.train).toBe(rows);
  const params = { target: '', answers: 'auto', ignored: '', scaling: 'none' };
  for (const row of [0, 99_999, 54_321, 54_322, 1]) {
    expect(content.cells?.(params, row)?.join()).toBe(lineOf(row).trimEnd());
  }
});

it('pieces end with whole rows: within quotes, in two bytes a character, and with old line ends', () => {
  // Longer than a piece, with line ends and separators of its own.
  const long = (row: number): string => `first, ${row}\n${'a ""quoted"" word,\n'.repeat(20_000)}`;
  const text = `n,t\n${[0, 1, 2].map((row) => `${row},"${long(row)}"\n`).join('')}3,end\n`;
  const plain = new TextEncoder().encode(text);
  const wide = new Uint8Array(2 + 2 * text.length);
  wide.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) wide[3 + 2 * i] = text.charCodeAt(i);
  // A line feed is a byte of other characters too: Ċ is 01 0A, ਊ is 0A 0A.
  const letters = `n,t\n${Array.from({ length: 60_000 }, (_, i) => `${i},Ċਊ\n`).join('')}`;
  const little = new Uint8Array([
    0xff,
    0xfe,
    ...new Uint8Array(Uint16Array.from(letters, (c) => c.charCodeAt(0)).buffer),
  ]);
  const cellsOf = (bytes: Uint8Array): string[][] => {
    const cells: string[][] = [];
    new DelimitedFile(bytes, 'a.csv').readRows((row) => cells.push([...row]));
    return cells;
  };
  const expected = [
    ...[0, 1, 2].map((row) => [`${row}`, long(row).replaceAll('""', '"').trim()]),
    ['3', 'end'],
  ];
  expect(cellsOf(plain)).toEqual(expected);
  expect(cellsOf(wide)).toEqual(expected);
  expect(cellsOf(little)).toEqual(Array.from({ length: 60_000 }, (_, i) => [`${i}`, 'Ċਊ']));
  const old = Array.from({ length: 50_000 }, (_, i) => `${i},"x ${i}"\r`).join('');
  expect(cellsOf(new TextEncoder().encode(old))).toHaveLength(50_000);
});

it('a mistake far behind is told by its line', () => {
  const rowsBefore = Array.from({ length: 60_000 }, (_, i) => `${i},"two\nlines"\n`).join('');
  const read = (end: string) => () =>
    new DelimitedFile(new TextEncoder().encode(`${rowsBefore}\n${end}`), 'a.csv').readRows(() => undefined);
  expect(read('1,2,3\n')).toThrow('a.csv: line 120002: expected 2 values as in the first line, found 3.');
  expect(read('1,2\n3,"4\n5,6\n')).toThrow('line 120003: expected an end of the quoted text');
  const endless = new Uint8Array(2 ** 24 + 2 ** 20).fill(97);
  expect(() => new DelimitedFile(endless, 'a.csv')).toThrow(
    'expected rows of at most 16 MiB, found a longer one',
  );
});

it('a table of more rows than are read is refused with both numbers, be they blank or not', () => {
  const read = (text: string) => () => {
    let rows = 0;
    new DelimitedFile(new TextEncoder().encode(text), 'a.csv', [], 4).readRows(() => rows++);
    return rows;
  };
  expect(read('a,b\n1,2\n1,2\n\n1,2\n1,2\n')()).toBe(4);
  expect(read('a,b\n1,2\n1,2\n1,2\n1,2\n1,2\n')).toThrow('a.csv: expected at most 4 rows, found 6 lines.');
  expect(read('1,2\n1,2\n1,2\n1,2\n1,2')).toThrow('found 5 lines.');
  expect(read(`a,b\n1,2\n${'\n'.repeat(20)}1,2\n`)).toThrow('expected at most 4 rows, found 23 lines.');
});

describe('a table that lies uncompressed on the disk', () => {
  const folder = dataFolder();
  afterAll(() => folder.remove());
  const params = { target: '', answers: 'auto', ignored: '', scaling: 'none' };

  it('is let go of once it was read, and rows are read from there', async () => {
    const path = folder.write('large', { 'a.csv': large });
    const before = bytesHeld();
    const { files } = await openData(path);
    // Four columns of numbers and two of words, and none of the text.
    expect(bytesHeld() - before).toBeLessThan(1.1 * rows * (4 * 8 + 2 * 2));
    const content = await readFiles('table', files, params);
    for (const row of [0, 99_999, 54_321]) {
      expect(content.cells?.(params, row)?.join()).toBe(lineOf(row).trimEnd());
    }
  });

  it('that has changed since is no other table’s rows', async () => {
    const path = folder.write('changed', { 'a.csv': large });
    const { files } = await openData(path);
    const content = await readFiles('table', files, params);
    folder.write('changed', { 'a.csv': large.subarray(0, 1000) });
    const asked = new Promise(() => content.cells?.(params, 99_999));
    expect(await refusal(asked)).toContain(
      'a.csv: expected the file as it was when it was opened, found another; open it again to use it.',
    );
    // What is trained on was numbers before.
    expect(content.samples(params, Uint32Array.of(0, 1)).count).toBe(rows);
  });

  it('compressed stays in memory as it was unpacked', async () => {
    const path = folder.write('packed', { 'a.csv.gz': gzipSync(large) });
    const { files } = await openData(path);
    const content = await readFiles('table', files, params);
    expect(content.cells?.(params, 54_321)?.join()).toBe(lineOf(54_321).trimEnd());
  });
});
