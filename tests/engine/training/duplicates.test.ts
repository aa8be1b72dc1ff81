import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../../engine/hosts/data-files.ts';
import { samplePage, samplesOf } from '../../../engine/hosts/document-samples.ts';
import { someDuplicates } from '../../../engine/hosts/duplicate-searches.ts';
import { partCodes } from '../../../engine/protocol/data-messages.ts';
import { DuplicateSearch, duplicatesIn } from '../../../engine/training/duplicates.ts';
import { barImages, dataFolder, type FilesByName, idx } from '../data/sample-files.ts';
import { chainDocument } from '../documents.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const [classes, size] = [3, 5];
const bytes = size * size;

/** Bars, of which some stand where others stood: [to, from], in numbers of training or (from 1000 on) test images. */
function set(
  copies: readonly (readonly [number, number])[],
  relabelled: readonly number[] = [],
): FilesByName {
  const [train, test] = [barImages(60, classes, size, 1), barImages(24, classes, size, 2)];
  const place = (number: number) =>
    number < 1000 ? ([train, number] as const) : ([test, number - 1000] as const);
  for (const [to, from] of copies) {
    const [[part, row], [source, sourceRow]] = [place(to), place(from)];
    part.images.set(source.images.subarray(sourceRow * bytes, (sourceRow + 1) * bytes), row * bytes);
    part.labels[row] = source.labels[sourceRow] as number;
  }
  for (const number of relabelled) {
    const [part, row] = place(number);
    part.labels[row] = ((part.labels[row] as number) + 1) % classes;
  }
  return {
    'train-images': idx([60, size, size], train.images),
    'train-labels': idx([60], train.labels),
    't10k-images': idx([24, size, size], test.images),
    't10k-labels': idx([24], test.labels),
  };
}

async function documentOn(name: string, files: FilesByName, more = {}) {
  const { source, files: found } = await openData(folder.write(name, files));
  return chainDocument([['flat', 'flatten']], 'cross-entropy', { source, files: found, ...more });
}
const dataset = async (name: string, files: FilesByName, more = {}) =>
  samplesOf(await documentOn(name, files, more), 'data');

describe('samples that are there more than once', () => {
  it('are none where no two are the same', async () => {
    const found = await dataset('apart', set([]));
    expect(duplicatesIn(found)).toEqual({
      share: 1,
      leaked: 0,
      repeated: 0,
      contradictory: 0,
      leaks: [],
      repeats: [],
      remarks: [],
    });
  });

  it('are counted by part, shown in pairs, and told apart where their targets differ', async () => {
    const copies = [
      [7, 2],
      [9, 2],
      [30, 31],
      [1003, 5],
      [1004, 2],
    ] as const;
    const found = await dataset('twice', set(copies, [9, 1003]));
    const { remarks, ...rest } = duplicatesIn(found);
    expect(rest).toEqual({
      share: 1,
      leaked: 2,
      repeated: 3,
      contradictory: 2,
      repeats: [
        [2, 7],
        [2, 9],
        [30, 31],
      ],
      leaks: [
        [5, 63],
        [2, 64],
      ],
    });
    expect(remarks.map(({ en }) => en)).toEqual([
      '2 of 24 test samples are among the training samples too, so the test shows less than it seems.',
      '3 of 60 training samples were there before: they count more than once.',
      '2 of the samples that stand more than once have another target than the first time: no network can get both right.',
    ]);
  });

  it('are found in a table too, whose numbers take other widths', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i % 17},${'abc'[i % 3]},${i % 2 === 0 ? 'yes' : 'no'}`,
    );
    const csv = new TextEncoder().encode(`size,kind,answer\n${rows.join('\n')}\n`);
    const found = await dataset('table', { 'rows.csv': csv });
    const { leaked, repeated } = duplicatesIn(found);
    // 17 · 3 different rows repeat after 51, and there are 40: with the answer left out none is there twice.
    expect(leaked + repeated).toBe(0);
    const doubled = new TextEncoder().encode(
      `size,kind,answer\n${rows.join('\n')}\n${rows.slice(0, 9).join('\n')}\n`,
    );
    const more = duplicatesIn(await dataset('doubled', { 'rows.csv': doubled }));
    // Two that are both tested with would be neither; this split has none of them.
    expect(more.leaked + more.repeated).toBe(9);
  });

  it('are looked for in slices, and what was found so far is told', async () => {
    const found = await dataset('twice', set([[7, 2]]));
    const search = new DuplicateSearch(found);
    expect(search.found()).toMatchObject({ share: 0, repeated: 0 });
    search.advance(0);
    expect(search.isDone).toBe(false);
    while (!search.isDone) search.advance(1);
    expect(search.found()).toEqual(duplicatesIn(found));
    const document = await documentOn('twice', set([[7, 2]]));
    expect(await someDuplicates(document, 'data')).toEqual(search.found());
  });
});

describe('samples one after the other', () => {
  it('come by part, by class and by number, with the numbers that they have', async () => {
    const found = await dataset('apart', set([]));
    const page = samplePage(found, { part: 'test', first: 4, count: 3 }, 1, undefined);
    expect([...page.rows]).toEqual([64, 65, 66]);
    expect([...page.part]).toEqual(new Array(3).fill(partCodes.test));
    expect(page.count).toBe(24);
    expect([...page.y]).toEqual([1, 2, 0]);
    const ofClass = samplePage(found, { part: 'train', class: 2, first: 18, count: 10 }, 1, undefined);
    expect([...ofClass.rows]).toEqual([56, 59]);
    expect(ofClass.count).toBe(20);
    const named = samplePage(found, { rows: [80, 3, 500] }, 1, undefined);
    expect([...named.rows]).toEqual([80, 3]);
    expect(named.x.length).toBe(2 * bytes);
    expect(samplePage(found, { part: 'train', first: 99, count: 5 }, 1, undefined).rows).toHaveLength(0);
  });

  it('come as training varies them in an epoch, where they are varied', async () => {
    const found = await dataset('apart', set([]), { crop: 2 });
    const from = { rows: [0, 1, 2, 3] };
    const plain = samplePage(found, from, 1, undefined);
    const [first, again, next] = [0, 0, 1].map((epoch) => samplePage(found, from, 1, epoch).x);
    expect(first).not.toEqual(plain.x);
    expect(first).toEqual(again);
    expect(first).not.toEqual(next);
  });

  it('of a table bring its cells as they stand in the file', async () => {
    const csv = new TextEncoder().encode('size,answer\n1.5,yes\n2.5,?\n3.5,no\n4.5,yes\n5.5,no\n6.5,no\n');
    const found = await dataset('cells', { 'rows.csv': csv });
    // The row without an answer is no sample.
    const { cells } = samplePage(found, { rows: [0, 1, 2] }, 1, undefined);
    expect(cells).toEqual({
      names: ['size', 'answer'],
      cells: [
        ['1.5', 'yes'],
        ['3.5', 'no'],
        ['4.5', 'yes'],
      ],
    });
  });
});
