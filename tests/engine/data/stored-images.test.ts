import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SizeImages, SourceFiles } from '../../../engine/data/readers/contract.ts';
import { imagesReader } from '../../../engine/data/readers/images.ts';
import { areStored } from '../../../engine/data/sources/rows.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import type { DocumentNode, NetwrightDocument } from '../../../engine/document/schema.ts';
import { startBatchThread } from '../../../engine/hosts/batch-thread.ts';
import { samplePage, sampleSet, variedSet } from '../../../engine/hosts/document-samples.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { spawnPoolThread } from '../../../engine/hosts/pool-threads.ts';
import { PreparedImages } from '../../../engine/hosts/prepared-images.ts';
import { openSet } from '../../../engine/hosts/stored-rows.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import { reportOn } from '../../../engine/training/data-report.ts';
import { type Dataset, datasetOf, type ReadFiles } from '../../../engine/training/dataset.ts';
import { duplicatesIn } from '../../../engine/training/duplicates.ts';
import { prepareTraining } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { encodePng } from './image-files.ts';
import { type FilesByName, memoryFiles } from './sample-files.ts';

const root = mkdtempSync(join(tmpdir(), 'netwright-stored-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const side = 6;
const params = { side, crop: 1, flip: true, mixup: 0.2 };

/** Images of two classes, of which some stand there twice. */
let files: FilesByName;
beforeAll(async () => {
  const named: Record<string, Uint8Array> = {};
  for (let i = 0; i < 40; i++) {
    const tint = i === 17 ? 5 : i;
    const draw = (x: number, y: number) => [9 * x + 4 * tint, 20 * y, i % 2 === 0 ? 220 : 30] as const;
    named[`${i % 2 === 0 ? 'warm' : 'cold'}/${i}.png`] = await encodePng(8, 7, draw);
  }
  files = named;
});

/** The same files, brought to size by somebody else. */
const sizedBy = (sizeImages: SizeImages): SourceFiles => ({ ...memoryFiles(files), sizeImages });

/** All of it read row by row, however little it is. */
const rowByRow: SizeImages = async (images, size) => {
  const prepared = new PreparedImages({
    folder: root,
    limitBytes: 1e9,
    readWholeBytes: 0,
    freeBytes: () => Promise.resolve(1e9),
  });
  const stamped = images.map((image) => ({ ...image, stamp: () => Promise.resolve('') }));
  const sized = await prepared.sized({ path: '/memory', images: stamped, size, fingerprint: () => '' });
  expect(areStored(sized.rows)).toBe(true);
  return sized;
};

async function opened(source: SourceFiles, given: Params = params) {
  const { found } = await imagesReader.read(source, given);
  const document = chainDocument(
    [
      ['flat', 'flatten'],
      ['fc', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'images', files: { path: '/memory', fingerprint: '', ...found }, ...given },
  );
  const readFiles: ReadFiles = (_type, _files, read) => imagesReader.read(source, read);
  const dataset = await datasetOf(document, document.nodes[0] as DocumentNode, readFiles);
  return { document, readFiles, dataset: dataset as Dataset };
}

function prepare(document: NetwrightDocument, readFiles: ReadFiles, isAhead: boolean) {
  const threads = 2;
  return prepareTraining({
    document,
    options: { threads },
    run: 'test',
    surroundings: {
      threads,
      spareBytes: 2 ** 32,
      kernels: kernelsHere,
      spawn: spawnPoolThread,
      readFiles,
      ...(isAhead && { ahead: { start: startBatchThread, pays: () => true } }),
    },
  });
}

describe('images that are read row by row', () => {
  it('are to everyone what they are in memory: reports, pages, variations, duplicates', async () => {
    const [memory, stored] = [await opened(memoryFiles(files)), await opened(sizedBy(rowByRow))];
    expect(areStored(stored.dataset.samples.x)).toBe(true);
    expect(areStored(memory.dataset.samples.x)).toBe(false);
    const told = ({ dataset }: typeof memory) => [
      reportOn(dataset),
      sampleSet(dataset),
      sampleSet(dataset, 7),
      variedSet(dataset, 3, 5, 4),
      samplePage(dataset, { part: 'train', class: 1, first: 2, count: 6 }, 3, 2),
      samplePage(dataset, { rows: [39, 0, 39, 500] }, 3, undefined),
      duplicatesIn(dataset),
    ];
    expect(told(stored)).toEqual(told(memory));
    expect(duplicatesIn(stored.dataset)).toMatchObject({ repeated: 1 });
    // What was counted is kept, and read the next time.
    const kept = (): string[] =>
      readdirSync(root, { recursive: true })
        .map(String)
        .filter((name) => name.includes('counts-'));
    expect(kept()).toHaveLength(1);
    expect(told(await opened(sizedBy(rowByRow)))).toEqual(told(memory));
    expect(kept()).toHaveLength(1);
  });

  it('train to the same bits, by the thread that trains and by one that makes batches ahead', async () => {
    const digests: string[] = [];
    for (const [source, isAhead] of [
      [memoryFiles(files), false],
      [sizedBy(rowByRow), false],
      [sizedBy(rowByRow), true],
    ] as const) {
      const { document, readFiles } = await opened(source);
      const training = { ...document.training, batchSize: 3, epochs: 8 };
      const { trainer, machine } = await prepare({ ...document, training }, readFiles, isAhead);
      while (!trainer.finished) trainer.step();
      digests.push(`${sha256(weightBytes(trainer.weights()))} ${JSON.stringify(trainer.measure())}`);
      machine.close();
    }
    expect(new Set(digests).size).toBe(1);
  });

  it('are trained on where they are more than memory could hold', async () => {
    const [large, count] = [512, 12_000]; // 2.9 GiB
    const size = large * large;
    const folder = join(root, 'large');
    mkdirSync(folder);
    // What was not written takes no room on a disk, and is black.
    const file = openSync(join(folder, 'rows.bin'), 'w');
    const checks = new Uint32Array(count).fill(crc32(new Uint8Array(size)));
    // Every other image is white in its first line.
    const lined = new Uint8Array(size).fill(255, 0, large);
    const linedCheck = crc32(lined);
    for (let row = 1; row < count; row += 2) {
      checks[row] = linedCheck;
      writeSync(file, lined, 0, large, row * size);
    }
    writeSync(file, checks, 0, undefined, count * size);
    const counts = new Array<number>(256).fill(0);
    counts[255] = (count / 2) * large;
    counts[0] = count * size - (counts[255] as number);
    const set = { format: 1, of: '/large', count, size, counts, wrong: [], fingerprint: '' };
    writeFileSync(join(folder, 'set.json'), JSON.stringify(set));

    const names = Array.from(
      { length: count },
      (_, i) =>
        [`${i < count - 4 ? 'train' : 'test'}/${i % 2 === 0 ? 'black' : 'white'}/${i}.png`, lined] as const,
    );
    const source = {
      ...memoryFiles(Object.fromEntries(names)),
      sizeImages: () => Promise.resolve(openSet(folder) ?? never()),
    };
    const before = process.memoryUsage().rss;
    const { document, readFiles, dataset } = await opened(source, { side: large, colour: 'grey' });
    expect(dataset.samples.count).toBe(count);
    const { trainer, machine } = await prepare(document, readFiles, true);
    for (let step = 0; step < 20; step++) trainer.step();
    expect(trainer.lastAccuracy).toBe(1);
    machine.close();
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
  });
});

const never = (): never => {
  throw new Error('the set is sound');
};
