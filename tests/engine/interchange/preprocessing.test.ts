import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import type { FoundFiles } from '../../../engine/declaration/found-files.ts';
import { requireRunnable } from '../../../engine/document/problem-text.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { openData, readFiles } from '../../../engine/hosts/data-files.ts';
import { modelRows } from '../../../engine/hosts/document-samples.ts';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { modelTable } from '../../../engine/hosts/model-table.ts';
import { describeModel, inspectBytes, projectRows, testRows } from '../../../engine/hosts/opened-model.ts';
import { OpenedModels } from '../../../engine/hosts/opened-models.ts';
import { certifyModel, exportModel, type TrainedModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { differenceText } from '../../../engine/interchange/onnx/certificate.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { denseTensor, float64Type } from '../../../engine/interchange/onnx/model.ts';
import { rowsPreparer } from '../../../engine/interchange/onnx/preprocessing.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { type ModelRows, runModel } from '../../../engine/interchange/onnx/run-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { datasetsOf } from '../../../engine/training/dataset.ts';
import { cifarRecords, dataFolder, npy } from '../data/sample-files.ts';
import { chainDocument } from '../documents.ts';
import { onnxruntime } from '../onnx-runner.ts';

const folder = dataFolder();
afterAll(() => {
  onnxruntime.close();
  folder.remove();
});

const random = new RandomStream(3, 5);
const rows = 120;
const colours = ['red', 'green', 'blue'];
const isPrice = (i: number): boolean => i % 17 !== 3;
/** Numbers that float32 cannot tell apart, gaps in a number and in a word, dates, a column that is not used. */
const cells = Array.from({ length: rows }, (_, i) => [
  `${i}-${random.below(1e6)}-serial`,
  isPrice(i) ? (1e9 + random.below(1000) / 16).toFixed(4) : '',
  i % 13 === 5 ? '?' : (colours[i % 3] as string),
  `2024-0${1 + (i % 9)}-1${i % 7}`,
  ['low', 'high'][(i % 3 === 0 ? 1 : 0) ^ (i % 29 === 0 ? 1 : 0)] as string,
]);
const csvOf = (picked: readonly (readonly string[])[], names = 'serial,price,colour,day,risk'): Uint8Array =>
  new TextEncoder().encode([names, ...picked.map((row) => row.join(','))].join('\n'));

const opened = new Map<string, { source: string; files: FoundFiles }>();
beforeAll(async () => {
  const series = Float64Array.from({ length: rows * 3 * 2 * 5 }, () => 40 + 7 * random.normal());
  const paths = {
    pixels: folder.write('pixels', {
      'data_batch_1.bin': cifarRecords(60, 1),
      'test_batch.bin': cifarRecords(20, 1, 3),
    }),
    table: folder.path('table/rows.csv'),
    series: folder.write('series', {
      'x.npy': npy('<f8', [rows, 3, 2, 5], series),
      'y.npy': npy(
        '<i8',
        [rows],
        BigInt64Array.from({ length: rows }, (_, i) => BigInt(i % 2)),
      ),
    }),
  };
  folder.write('table', { 'rows.csv': csvOf(cells) });
  for (const [name, path] of Object.entries(paths)) opened.set(name, await openData(path));
});

const network = (name: string, more: Params = {}): NetwrightDocument => {
  const { source, files } = opened.get(name) as { source: string; files: FoundFiles };
  const document = chainDocument(
    [
      ['flat', 'flatten'],
      ['fc1', 'linear', { outFeatures: 9 }],
      ['tanh', 'tanh'],
      ['fc2', 'linear', { outFeatures: name === 'pixels' ? 10 : 2 }],
    ],
    'cross-entropy',
    { source, files, ...more },
  );
  return {
    ...document,
    training: { ...document.training, epochs: 2, initializer: { type: 'xavier', params: {} } },
  };
};

async function trained(document: NetwrightDocument): Promise<TrainedModel> {
  const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
  while (!trainer.finished) trainer.step();
  const model = {
    document,
    weights: trainer.weights(),
    step: trainer.stepsTaken,
    measured: trainer.measure(),
  };
  machine.close();
  return model;
}

describe('an export with preprocessing inside', () => {
  it.each([
    ['pixels', {}, 2, ['N', 3, 32, 32]],
    ['pixels', { scaling: 'unit' }, 2, ['N', 3, 32, 32]],
    ['table', {}, 11, ['N', 3]],
    ['table', { scaling: 'unit', ignored: 'colour' }, 11, ['N', 2]],
    ['series', {}, 11, ['N', 3, 2, 5]],
  ] as const)(
    'of %s %o takes what lies in the files, gives the network the same bits, and is certified',
    async (name, params, elementType, dims) => {
      const model = await trained(network(name, params));
      const { onnx, preprocessing } = await exportModel(model, { inside: true });
      expect(preprocessing).toBe('inside');
      const { graph, metadata } = readModel(onnx, 'x');
      expect(graph.inputs).toEqual([{ name: 'x', tensor: { elementType, dims } }]);
      // Nobody is to scale twice.
      expect(metadata.has('netwright.inputs')).toBe(false);
      const [dataset] = await datasetsOf(model.document, requireRunnable(model.document).data, readFiles);
      expect(JSON.parse(metadata.get('netwright.prepared') ?? '')).toEqual({
        x: dataset.samples.preparation,
      });

      const certificate = await certifyModel(model, wholeFile(onnx), 'x.onnx', onnxruntime);
      expect(certificate.equal).toBe(true);
      expect(certificate.nodes[0]).toMatchObject({ name: 'data', maxAbsDiff: 0 });
      expect(certificate.nodes.map(({ name }) => name)).toEqual(['data', 'flat', 'fc1', 'tanh', 'fc2']);

      // The engine is timed on the same work, and makes the same bits of raw values as its readers did.
      const all = Uint32Array.from({ length: dataset.samples.count }, (_, row) => row);
      const [{ values: raw }, { values: made }] = [true, false].map((isRaw) =>
        modelRows(dataset, all, isRaw),
      ) as [ModelRows, ModelRows];
      const prepare = rowsPreparer(dataset.samples.preparation ?? [], {
        dims: [all.length],
        data: raw[0] as Uint8Array | Float64Array,
      });
      expect(prepare()).toEqual(made[0]);
      const models = new OpenedModels(onnxruntime);
      const opened = models.open('x.onnx', onnx) as OpenedModel;
      const times = await models.time(opened.model, 1);
      expect(times.refusal).toBeUndefined();
      expect(times.engine?.medianMs).toBeGreaterThan(0);

      const inspected = inspectBytes(wholeFile(onnx), 'x.onnx');
      const { metadata: told } = describeModel(inspected, 'm');
      expect(told).toMatchObject({ isPrepared: true, engineAccuracy: model.measured.test?.accuracy });
      const result = await runModel(inspected, await testRows(inspected), onnxruntime.run);
      expect(result).toMatchObject({
        accuracy: model.measured.test?.accuracy,
        engineAccuracy: model.measured.test?.accuracy,
      });
      // The same file on the same rows of a project, and beside a file that takes scaled values.
      const plain = inspectBytes(wholeFile((await exportModel(model)).onnx), 'plain.onnx');
      const [one, other] = [
        await runModel(inspected, await projectRows(model.document, inspected), onnxruntime.run),
        await runModel(plain, await projectRows(model.document, plain), onnxruntime.run),
      ];
      expect(one.outputs).toEqual(other.outputs);
      expect(plain.inputs[0]?.tensor?.elementType).toBe(1);
    },
  );

  it('comes back as the project and the weights that it was exported from, bit for bit', async () => {
    const model = await trained(network('table'));
    const { onnx } = await exportModel(model, { inside: true });
    const imported = await importOnnx(wholeFile(onnx), 'x.onnx');
    expect(imported.document).toEqual(model.document);
    expect(imported.weights).toEqual(model.weights);
    expect(inspectBytes(wholeFile(onnx), 'x').weightsAreRecorded).toBe(true);
  });

  it('that was changed in a number of its preprocessing is not equal, and the Data node is named', async () => {
    const model = await trained(network('pixels'));
    const whole = readModel((await exportModel(model, { inside: true })).onnx, 'x');
    const nodes = whole.graph.nodes.map((node) =>
      node.name === 'x.shift'
        ? {
            ...node,
            attributes: [
              {
                name: 'value',
                kind: 'tensor' as const,
                value: denseTensor('', float64Type, [3, 1, 1], Float64Array.of(0, 0, 0.01)),
              },
            ],
          }
        : node,
    );
    const tampered = writeModel({ ...whole, graph: { ...whole.graph, nodes } });
    const certificate = await certifyModel(model, wholeFile(tampered), 'x.onnx', onnxruntime);
    expect(differenceText(certificate, 'x.onnx')?.en).toContain('the first node that differs is "data"');
  });

  it('of data that are made from numbers alone is the same file, for there is nothing to prepare', async () => {
    const model = await trained(chainDocument([['fc', 'linear', { outFeatures: 2 }]]));
    const [inside, outside] = [await exportModel(model, { inside: true }), await exportModel(model)];
    expect(inside.preprocessing).toBe('none');
    expect(inside.onnx).toEqual(outside.onnx);
  });
});

describe('a table as it lies on the disk', () => {
  it('is given to a model with its words, dates and gaps, found by the names of its columns', async () => {
    const model = await trained(network('table'));
    const inspected = inspectBytes(wholeFile((await exportModel(model, { inside: true })).onnx), 'x.onnx');
    const mixed = cells
      .slice(0, 40)
      .map(([serial, price, colour, day, risk]) => [day, risk, colour, price, serial]);
    const table = modelTable(
      inspected,
      'rows.csv',
      csvOf(mixed as string[][], 'day,risk,colour,price,serial'),
    );
    expect(table.rows).toBe(40);
    const [dataset] = await datasetsOf(model.document, requireRunnable(model.document).data, readFiles);
    const expected = new Float64Array(40 * 3);
    for (let row = 0; row < 40; row++) dataset.samples.raw?.copy(row, expected, 3 * row);
    const answers = Float32Array.from(dataset.samples.y.subarray(0, 40));
    expect(table).toMatchObject({ values: [expected], labels: answers });
    const labelled = cells.slice(0, 40).map(([, price, colour, day, risk]) => [price, colour, day, risk]);
    const { labels } = modelTable(
      inspected,
      'rows.csv',
      csvOf(labelled as string[][], 'price,colour,day,risk'),
    );
    expect(labels).toEqual(answers);
    // A single column more is not the answers where these are called otherwise.
    const named = cells
      .slice(0, 40)
      .map(([serial, price, colour, day]) => [`row ${serial}`, price, colour, day]);
    const asked = modelTable(inspected, 'rows.csv', csvOf(named as string[][], 'who,price,colour,day'));
    expect(asked.labels).toBeUndefined();
    expect(asked.values).toEqual(table.values);
  });

  it('is refused where a word was not there in training, with the line and what was expected', async () => {
    const model = await trained(network('table'));
    const inspected = inspectBytes(wholeFile((await exportModel(model, { inside: true })).onnx), 'x.onnx');
    const strange = csvOf(
      [
        ['3.5', 'violet', '2024-01-01'],
        ['4', 'red', '2024-01-02'],
      ],
      'price,colour,day',
    );
    expect(() => modelTable(inspected, 'rows.csv', strange)).toThrow(
      'rows.csv, row 2, "colour": expected one of blue, green, red, found "violet".',
    );
  });
});

it('a model that takes bytes refuses what is none', async () => {
  const model = await trained(network('pixels'));
  const inspected = inspectBytes(wholeFile((await exportModel(model, { inside: true })).onnx), 'x.onnx');
  const values = [new Float32Array(3072).fill(0.5)];
  await expect(runModel(inspected, { rows: 1, values }, onnxruntime.run)).rejects.toThrow(
    'x.onnx takes bytes, as pixels are; expected whole numbers from 0 to 255, found 0.5.',
  );
});
