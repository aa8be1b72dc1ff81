import { afterAll, describe, expect, it } from 'vitest';
import { tableReader } from '../../../engine/data/readers/table.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { partCountsOf } from '../../../engine/document/run-length.ts';
import type { DocumentNode } from '../../../engine/document/schema.ts';
import { openData, openedReport, readFiles } from '../../../engine/hosts/data-files.ts';
import { createOnnxruntime } from '../../../engine/hosts/onnxruntime.ts';
import { certifyModel, exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { type Dataset, datasetOf } from '../../../engine/training/dataset.ts';
import { chainDocument } from '../documents.ts';
import { fuzz } from './fuzz.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import { dataFolder, type FilesByName } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const written = (tables: Readonly<Record<string, string>>): FilesByName =>
  Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, new TextEncoder().encode(text)]));

let folders = 0;
const place = (tables: Readonly<Record<string, string>>): string =>
  folder.write(`set-${folders++}`, written(tables));

const network = (files: Awaited<ReturnType<typeof openData>>['files'], params: Params = {}) =>
  chainDocument([['fc', 'linear', { outFeatures: 2 }]], 'cross-entropy', {
    source: 'table',
    files,
    ...params,
  });

async function datasetAt(path: string, params: Params = {}, settings = { testShare: 0.5, seed: 1 }) {
  const { files } = await openData(path);
  const node = network(files, params).nodes[0] as DocumentNode;
  const dataset = (await datasetOf({ training: settings }, node, readFiles)) as Dataset;
  return { files, node, dataset, samples: inMemory(dataset.samples) };
}

const train = 'size,colour,kind\n0,red,a\n2,blue,b\n4,red,a\n';
const test = 'size,colour,kind\n100,red,b\n200,blue,a\n';

