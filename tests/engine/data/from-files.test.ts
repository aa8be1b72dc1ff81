import { rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelStatistics } from '../../../engine/data/sources/contract.ts';
import type { FoundFiles } from '../../../engine/declaration/found-files.ts';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { readDocument } from '../../../engine/document/read.ts';
import { partCountsOf } from '../../../engine/document/run-length.ts';
import type { DocumentNode, NetwrightDocument } from '../../../engine/document/schema.ts';
import { openData, readFiles } from '../../../engine/hosts/data-files.ts';
import { sampleSet, samplesOf } from '../../../engine/hosts/document-samples.ts';
import { createOnnxruntime } from '../../../engine/hosts/onnxruntime.ts';
import { inspectBytes, testRows } from '../../../engine/hosts/opened-model.ts';
import { certifyModel, exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { runModel } from '../../../engine/interchange/onnx/run-model.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import { type Dataset, datasetOf } from '../../../engine/training/dataset.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { barImages, dataFolder, idx, mnistLike } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

let files: FoundFiles;
let withoutTest: FoundFiles;
beforeAll(async () => {
  ({ files } = await openData(folder.write('mnist', mnistLike({ train: 150, test: 50 }, true))));
  const { images, labels } = barImages(101, 4, 8);
  // One class is rare.
  labels.fill(0, 40);
  const pair = { images: idx([101, 8, 8], images), labels: idx([101], labels) };
  ({ files: withoutTest } = await openData(folder.write('pair', pair)));
});

const network = (from: FoundFiles, more = {}): NetwrightDocument => {
  const document = chainDocument(
    [
      ['flat', 'flatten'],
      ['fc1', 'linear', { outFeatures: 24 }],
      ['relu', 'relu'],
      ['fc2', 'linear', { outFeatures: 4 }],
    ],
    'cross-entropy',
    { source: 'idx', files: from, ...more },
  );
  const optimizer = { type: 'adam', params: {} };
  return { ...document, training: { ...document.training, optimizer, learningRate: 0.01, epochs: 6 } };
};

const dataOf = async (document: NetwrightDocument): Promise<Dataset> =>
  (await datasetOf(document, document.nodes[0] as DocumentNode, readFiles)) as Dataset;

describe('a document with data from files', () => {
  it('is known without them: shapes, classes and how long a run is', () => {
    const gone = { ...files, path: '/gone' };
    const analysis = analyseDocument(network(gone));
    expect(analysis.problems).toEqual([]);
    expect(analysis.nodes.get('data')?.outputs).toMatchObject({
      x: { shape: [2, 1, 8, 8], dtype: 'float32' },
      y: { shape: [2], dtype: 'int32', classes: 4 },
    });
    expect(partCountsOf({ testShare: 0.2 }, network(gone).nodes[0] as DocumentNode)).toEqual({
      train: 150,
      validation: 0,
      test: 50,
    });
  });

  it('comes back from its file as it was, and one of an earlier version opens too', () => {
    const document = network(files);
    expect(readDocument(JSON.stringify(document), 'x')).toEqual(document);
    const before = { ...chainDocument([['fc', 'linear', { outFeatures: 2 }]]), version: 3 };
    expect(hasErrors(analyseDocument(readDocument(JSON.stringify(before), 'x')))).toBe(false);
  });

  it('says what is missing where nothing was opened yet', () => {
    const { params: _, ...node } = chainDocument([]).nodes[0] as DocumentNode;
    const document = { ...network(files), nodes: [{ ...node, params: { source: 'idx' } }] };
    expect(analyseDocument(document).problems).toContainEqual(
      expect.objectContaining({ code: 'data.not-opened', place: { node: 'data', field: 'files' } }),
    );
  });

  it('from a stranger holds nothing that is not found by opening', () => {
    const bad = { ...files, shape: [1, 1e9, 8] };
    expect(() => readDocument(JSON.stringify(network(bad)), 'x')).toThrow(/nodes\[0\]\.params\.files/);
  });
});

describe('samples from files', () => {
  it('are tested with those that the files keep for it', async () => {
    const { split, origins } = await dataOf(network(files));
    expect(origins.test).toBe('given');
    expect([...split.test]).toEqual(Array.from({ length: 50 }, (_, i) => 150 + i));
  });

  it('are otherwise drawn so that every class has its share of both parts, and the same for the same seed', async () => {
    const first = await dataOf(network(withoutTest));
    const { split, samples } = first;
    expect(split.test.length).toBe(20);
    expect(split.train.length).toBe(81);
    for (let label = 0; label < 4; label++) {
      const all = samples.y.filter((y) => y === label).length;
      const test = split.test.filter((row) => samples.y[row] === label).length;
      expect(Math.abs(test - all * (20 / 101)), `class ${label}`).toBeLessThan(1);
    }
    expect(new Set([...split.train, ...split.test]).size).toBe(101);
    expect((await dataOf(network(withoutTest))).split).toEqual(split);
    const other = network(withoutTest);
    other.training.seed = 2;
    expect((await dataOf(other)).split.test).not.toEqual(split.test);
  });

  it('have mean 0 and deviation 1 over the training part, and over no other', async () => {
    const { x, inputShape } = sampleSet(await samplesOf(network(files), 'data'));
    expect(inputShape).toEqual([1, 8, 8]);
    const moments = (values: Float32Array): [number, number] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
    };
    const [mean, deviation] = moments(x.subarray(0, 150 * 64));
    expect(mean).toBeCloseTo(0, 5);
    expect(deviation).toBeCloseTo(1, 5);
    expect(moments(x)[0]).not.toBeCloseTo(0, 5);
    const unit = sampleSet(await samplesOf(network(files, { scaling: 'unit' }), 'data'));
    const { images } = barImages(150, 4, 8, 1);
    expect(unit.x[7]).toBe(Math.fround((images[7] as number) / 255));
  });
});

