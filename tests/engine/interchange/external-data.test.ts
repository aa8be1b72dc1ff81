import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { readModelFile, writeModelFile } from '../../../engine/hosts/model-files.ts';
import { inspectBytes, testRows } from '../../../engine/hosts/opened-model.ts';
import { OpenedModels } from '../../../engine/hosts/opened-models.ts';
import { certifyModel, exportModel, type TrainedModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { type ExternalPlace, floatValues } from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { runModel } from '../../../engine/interchange/onnx/run-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { MissingFiles, OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { refusal } from '../data/refusal.ts';
import { mlpDocument } from '../documents.ts';
import { onnxruntime } from '../onnx-runner.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'netwright-external-')));
afterAll(() => {
  onnxruntime.close();
  rmSync(root, { recursive: true, force: true });
});

let model: TrainedModel;
const path = join(root, 'net.onnx');
beforeAll(async () => {
  const document = mlpDocument();
  const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
  while (!trainer.finished) trainer.step();
  model = { document, weights: trainer.weights(), step: trainer.stepsTaken, measured: trainer.measure() };
  machine.close();
  const { onnx, beside } = await exportModel(model, { file: 'net.onnx', mostInside: 64 });
  await writeModelFile(path, onnx, beside);
});

/** The model with its first weight in another place. */
const placed = (change: Partial<ExternalPlace>): Uint8Array => {
  const whole = readModel(readFileSync(path), 'x');
  const [first, ...others] = whole.graph.initializers;
  if (first?.external === undefined) throw new Error('its weights lie outside');
  const moved = { ...first, external: { ...first.external, ...change } };
  return writeModel({ ...whole, graph: { ...whole.graph, initializers: [moved, ...others] } });
};

describe('weights beyond the limit', () => {
  it('lie in a file beside the model, each on a page of its own, and are the same bits', async () => {
    const outside = readModel(readFileSync(path), 'x').graph.initializers;
    expect(outside.map(({ raw, external }) => [raw, external?.location, external?.offset])).toEqual(
      outside.map((_, i) => [undefined, 'net.onnx.data', 4096 * i]),
    );
    const { bytes, beside, folder } = await readModelFile(path);
    expect(folder).toBe(root);
    const inside = readModel(bytes, 'x', beside).graph.initializers;
    expect(inside.map(floatValues)).toEqual(model.weights.map(({ values }) => values));
  });

  it('are within the file where they are fewer, as they always were', async () => {
    const { onnx, beside } = await exportModel(model, { file: 'net.onnx', mostInside: 1e6 });
    expect(beside).toBeUndefined();
    expect(onnx).toEqual((await exportModel(model)).onnx);
    expect(await readModelFile(path)).not.toMatchObject({ folder: undefined });
  });

  it('are certified in onnxruntime, run, and come back as the project that they are from', async () => {
    const file = await readModelFile(path);
    const certificate = await certifyModel(model, file, 'net.onnx', onnxruntime);
    expect(certificate).toMatchObject({ equal: true, rows: 264 });
    const inspected = inspectBytes(file, 'net.onnx');
    expect(inspected.weightsAreRecorded).toBe(true);
    const result = await runModel(inspected, await testRows(inspected), onnxruntime.run);
    expect(result).toMatchObject({ accuracy: model.measured.test?.accuracy });
    const { document, weights } = await importOnnx(file, 'net.onnx');
    expect([document, weights]).toEqual([model.document, model.weights]);
  });

  it('that were changed beside the model are not equal, and the node is named', async () => {
    const data = readFileSync(`${path}.data`);
    const changed = join(root, 'changed');
    mkdirSync(changed);
    const at = 4096 * 2 + 1;
    writeFileSync(join(changed, 'net.onnx'), readFileSync(path));
    writeFileSync(join(changed, 'net.onnx.data'), data.fill((data[at] as number) ^ 0x40, at, at + 2));
    const file = await readModelFile(join(changed, 'net.onnx'));
    const certificate = await certifyModel(model, file, 'net.onnx', onnxruntime);
    expect(certificate.nodes.find(({ equal }) => !equal)?.name).toBe('fc2');
  });
});

describe('a model that names another file', () => {
  const bad = async (change: Partial<ExternalPlace>, name = 'bad.onnx'): Promise<string> => {
    writeFileSync(join(root, name), placed(change));
    return refusal(
      readModelFile(join(root, name)).then(({ bytes, beside }) => readModel(bytes, name, beside)),
    );
  };

  it.each(['../net.onnx.data', '/etc/passwd', 'sub/net.onnx.data', '..', '.', '', 'C:\\net.data', 'a\0b'])(
    'is read from its own folder alone: %s is refused',
    async (location) => {
      expect(await bad({ location })).toContain('expected values in a file beside it, found the place');
    },
  );

  it('is refused where that is a link out of its folder, or is not there', async () => {
    symlinkSync('/etc/hostname', join(root, 'link.data'));
    expect(await bad({ location: 'link.data' })).toContain('found a link to another folder');
    expect(await bad({ location: 'gone.data' })).toContain('gone.data: expected a file, found nothing.');
  });

  it('is refused where the place is not within that file, and where the file was not opened with it', async () => {
    const { length: size } = readFileSync(`${path}.data`);
    for (const place of [{ offset: size }, { offset: -1 }, { length: 1e12 }, { offset: Number.NaN }]) {
      expect(await bad(place)).toContain(`of net.onnx.data, found a file of ${size}`);
    }
    expect(() => inspectBytes(wholeFile(readFileSync(path)), 'net.onnx')).toThrow(
      'net.onnx keeps the weight "fc1.weight" in another file, net.onnx.data, which was not opened with it: open both together.',
    );
  });
});

describe('in the studio a model with weights beside it', () => {
  const models = new OpenedModels(onnxruntime);
  const rows = { values: [Float32Array.of(0.5, -1, 2, 0.25)], rows: 2 };
  const answers = async (opened: OpenedModel | MissingFiles): Promise<Float32Array | undefined> => {
    if ('missing' in opened) throw new Error(`${opened.missing.join()} is missing`);
    return (await models.run(opened.model, rows, undefined)).outputs[0]?.values;
  };
  const data = () => ({ name: 'net.onnx.data', bytes: new Uint8Array(readFileSync(`${path}.data`)) });

  it('is opened with its files, in whatever order, or says by their names which are missing', async () => {
    const onnx = new Uint8Array(readFileSync(path));
    const other = { name: 'notes.txt', bytes: new Uint8Array(3) };
    expect(models.open('net.onnx', onnx)).toEqual({ missing: ['net.onnx.data'] });
    expect(models.open('net.onnx', onnx, [other])).toEqual({ missing: ['net.onnx.data'] });
    const opened = models.open('renamed.onnx', onnx, [other, data()]);
    expect(opened).toMatchObject({ beside: [{ name: 'net.onnx.data', sizeBytes: data().bytes.length }] });
    const whole = models.open('whole.onnx', (await exportModel(model)).onnx);
    expect(await answers(opened)).toEqual(await answers(whole));
    expect(() => models.open('net.onnx', placed({ location: '../net.onnx.data' }), [data()])).toThrow(
      'net.onnx: expected values in a file beside it, found the place "../net.onnx.data".',
    );
    const here = models.open('here.onnx', placed({ location: './net.onnx.data' }), [data()]);
    expect(await answers(here)).toEqual(await answers(whole));
  });

  it('is opened by its place on the machine of the engine, and has to be what it was when it is run', async () => {
    const place = join(root, 'placed');
    mkdirSync(place);
    const [file, beside] = [join(place, 'net.onnx'), join(place, 'net.onnx.data')];
    writeFileSync(file, readFileSync(path));
    expect(await refusal(models.openAt(file))).toBe(`${beside}: expected a file, found nothing.`);
    writeFileSync(beside, data().bytes);
    const opened = await models.openAt(file);
    expect(opened).toMatchObject({ name: 'net.onnx', beside: [{ name: 'net.onnx.data' }] });
    expect(await answers(opened)).toEqual(await answers(models.open('x', readFileSync(path), [data()])));
    symlinkSync(`${path}.data`, join(place, 'link.data'));
    renameSync(join(place, 'link.data'), beside);
    expect(await refusal(models.run(opened.model, rows, undefined))).toContain(
      'found a link to another folder',
    );
    rmSync(beside);
    writeFileSync(beside, data().bytes);
    expect(await refusal(models.run(opened.model, rows, undefined))).toBe(
      'net.onnx: the files beside it were changed after it was opened; open it again.',
    );
  });

  it('is compared, timed and opened on the canvas as one that holds all of itself', async () => {
    const onnx = new Uint8Array(readFileSync(path));
    const opened = [models.open('net.onnx', onnx, [data()]), await models.openAt(path)] as OpenedModel[];
    const [sent, onDisk] = opened.map((one) => one.model) as [string, string];
    expect(await models.compare([sent, onDisk], rows, undefined)).toMatchObject({ maxAbsDiff: 0 });
    for (const one of [sent, onDisk]) {
      const { engine, refusal: why } = await models.time(one, 1);
      expect([why, engine?.runs]).toEqual([undefined, expect.any(Number)]);
      const project = await models.import(one, (run) => join(root, 'runs', run));
      expect(project).toMatchObject({ isOwn: true, isEqual: true, document: model.document });
    }
  });
});
