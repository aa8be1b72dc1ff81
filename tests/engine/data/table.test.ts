import { afterAll, describe, expect, it } from 'vitest';
import { tableReader } from '../../../engine/data/readers/table.ts';
import { sampleTypeOf, sourceOf } from '../../../engine/data/sources/index.ts';
import { listOf, namesIn } from '../../../engine/data/sources/table.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { partCountsOf } from '../../../engine/document/run-length.ts';
import type { DocumentNode } from '../../../engine/document/schema.ts';
import { openData, openedReport } from '../../../engine/hosts/data-files.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { expectSentence } from '../declared.ts';
import { chainDocument } from '../documents.ts';
import { fuzz } from './fuzz.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import { dataFolder, memoryFiles } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string | Uint8Array, name = 'a.csv') =>
  tableReader.read(memoryFiles({ [name]: typeof text === 'string' ? bytesOf(text) : text }, name), {});

const usual = { scaling: 'none', target: '', answers: 'auto', ignored: '' };
const made = async (text: string, params: Params = {}) => {
  const content = await read(text);
  const all = Uint32Array.from({ length: content.found.train }, (_, i) => i);
  return inMemory(content.samples({ ...usual, ...params }, all));
};
const columnsOf = async (text: string | Uint8Array) =>
  (await read(text)).found.columns.map(({ name, kind }) => `${name}: ${kind}`);

/** Flowers of two kinds with a word, a gap and a date. */
const flowers = `size, colour , picked, kind
1.5, red, 2024-01-02, rose
2.5, ?, 2024-01-03, rose
 , blue, 2024-01-04,"lily, white"
4.5, red, 2024-01-05,"lily, white"
`;