describe('training on files', () => {
  const digest = ({ trainer }: Awaited<ReturnType<typeof prepareHere>>): string =>
    sha256(weightBytes(trainer.weights()));
  const prepare = (threads = 1) =>
    prepareHere({
      document: network(files),
      options: { threads },
      run: 'test',
      compile: { parallelThreshold: 0 },
    });

  it('learns, and gives the same bits on one, two and three threads and across an interruption', async () => {
    const digests: string[] = [];
    for (const threads of [1, 2, 3]) {
      const prepared = await prepare(threads);
      while (!prepared.trainer.finished) prepared.trainer.step();
      const { train, test } = prepared.trainer.measure();
      expect(train?.accuracy).toBeGreaterThan(0.95);
      expect(test?.accuracy).toBeGreaterThan(0.9);
      digests.push(digest(prepared));
      prepared.machine.close();
    }
    const first = await prepare();
    for (let step = 0; step < 23; step++) first.trainer.step();
    const checkpoint = first.trainer.checkpoint();
    if (checkpoint === undefined) throw new Error('the weights are finite');
    const kept = decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'kept', crc32);
    first.machine.close();
    const second = await prepare();
    second.trainer.restore(kept, 'kept');
    while (!second.trainer.finished) second.trainer.step();
    digests.push(digest(second));
    second.machine.close();
    expect(new Set(digests).size).toBe(1);
  });

  it('exports a model that says how its numbers are made, and is right on the test part in onnxruntime', async () => {
    const prepared = await prepare();
    while (!prepared.trainer.finished) prepared.trainer.step();
    const { train, test } = prepared.trainer.measure();
    const document = network(files);
    const model = { document, weights: prepared.trainer.weights(), step: 60, measured: { train, test } };
    prepared.machine.close();
    const { onnx: bytes } = await exportModel(model);
    const { samples } = await dataOf(document);
    const told = JSON.parse(readModel(bytes, 'x').metadata.get('netwright.inputs') ?? '{}');
    expect(told).toEqual({ x: samples.preparation });
    const { scale, shift, name } = told.x[0];
    expect(name).toBe('grey');
    const [{ mean, deviation }] = samples.statistics as readonly [ChannelStatistics];
    expect([scale, shift]).toEqual([1 / deviation, -mean / deviation]);

    const onnxruntime = createOnnxruntime();
    try {
      expect((await certifyModel(model, wholeFile(bytes), 'x.onnx', onnxruntime)).equal).toBe(true);
      const inspected = inspectBytes(wholeFile(bytes), 'x.onnx');
      const result = await runModel(inspected, await testRows(inspected), onnxruntime.run);
      expect(result.rows).toBe(50);
      expect(result.accuracy).toBe(test?.accuracy);
    } finally {
      onnxruntime.close();
    }
  });

  it('is refused with a sentence where the files are gone', async () => {
    const path = folder.write('leaving', mnistLike({ train: 160 }));
    const opened = await openData(path);
    rmSync(path, { recursive: true });
    await openData(folder.path('pair'));
    await openData(folder.path('mnist'));
    await expect(prepareHere({ document: network(opened.files), options: {}, run: 'test' })).rejects.toThrow(
      `${path}: expected a file, found nothing.`,
    );
  });
});