describe('tables called train and test', () => {
  it('are one set, whose test rows are as the folder gives them whatever the share and the seed', async () => {
    const path = place({ 'flowers-train.csv': train, 'flowers-test.csv': test });
    for (const settings of [
      { testShare: 0.5, seed: 1 },
      { testShare: 0, seed: 9 },
    ]) {
      const { dataset, samples, files, node } = await datasetAt(path, {}, settings);
      expect(files).toMatchObject({ train: 3, test: 2 });
      expect(dataset.split).toEqual({
        train: Uint32Array.of(0, 1, 2),
        validation: Uint32Array.of(),
        test: Uint32Array.of(3, 4),
      });
      expect(dataset.origins.test).toBe('given');
      expect(partCountsOf(settings, node)).toEqual({ train: 3, validation: 0, test: 2 });
      expect([...samples.y]).toEqual([0, 1, 0, 1, 0]);
    }
  });

  it('are scaled by the rows to train on alone', async () => {
    const { samples } = await datasetAt(place({ 'train.csv': train, 'test.csv': test }), {
      ignored: 'colour',
    });
    const deviation = Math.sqrt(8 / 3);
    expect([...samples.x]).toEqual([-2, 0, 2, 98, 198].map((value) => Math.fround(value / deviation)));
    expect(samples.statistics).toMatchObject([{ mean: 2, max: 4 }]);
  });

  it('may have a third one to validate with; one called validation alone is tested with', async () => {
    const more = 'size,colour,kind\n7,red,a\n';
    const three = await datasetAt(
      place({ 'train.tsv': train, 'valid.tsv': more, 'test.tsv': test, 'notes.csv': '1\n2\n' }),
    );
    expect(three.files).toMatchObject({ train: 3, validation: 1, test: 2 });
    expect(three.dataset.origins).toEqual({ validation: 'given', test: 'given' });
    expect([...three.dataset.split.validation]).toEqual([3]);
    const two = await datasetAt(place({ 'train.csv': train, 'val.csv': more }));
    expect(two.files).toMatchObject({ train: 3, test: 1 });
    expect(two.files.validation).toBeUndefined();
    // As in folders of images, the folder may be what is called after the part.
    const inFolders = await openData(place({ 'train/rows.csv': train, 'test/rows.csv': test }));
    expect(inFolders.files).toMatchObject({ train: 3, test: 2 });
  });

  it('go by the names of their columns, and by their order where one has no names', async () => {
    const turned = 'kind,extra,colour,size\nb,1,red,100\na,2,blue,200\n';
    const byName = await datasetAt(place({ 'train.csv': train, 'test.csv': turned }));
    const asTrain = await datasetAt(place({ 'train.csv': train, 'test.csv': test }));
    expect(byName.samples.x).toEqual(asTrain.samples.x);
    expect(byName.dataset.cells?.(3)).toEqual(['100', 'red', 'b']);
    expect(byName.dataset.rows?.cells).toEqual([
      ['0', 'red', 'a'],
      ['2', 'blue', 'b'],
      ['4', 'red', 'a'],
    ]);
    const nameless = test.slice(test.indexOf('\n') + 1);
    const byOrder = await datasetAt(place({ 'train.csv': train, 'test.csv': nameless }));
    expect(byOrder.samples.x).toEqual(asTrain.samples.x);
    // All of these are words, so that nothing but the other table tells that the first line is no row.
    const words = 'u,v\na,b\nc,d\na,b\nc,d\n';
    const short = await openData(place({ 'train.csv': words, 'test.csv': 'u,v\na,b\n' }));
    expect(short.files).toMatchObject({ train: 4, test: 1 });
  });

  it('of which only the one to test with has a class or a category say so, and learn nothing of it', async () => {
    const held = 'size,colour,kind\n1,green,c\n1,red,a\n';
    const path = place({ 'train.csv': train, 'test.csv': held });
    const { report } = await openedReport(path);
    expect(report.remarks.map(({ en }) => en)).toEqual([
      'Not among the training samples: "green" in "colour". As inputs they are taken as missing.',
      'Without samples to train on: c. The network cannot learn this class.',
    ]);
    expect(report.classes?.map(({ name, train, test }) => [name.en, train, test])).toEqual([
      ['a', 2, 1],
      ['b', 1, 0],
      ['c', 0, 1],
    ]);
    const { samples } = await datasetAt(path, { scaling: 'none' });
    expect(samples.x.slice(12)).toEqual(Float32Array.of(1, 0, 0, 0, 1, 0, 1, 0));
  });

  it('that end their answers with a full stop only to test with are read as one', async () => {
    const dotted = test.replaceAll(/([ab])\n/g, '$1.\n');
    const { report } = await openedReport(place({ 'train.csv': train, 'test.csv': dotted }));
    expect(report.classes?.map(({ name, test }) => [name.en, test])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(report.remarks.map(({ en }) => en)).toEqual([
      'In test.csv "b." is read as "b", as train.csv writes it.',
      'In test.csv "a." is read as "a", as train.csv writes it.',
    ]);
  });

  it('leave out rows without a target, in the part where they are', async () => {
    const path = place({
      'train.csv': 'size,kind\n1,a\n2,?\n3,b\n',
      'val.csv': 'size,kind\n4,a\n',
      'test.csv': 'size,kind\n5,\n6,b\n7,\n',
    });
    const { dataset, node, samples } = await datasetAt(path, { scaling: 'none' });
    expect(partCountsOf({ testShare: 0.5 }, node)).toEqual({ train: 2, validation: 1, test: 1 });
    expect([...samples.x]).toEqual([1, 3, 4, 6]);
    expect([...dataset.split.test]).toEqual([3]);
  });

  it('are proved in an export that does the preparing, though the test part has a word that training never saw', async () => {
    const held = 'size,colour,kind\n1,green,b\n?,red,a\n';
    const { files } = await openData(place({ 'train.csv': train, 'test.csv': held }));
    const document = network(files);
    expect(analyseDocument(document).problems).toEqual([]);
    const { trainer, machine } = await prepareHere({ document, options: {}, run: 'test' });
    while (!trainer.finished) trainer.step();
    const model = {
      document,
      weights: trainer.weights(),
      measured: trainer.measure(),
      step: trainer.stepsTaken,
    };
    machine.close();
    expect(model.weights.length).toBeGreaterThan(0);
    const onnxruntime = createOnnxruntime();
    const { onnx, preprocessing } = await exportModel(model, { inside: true });
    expect(preprocessing).toBe('inside');
    expect(await certifyModel(model, wholeFile(onnx), 'x.onnx', onnxruntime)).toMatchObject({ equal: true });
    onnxruntime.close();
  });
});

it('a table to test with that has no rows is named, and one in which nothing stands is refused', async () => {
  for (const header of ['size,colour,kind\n', 'size,colour\n', 'size,colour\n\n  \n']) {
    const { dataset, files } = await datasetAt(place({ 'train.csv': train, 'test.csv': header }));
    expect(dataset.remarks.map(({ en }) => en)[0]).toBe('test.csv has no rows.');
    expect(dataset.remarks.some(({ en }) => en.includes('lacks'))).toBe(false);
    expect(files.columns.some(({ asked }) => asked)).toBe(false);
    expect(dataset.origins.test).toBe('byClass');
  }
  expect(await refusal(openData(place({ 'train.csv': train, 'test.csv': '' })))).toContain(
    'test.csv: expected 3 columns as in train.csv, found 0; open train.csv itself to use it alone',
  );
});

describe('a table of rows to be answered, beside one to train on', () => {
  const passengers = 'id,survived,name,port\n1,0,u,S\n2,1,v,C\n3,1,w,S\n4,0,x,C\n';
  const asked = 'id,name,port\n5,y,S\n6,z,C\n';

  it('is left out and named, and says which column is the answer', async () => {
    const path = place({
      'train.csv': passengers,
      'test.csv': asked,
      'submission.csv': 'id,survived\n5,0\n6,0\n',
    });
    const { files, dataset, node, samples } = await datasetAt(path, {
      scaling: 'none',
      ignored: 'name, port',
    });
    expect(files).toMatchObject({ train: 4, test: 0 });
    expect([...samples.y]).toEqual([0, 1, 1, 0]);
    expect([...samples.x]).toEqual([1, 2, 3, 4]);
    expect(partCountsOf({ testShare: 0.5 }, node)).toEqual({ train: 2, validation: 0, test: 2 });
    expect(dataset.remarks[0]?.en).toBe(
      'test.csv lacks "survived": its rows have no answers and are left out. The Models page can answer them with the exported model.',
    );
    // Said by a person, another column is.
    const other = await datasetAt(path, { target: 'port' });
    expect(other.samples.y).toEqual(Int32Array.of(1, 0, 1, 0));
  });

  it('leaves a table to validate with to be tested with', async () => {
    const path = place({
      'train.csv': passengers,
      'val.csv': passengers.replace('1,0,u', '9,0,u'),
      'test.csv': asked,
    });
    const { files, dataset } = await datasetAt(path);
    expect(files).toMatchObject({ train: 4, test: 4 });
    expect(files.validation).toBeUndefined();
    expect(dataset.origins.test).toBe('given');
  });

  it('is known by its names though all that stands in it is words', async () => {
    const words = 'a,b,c\nu,v,w\nx,y,z\nu,v,w\nx,y,z\n';
    const { files } = await datasetAt(place({ 'train.csv': words, 'test.csv': 'a,b\np,q\nr,s\n' }));
    expect(files.columns.map(({ asked }) => asked)).toEqual([undefined, undefined, true]);
  });
});

describe('a column that says which part each row is in', () => {
  const table = 'size,set,kind\n9,test,a\n0,train,a\n7,val,b\n2,train,b\n8,test,?\n4,train,a\n';

  it('splits the rows, which come in the order of their parts, and is no input', async () => {
    const { dataset, node, samples, files } = await datasetAt(place({ 'a.csv': table }), { scaling: 'none' });
    expect(files.columns.map(({ kind }) => kind)).toEqual(['number', 'part', 'category']);
    expect([...samples.x]).toEqual([0, 2, 4, 7, 9]);
    expect([...samples.y]).toEqual([0, 1, 0, 1, 0]);
    expect(dataset.split).toEqual({
      train: Uint32Array.of(0, 1, 2),
      validation: Uint32Array.of(3),
      test: Uint32Array.of(4),
    });
    expect(dataset.origins).toEqual({ validation: 'given', test: 'given' });
    expect(partCountsOf({ testShare: 0.4 }, node)).toEqual({ train: 3, validation: 1, test: 1 });
    expect(dataset.cells?.(4)).toEqual(['9', 'test', 'a']);
  });

  it('that is ignored leaves the parts to be drawn from all rows', async () => {
    const { dataset, node, samples } = await datasetAt(place({ 'a.csv': table }), {
      ignored: 'set',
      scaling: 'none',
    });
    expect([...samples.x]).toEqual([9, 0, 7, 2, 4]);
    expect(dataset.origins.test).toBe('byClass');
    expect(partCountsOf({ testShare: 0.4 }, node)).toEqual({ train: 3, validation: 0, test: 2 });
  });

  it('leaves the rows of which it says nothing to train on, and that is told while it splits them', async () => {
    const gaps = table.replace('0,train', '0,').replace('4,train', '4,?');
    const { files, dataset, samples } = await datasetAt(place({ 'a.csv': gaps }), { scaling: 'none' });
    expect(files.columns[1]).toMatchObject({ kind: 'part', missing: 2 });
    expect([...samples.x]).toEqual([0, 2, 4, 7, 9]);
    expect(dataset.split.train).toEqual(Uint32Array.of(0, 1, 2));
    const told = '"set" names no part in 2 rows: they are trained on.';
    expect(dataset.remarks.map(({ en }) => en)).toContain(told);
    const ignored = await datasetAt(place({ 'a.csv': gaps }), { ignored: 'set' });
    expect(ignored.dataset.remarks.map(({ en }) => en)).not.toContain(told);
    expect(ignored.dataset.origins.test).toBe('byClass');
  });

  it('may mark the rows to test with alone, or say it in Chinese', async () => {
    const marked = 'size,set,kind\n9,test,a\n0,,a\n2,,b\n8,test,b\n4,,a\n';
    const chinese = 'size,划分,kind\n9,测试集,a\n0,训练集,a\n2,训练集,b\n8,测试集,b\n4,训练集,a\n';
    for (const text of [marked, chinese]) {
      const { samples, dataset } = await datasetAt(place({ 'a.csv': text }), { scaling: 'none' });
      expect([...samples.x]).toEqual([0, 2, 4, 9, 8]);
      expect([...dataset.split.test]).toEqual([3, 4]);
    }
  });

  it('has to leave some rows to test with, and some to train on', async () => {
    const { files } = await openData(place({ 'a.csv': table.replaceAll('test', '').replace('val', '') }));
    expect(files.columns[1]?.kind).toBe('category');
    const few = await refusal(openData(place({ 'a.csv': 'size,set\n1,test\n2,train\n3,test\n' })));
    expect(few).toContain('expected at least 2 rows to train on, found 1');
  });

  it('cannot be predicted', async () => {
    const { files } = await openData(place({ 'a.csv': table }));
    const problems = analyseDocument(network(files, { target: 'set' })).problems.map(
      ({ message }) => message.en,
    );
    expect(problems).toContain('"set" cannot be predicted: it says which part each row belongs to.');
  });
});

describe('tables that do not go together are refused in a sentence', () => {
  it.each([
    [
      'a column is not there',
      { 'train.csv': train, 'test.csv': 'size,colour,sort\n1,red,a\n2,blue,b\n' },
      /test\.csv: expected the columns of train\.csv, found none called "kind"; open train\.csv itself/,
    ],
    [
      'there are fewer',
      { 'train.csv': '1,2\n3,4\n5,6\n', 'test.csv': '1\n2\n' },
      /test\.csv: expected 2 columns as in train\.csv, found 1; open train\.csv itself/,
    ],
    [
      'a number is a word',
      { 'train.csv': train, 'test.csv': 'size,colour,kind\n1,red,a\nlarge,red,a\n' },
      /test\.csv: expected numbers in "size" as among the rows to train on, found "large" in row 2\.$/,
    ],
    [
      'there are two sets',
      { 'a-train.csv': train, 'a-test.csv': test, 'b-train.csv': train, 'b-test.csv': test },
      /expected one table, or one called train and one called test; open one of the files, found a-test\.csv, /,
    ],
    [
      'there are two to test with',
      { 'train.csv': train, 'test.csv': test, 'testing.csv': test },
      /expected one table, or one called train and one called test/,
    ],
  ])('where %s', async (_, tables, sentence) => {
    expect(await refusal(openData(place(tables)))).toMatch(sentence);
  });

  it('one of them that is opened by itself is a table of its own', async () => {
    const path = place({ 'train.csv': train, 'test.csv': test });
    expect((await openData(`${path}/train.csv`)).files).toMatchObject({ train: 3, test: 0 });
  });

  it('mutated ones are read or refused, and never anything else', async () => {
    const rows = (from: number, count: number): string =>
      Array.from({ length: count }, (_, i) => `${(from + i) / 4},${'abc'[i % 3]},${'xy'[i % 2]}`).join('\n');
    const tables = written({ 'train.csv': `n,c,t\n${rows(0, 20)}\n`, 'test.csv': `n,c,t\n${rows(9, 8)}\n` });
    const usual = { scaling: 'standard', target: '', answers: 'auto', ignored: '' };
    const { read, refused } = await fuzz(tableReader, tables, 400, usual);
    expect(read).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });
});