describe('a table', () => {
  it('tells its columns: numbers, categories, dates', async () => {
    expect(await columnsOf(flowers)).toEqual([
      'size: number',
      'colour: category',
      'picked: date',
      'kind: category',
    ]);
    const { found } = await read(flowers);
    expect(found.columns[3]?.values).toEqual(['lily, white', 'rose']);
    expect(found.columns.map(({ missing }) => missing)).toEqual([1, 1, undefined, undefined]);
  });

  it.each([
    ['semicolons, and commas in numbers', 'a;b\n1,5;x\n2,5;y\n3;x\n4;y\n', ['a: number', 'b: category']],
    ['tabs', 'a\tb\n1\tx\n2\ty\n3\tx\n4\ty\n', ['a: number', 'b: category']],
    ['bars', 'a|b\n1|x\n2|y\n3|x\n4|y\n', ['a: number', 'b: category']],
    ['no header', '1,x\n2,y\n3,x\n4,y\n', ['column 1: number', 'column 2: category']],
    ['a header above words', 'name,kind\nu,x\nu,y\nv,x\nv,y\n', ['name: category', 'kind: category']],
    ['names that repeat', 'a,a,b\n1,2,3\n4,5,6\n', ['a: number', 'a 2: number', 'b: number']],
    ['thousands set apart', 'a,b\n"1,200",x\n"3,400,000.5",y\n12,x\n4,y\n', ['a: number', 'b: category']],
    [
      'dates of the United States',
      'a,b\n12/31/2020,x\n1/2/2021,y\n1/3/2021,x\n1/4/2021,y\n',
      ['a: date', 'b: category'],
    ],
    [
      'dates with the day first',
      'a,b\n31/12/2020 08:30,x\n1/2/2021 09:00,y\n1/3/2021,x\n1/4/2021,y\n',
      ['a: date', 'b: category'],
    ],

    [
      'dates with years of two digits',
      'a,b\n31/12/99,x\n1/2/00,y\n1/3/04,x\n1/4/21,y\n',
      ['a: date', 'b: category'],
    ],
    [
      'such dates of which the year may come first or last',
      'a,b\n01/02/03,x\n02/03/04,y\n01/02/03,x\n02/03/04,y\n',
      ['a: category', 'b: category'],
    ],
    [
      'a title above it',
      'Sales, all regions\n\na,b,c\n1,2,x\n3,4,y\n5,6,x\n',
      ['a: number', 'b: number', 'c: category'],
    ],
    [
      'a title that a spreadsheet filled up',
      'Sales;;\n;;\na;b;c\n1,5;2;x\n3;4;y\n5;6;x\n',
      ['a: number', 'b: number', 'c: category'],
    ],
    [
      'a title above rows without names',
      'Sales of 2024\n1,2,x\n3,4,y\n5,6,x\n',
      ['column 1: number', 'column 2: number', 'column 3: category'],
    ],
    [
      'comments above it',
      '# made by hand, in May\r\n#\r\n# second\r\na,b\r\n1,x\r\n2,y\r\n3,x\r\n4,y\r\n',
      ['a: number', 'b: category'],
    ],
    [
      'names behind the mark of a comment',
      '# made by hand\n# a, b\n1,2\n3,4\n5,6\n',
      ['a: number', 'b: number'],
    ],
    ['a mark for a name', '#,b\n1,x\n2,y\n3,x\n4,y\n', ['#: number', 'b: category']],
    ['marks in all of it', '#a,1\n#b,2\n#a,3\n#b,4\n', ['column 1: category', 'column 2: number']],
    [
      'old line ends and blank lines',
      'a,b\r\n\r\n1,x\r\n2,y\r\n3,x\r\n4,y\r\n\r\n',
      ['a: number', 'b: category'],
    ],
    [
      'quotes with separators and lines in them',
      'a,b\n1,"x,\ny"\n2,z\n3,"x,\ny"\n4,z\n',
      ['a: number', 'b: category'],
    ],
    ['one column', 'a\n1\n2\n3\n', ['a: number']],
    ['a separator at the end of each line', 'a,b,\n1,x,\n2,y,\n3,x,\n4,y,\n', ['a: number', 'b: category']],
    ['one behind all rows but the header', 'a,b\n1,x,\n2,y,\n3,x,\n4,y,\n', ['a: number', 'b: category']],
    [
      'a first line that names the separator',
      'sep=;\r\na;b\r\n1,5;x\r\n2;y\r\n3;x\r\n',
      ['a: number', 'b: category'],
    ],
    ['columns set apart by blanks', ' a  b\n 1   x\n 10  y\n 3   x\n 4   y\n', ['a: number', 'b: category']],
    ['names above amounts and days alone', 'a;b\n1,5;1.2.2024\n2,5;2.2.2024\n', ['a: number', 'b: date']],
    [
      'amounts alone',
      '1,5;2,5;3,5\n2,5;3,5;4,5\n',
      ['column 1: number', 'column 2: number', 'column 3: number'],
    ],
    ['amounts and days alone', '1,5;1.2.2024\n2,5;2.2.2024\n', ['column 1: number', 'column 2: date']],
    [
      'years for names',
      '2019,2020,2021,kind\n1,2,3,x\n4,5,6,y\n7,8,9,x\n1,2,3,y\n',
      ['2019: number', '2020: number', '2021: number', 'kind: category'],
    ],
    [
      'numbers that count in its first row',
      '1,2,3,x\n4,5,6,y\n7,8,9,x\n1,2,3,y\n',
      ['column 1: number', 'column 2: number', 'column 3: number', 'column 4: category'],
    ],
  ])('is understood with %s', async (_name, text, columns) => {
    expect(await columnsOf(text)).toEqual(columns);
  });

  it('of which a column is empty says so', async () => {
    const { remarks } = await read('a,b,c\n?,1,x\n,2,y\nNA,3,x\n');
    expect(remarks.map(({ en }) => en)).toEqual(['Not used, because nothing stands in them: a.']);
  });

  it.each([
    ['UTF-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...bytesOf('größe,k\n1,é\n2,é\n'))],
    [
      'UTF-16 without a mark',
      Uint8Array.from(Array.from('größe,k\n1,é\n2,é\n').flatMap((c) => [c.charCodeAt(0), 0])),
    ],
    [
      'UTF-16',
      Uint8Array.of(
        0xff,
        0xfe,
        ...new Uint8Array(Uint16Array.from(Array.from('größe,k\n1,é\n2,é\n'), (c) => c.charCodeAt(0)).buffer),
      ),
    ],
    [
      'UTF-16 with the higher byte first',
      Uint8Array.of(
        0xfe,
        0xff,
        ...Array.from('größe,k\n1,é\n2,é\n').flatMap((c) => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255]),
      ),
    ],
    ['Windows-1252', Uint8Array.from(Array.from('größe,k\n1,é\n2,é\n'), (c) => c.charCodeAt(0))],
  ])('is understood in %s', async (_, bytes) => {
    const { found } = await read(bytes);
    expect(found.columns.map(({ name }) => name)).toEqual(['größe', 'k']);
    expect(found.columns[1]?.values).toEqual(['é']);
  });

  it('says what stood above its rows, and still counts them as lines', async () => {
    const titled = 'Report of May\n\na,b\n1,2\n3,4\n5,6\n';
    const { remarks, found, rows } = await read(titled);
    expect(remarks.map(({ en }) => en)).toEqual(['Passed over above the rows of a.csv: "Report of May".']);
    expect(found).toMatchObject({ train: 3 });
    expect(rows?.cells[2]).toEqual(['5', '6']);
    expect(await refusal(read(`${titled}7\n`))).toBe(
      '/memory/a.csv: line 7: expected 2 values as in the first line, found 1.',
    );
    // Fewer names than values are no title, but something that is missing.
    expect(await refusal(read('1,2\n3,4,5\n6,7,8\n9,1,2\n'))).toContain('line 2: expected 2 values');
  });

  it('has the dashes and quotes that Windows-1252 has where Latin-1 has none', async () => {
    const { found } = await read(
      Uint8Array.of(...bytesOf('a,k\n1,'), 0x93, 0x80, 0x97, 0x94, ...bytesOf('\n2,x\n3,x\n')),
    );
    expect(found.columns[1]?.values).toEqual(['x', '“€—”']);
  });

  it('is understood in the encoding of Chinese spreadsheets', async () => {
    // 大小,颜色 / 1,红 / 2,蓝 / 3,红 / 4,蓝 in GB 18030
    const words = {
      name: [0xb4, 0xf3, 0xd0, 0xa1],
      color: [0xd1, 0xd5, 0xc9, 0xab],
      red: [0xba, 0xec],
      blue: [0xc0, 0xb6],
    };
    const row = (n: number, word: readonly number[]): number[] => [48 + n, 44, ...word, 10];
    const bytes = [
      ...words.name,
      44,
      ...words.color,
      10,
      ...row(1, words.red),
      ...row(2, words.blue),
      ...row(3, words.red),
      ...row(4, words.blue),
    ];
    const { found } = await read(Uint8Array.from(bytes));
    expect(found.columns).toMatchObject([
      { name: '大小', kind: 'number' },
      { name: '颜色', kind: 'category', values: ['红', '蓝'] },
    ]);
  });

  it('becomes numbers: as they are, days, and 1 among 0s; what is missing takes the mean or is all 0', async () => {
    const table = 'n,c,d,t\n1,a,1970-01-02,x\n3,b,1970-01-03,y\n,a,1970-01-04,x\n2,?,1970-01-05,y\n';
    const { x, y, count, preparation } = await made(table);
    expect(count).toBe(4);
    expect([...x]).toEqual([1, 1, 0, 1, 3, 0, 1, 2, 2, 1, 0, 3, 2, 0, 0, 4]);
    expect([...y]).toEqual([0, 1, 0, 1]);
    expect(preparation).toEqual([
      { name: 'n', scale: 1, shift: 0, missing: 2 },
      { name: 'c', categories: ['a', 'b'] },
      { name: 'd (days since 1970-01-01)', scale: 1, shift: 0, missing: 2.5 },
    ]);
  });

  it('takes mean and deviation from the training part alone', async () => {
    const content = await read('a,t\n0,x\n2,y\n4,x\n100,y\n');
    const { x, statistics } = inMemory(
      content.samples({ ...usual, scaling: 'standard' }, Uint32Array.of(0, 1, 2)),
    );
    expect(statistics).toMatchObject([{ name: 'a', mean: 2, min: 0, max: 4 }]);
    const deviation = Math.sqrt(8 / 3);
    expect([...x]).toEqual([-2, 0, 2, 98].map((value) => Math.fround(value / deviation)));
    const unit = inMemory(content.samples({ ...usual, scaling: 'unit' }, Uint32Array.of(0, 1, 2)));
    expect([...unit.x]).toEqual([0, 0.5, 1, 25]);
  });

  it('is used as a person says: another target, columns left out, whole numbers as classes', async () => {
    const table = 'a,b,t\n1,7,x\n2,8,y\n3,7,x\n4,8,y\n';
    const regression = await made(table, { target: 'a', ignored: 'b' });
    expect([...regression.y]).toEqual([1, 2, 3, 4]);
    expect(regression.y).toBeInstanceOf(Float32Array);
    expect([...regression.x]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
    const classes = await made(table, { target: 'b', answers: 'classes', ignored: 't' });
    expect([...classes.y]).toEqual([0, 1, 0, 1]);
    expect([...classes.x]).toEqual([1, 2, 3, 4]);
  });

  it('without a target in some rows goes on without these rows', async () => {
    const { files } = await openData(
      folder.write('', { 'gaps.csv': bytesOf('a,target,b\n1,x,5\n2,?,6\n3,y,7\n4,x,8\n5,y,9\n') }) +
        '/gaps.csv',
    );
    const document = chainDocument([['fc', 'linear', { outFeatures: 2 }]], 'cross-entropy', {
      source: 'table',
      files,
    });
    expect(partCountsOf({ testShare: 0.5 }, document.nodes[0] as DocumentNode)).toEqual({
      train: 2,
      validation: 0,
      test: 2,
    });
    expect(analyseDocument(document).problems).toEqual([]);
    const { trainer, machine } = await prepareHere({ document, options: {}, run: 'test' });
    while (!trainer.finished) trainer.step();
    expect(trainer.failure).toBeUndefined();
    machine.close();
  });

  it('that is learnt from: a class by a rule of its columns, and a number by a sum of them', async () => {
    const random = new RandomStream(5, 77);
    const rows = Array.from({ length: 300 }, () => {
      const [a, b] = [random.uniform() * 100, random.below(2)];
      return `${a.toFixed(2)},${b === 1 ? 'left' : 'right'},${(a > 50) === (b === 1) ? 'yes' : 'no'},${(3 * a + 50 * b).toFixed(2)}`;
    });
    const path = `${folder.write('', { 'rule.csv': bytesOf(`a,side,answer,sum\n${rows.join('\n')}\n`) })}/rule.csv`;
    const { files, report } = await openedReport(path);
    // The last column.
    expect(report.classes).toBeUndefined();
    const train = async (params: Params, loss: string, outputs: number) => {
      const document = chainDocument(
        [
          ['fc1', 'linear', { outFeatures: 16 }],
          ['tanh', 'tanh'],
          ['fc2', 'linear', { outFeatures: outputs }],
        ],
        loss,
        { source: 'table', files, ...params },
      );
      const optimizer = { type: 'adam', params: {} };
      document.training = { ...document.training, optimizer, learningRate: 0.03, epochs: 60 };
      const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
      while (!trainer.finished) trainer.step();
      machine.close();
      return trainer.measure().test;
    };
    const classes = await train({ target: 'answer', ignored: 'sum' }, 'cross-entropy', 2);
    expect(classes?.accuracy).toBeGreaterThan(0.9);
    const numbers = await train({ target: 'sum', ignored: 'answer' }, 'mse', 1);
    // Of numbers from 0 to 350, which spread by about 90.
    expect(numbers?.loss).toBeLessThan(90 ** 2 / 4);
  });
});

it('numbers of few values in very many columns, as the pixels of pictures, are numbers; those of the fewest may be classes', async () => {
  const pixels = (row: number): string => Array.from({ length: 784 }, (_, i) => (row * (i + 1)) % 89).join();
  const rows = Array.from({ length: 200 }, (_, row) => `${row % 10},${pixels(row)}`);
  const { columns } = (
    await read(`label,${Array.from({ length: 784 }, (_, i) => `p${i}`).join()}\n${rows.join('\n')}\n`)
  ).found;
  expect(columns.map(({ kind }) => kind)).toEqual(columns.map(() => 'number'));
  expect(columns[0]?.values).toHaveLength(10);
  expect(columns.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThanOrEqual(20_000);
});

describe('what cannot be used is said in a sentence', () => {
  it('a row that is longer or shorter, a quote without an end, by line', async () => {
    expect(await refusal(read('a,b\n1,2\n\n"x\ny",4\n5\n6,7\n'))).toBe(
      '/memory/a.csv: line 6: expected 2 values as in the first line, found 1.',
    );
    expect(await refusal(read('a,b\n1,2\n3,4,5\n'))).toContain(
      'line 3: expected 2 values as in the first line, found 3',
    );
    expect(await refusal(read('a,b\n1,2\n3,"4\n5,6\n'))).toContain(
      'line 3: expected an end of the quoted text',
    );
  });

  it('columns of which none can be predicted', async () => {
    const path = folder.write('blanks', {
      'a.csv': bytesOf(Array.from({ length: 40 }, (_, i) => `${i}^${2 * i}`).join('\n')),
    });
    expect(await refusal(openedReport(`${path}/a.csv`))).toBe(
      `${path}/a.csv: No column can be predicted: expected numbers, dates or words that repeat in one of them, found neither.`,
    );
  });

  it('a number that float32 does not hold, in a column of numbers', async () => {
    expect(await refusal(read('a,b\n1,2\n3,-inf\n?,4\n'))).toBe(
      '/memory/a.csv: expected numbers that float32 can hold in "b", found -inf in row 2.',
    );
    expect(await refusal(read('a,b\n1e39,2\n3,5\n'))).toContain('found 1e39 in row 1');
    expect(await columnsOf('a,b\ninf,1\nsup,2\ninf,3\nsup,4\n')).toEqual(['a: category', 'b: number']);
  });

  it('a number without end below the names of the columns, and a column in which nothing stands', async () => {
    expect(await refusal(read('a,label\n1,x\n-Infinity,y\n3,x\n'))).toContain('found -Infinity in row 2');
    const path = folder.write('nothing', { 'a.csv': bytesOf('a,label\n1,\n2,\n3,\n') });
    expect(await refusal(openedReport(`${path}/a.csv`))).toBe(
      `${path}/a.csv: No column is left as an input: nothing stands in "label".`,
    );
  });

  it('what Git LFS leaves where it has not fetched a file', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const path = `${folder.write('pointer', { 'a.csv': bytesOf(pointer) })}/a.csv`;
    expect(await refusal(openData(path))).toBe(
      `${path}: expected the file itself, found a pointer of Git LFS to it; fetch it with git lfs pull.`,
    );
  });

  it('no rows, no text, and too many columns', async () => {
    expect(await refusal(read('a,b\n'))).toContain('expected at least 2 rows, found 1');
    expect(await refusal(read(''))).toContain('found 0');
    expect(await refusal(read(Uint8Array.of(0x89, 0x50, 0, 1)))).toContain(
      'expected text, found bytes that are none',
    );
    expect(await refusal(read(`${Array.from({ length: 5000 }, (_, i) => `c${i}`).join()}\n`))).toContain(
      'line 1: expected at most 4096 columns, found 5000',
    );
  });

  it('more categories than a project holds, and several tables in one folder', async () => {
    const cells = (row: number): string => Array.from({ length: 60 }, (_, i) => `w${i}-${row % 400}`).join();
    const wide = Array.from({ length: 800 }, (_, row) => cells(row)).join('\n');
    expect(await refusal(read(wide))).toContain(
      'expected at most 20000 categories in all columns together, found 24000',
    );
    const path = folder.write('several', { 'a.csv': bytesOf('1,2\n'), 'b.csv': bytesOf('1,2\n') });
    expect(await refusal(openData(path))).toBe(
      `${path}: expected one table, or one called train and one called test; open one of the files, found a.csv, b.csv.`,
    );
    folder.write('several', { 'other.bin': Uint8Array.of(1, 2, 3) });
    expect(await refusal(openData(`${path}/other.bin`))).toMatch(
      /other\.bin: expected IDX files .*, found other\.bin\.$/,
    );
  });

  it('one class, no inputs, a target that is not there or no class, as problems of the Data node', async () => {
    const { found } = await read(
      `a,b,c\n${Array.from({ length: 30 }, (_, i) => `${i},x,word ${i}`).join('\n')}\n`,
    );
    const table = sourceOf('table');
    if (table === undefined) throw new Error('tables are a source');
    const problemOf = (params: Params): string | undefined => {
      const files = { path: '/memory', fingerprint: '', ...found };
      const document = chainDocument([], 'cross-entropy', { source: 'table', files, ...params });
      const problem = analyseDocument(document).problems.find(({ place }) => place.node === 'data');
      if (problem !== undefined) expectSentence(problem.message);
      if (problem !== undefined) expect(sampleTypeOf(table, { ...usual, ...params, files })).toBeUndefined();
      return problem?.message.en;
    };
    expect(problemOf({})).toBe('"b" needs at least two classes to tell apart, found only "x".');
    expect(problemOf({ target: 'a', ignored: 'b' })).toBe(
      'No column is left as an input: what stands in "c" is neither numbers nor dates, and hardly ever repeats.',
    );
    expect(problemOf({ target: 'z' })).toBe('There is no column "z" to predict; expected one of a, b.');
    expect(problemOf({ target: 'c' })).toContain('its texts hardly ever repeat');
    expect(problemOf({ target: 'b', answers: 'number' })).toContain('holds words');
    expect(problemOf({ target: 'a' })).toBeUndefined();
    found.columns.pop();
    expect(problemOf({ target: 'a', ignored: 'b' })).toBe(
      'No column is left as an input; make at least one of them an input.',
    );
  });
});

it('names with commas and quotes in them come back from a list', () => {
  const names = ['a', 'b, c', 'say "x"', ' d '];
  expect(namesIn(listOf(names))).toEqual(names);
  expect(namesIn(' a ,b,,')).toEqual(['a', 'b']);
});

it('mutated tables are read or refused, and never anything else', async () => {
  const table = `n,c,d,t\n${Array.from({ length: 30 }, (_, i) => `${i / 4},${'abc'[i % 3]},2024-01-${10 + (i % 20)},${'xy'[i % 2]}`).join('\n')}\n`;
  const { read: usable, refused } = await fuzz(tableReader, { 'a.csv': bytesOf(table) }, 1000, {
    ...usual,
    scaling: 'standard',
  });
  expect(usable).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});
