import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { readTrainedModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import {
  type FileStore,
  type RunManifest,
  RunRecorder,
  readRun,
  readWeights,
  runFiles,
} from '../../../engine/training/run-folder.ts';
import { template } from './templates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netwright-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

const manifest: RunManifest = {
  document: template('circle', { epochs: 3 }),
  status: 'running',
  kernels: 'portable',
  threads: 2,
  workers: 1,
  parameterCount: 42,
  arenaBytes: 1000,
  result: undefined,
};

/** A run of three epochs, saved after each. */
async function saveRun(store: FileStore = runFolderAt(folder)) {
  const { trainer } = await prepareHere({
    document: manifest.document,
    options: {},
    run: 'test',
    onEpoch: (record) => recorder.addEpoch(record),
  });
  const recorder = await RunRecorder.begin(store, manifest, trainer.checkpoint());
  while (!trainer.finished) {
    const { epochsFinished } = trainer;
    trainer.step();
    if (trainer.epochsFinished > epochsFinished) await recorder.save(trainer.checkpoint());
  }
  await recorder.setStatus('done', {
    steps: trainer.stepsTaken,
    epochs: 3,
    stepsPerSecond: Number.NaN,
    train: { loss: 0.5, accuracy: 0.75 },
    test: { loss: 0.25 },
    weightsSha256: 'ab',
    ending: undefined,
    failure: undefined,
  });
  return trainer;
}

const sentence = async (): Promise<string> => {
  try {
    await readRun(runFolderAt(folder));
  } catch (error) {
    if (error instanceof NetwrightError) return error.text.en;
    throw error;
  }
  return 'was read';
};

describe('a run folder', () => {
  it('gives back the run that was saved in it', async () => {
    const trainer = await saveRun();
    const saved = await readRun(runFolderAt(folder));
    expect(saved.manifest).toMatchObject({ ...manifest, status: 'done', result: expect.anything() });
    expect(saved.manifest.result).toMatchObject({
      steps: 75,
      stepsPerSecond: Number.NaN,
      train: { loss: 0.5, accuracy: 0.75 },
      test: { loss: 0.25 },
    });
    expect(saved.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(saved.checkpoint).toEqual(trainer.checkpoint());
  });

  it('holds nothing but its own files, none of them half written', async () => {
    await saveRun();
    expect(readdirSync(folder).toSorted()).toEqual(['checkpoints', 'metrics.jsonl', 'run.json']);
    expect(readdirSync(path('checkpoints'))).toEqual(['last.safetensors']);
  });

  it('is replaced by a new run as a whole', async () => {
    await saveRun();
    const { trainer } = await prepareHere({ document: manifest.document, options: {}, run: 'test' });
    await RunRecorder.begin(runFolderAt(folder), manifest, trainer.checkpoint());
    const saved = await readRun(runFolderAt(folder));
    expect(saved.epochs).toEqual([]);
    expect(saved.checkpoint.progress.step).toBe(0);
    expect(saved.manifest.status).toBe('running');
  });

  it('is not made of a folder that holds something else', async () => {
    writeFileSync(path('thesis.txt'), 'mine');
    const begin = RunRecorder.begin(runFolderAt(folder), manifest, undefined);
    await expect(begin).rejects.toThrow(
      'expected a new or empty folder, or one with a run in it, found thesis.txt',
    );
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
    expect(readFileSync(path('thesis.txt'), 'utf8')).toBe('mine');
  });

  it('cannot be a file', async () => {
    writeFileSync(path('file'), 'mine');
    const begin = RunRecorder.begin(runFolderAt(path('file')), manifest, undefined);
    await expect(begin).rejects.toThrow(NetwrightError);
    await expect(begin).rejects.toThrow(path('file'));
  });

  it('takes back epochs that came after its checkpoint when the run goes on', async () => {
    await saveRun();
    const lines = readFileSync(path(runFiles.metrics), 'utf8');
    const fourth = JSON.stringify({ epoch: 4, step: 100, train: { loss: 1 }, learningRate: 0.1 });
    writeFileSync(path(runFiles.metrics), `${lines}${fourth}\n{"epoch":5,"ste`);
    const store = runFolderAt(folder);
    const saved = await readRun(store);
    expect(saved.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    await RunRecorder.resume(store, { ...manifest, status: 'running' }, saved);
    expect((await readRun(store)).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(readFileSync(path(runFiles.metrics), 'utf8')).toBe(lines);
  });
});

describe('a folder that is no run, or no whole one', () => {
  it('is refused by the name of what is missing', async () => {
    expect(await sentence()).toBe(
      `${folder}/run.json: expected a run folder with this file, found no such file.`,
    );
    await saveRun();
    rmSync(path(runFiles.checkpoint));
    expect(await sentence()).toBe(
      `${folder}/checkpoints/last.safetensors: expected the saved weights, found no such file.`,
    );
  });

  it('is refused where a file stands in its place', async () => {
    writeFileSync(path('file'), '');
    await expect(readRun(runFolderAt(path('file')))).rejects.toThrow(
      `${path('file')}: expected a run folder, found a file.`,
    );
  });

  it('is refused by file and place where something is not as it was written', async () => {
    await saveRun();
    const good = readFileSync(path(runFiles.manifest), 'utf8');
    const withManifest = async (change: (value: Record<string, unknown>) => void): Promise<string> => {
      const value = JSON.parse(good) as Record<string, unknown>;
      change(value);
      writeFileSync(path(runFiles.manifest), JSON.stringify(value));
      return sentence();
    };
    expect(await withManifest((value) => (value.version = 2))).toContain(
      'newer Netwright: expected version 1, found 2',
    );
    expect(await withManifest((value) => (value.format = 'other'))).toMatch(
      /run\.json: format: expected "netwright-run", found "other"/,
    );
    expect(await withManifest((value) => (value.threads = 'two'))).toMatch(
      /run\.json: threads: expected a number, found "two"/,
    );
    expect(await withManifest((value) => (value.document = { format: 'netwright', version: 1 }))).toMatch(
      /run\.json: name: expected text/,
    );
    writeFileSync(path(runFiles.manifest), '{"format":');
    expect(await sentence()).toContain('run.json:1:11: expected JSON, found the end.');
    writeFileSync(path(runFiles.manifest), 'null');
    expect(await sentence()).toContain('run.json: expected an object, found null.');
    writeFileSync(path(runFiles.manifest), good);

    const lines = readFileSync(path(runFiles.metrics), 'utf8');
    writeFileSync(path(runFiles.metrics), lines.replace('"epoch":2', '"epoch":"two"'));
    expect(await sentence()).toMatch(/metrics\.jsonl:2: epoch: expected a number, found "two"/);
    writeFileSync(path(runFiles.metrics), `${lines}torn\n`);
    expect(await sentence()).toMatch(/metrics\.jsonl:4: expected JSON/);
    expect((await readWeights(runFolderAt(folder))).checkpoint.progress.epoch).toBe(3);
    writeFileSync(path(runFiles.metrics), lines);

    const weights = readFileSync(path(runFiles.checkpoint));
    const broken = Buffer.from(weights);
    // The last word of the file: one of the last layer's biases.
    broken.writeFloatLE(Number.NaN, weights.length - 4);
    writeFileSync(path(runFiles.checkpoint), broken);
    expect(await sentence()).toMatch(
      /last\.safetensors: "fc3\.bias": expected finite numbers, found NaN at index 1/,
    );
    broken.write('I32', weights.indexOf('F32', weights.indexOf('"fc3.bias"')));
    writeFileSync(path(runFiles.checkpoint), broken.fill(0, weights.length - 4));
    await expect(readTrainedModel(folder)).rejects.toThrow(
      '"fc3.bias": expected float32 [2], found int32 [2]; it belongs to another network.',
    );

    truncateSync(path(runFiles.checkpoint), 300);
    expect(await sentence()).toMatch(/last\.safetensors: .*expected/);
  });

  it('gives one sentence whatever its bytes are', async () => {
    await saveRun();
    for (const name of Object.values(runFiles)) {
      const good = readFileSync(path(name));
      const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(changes, async (edits) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of edits) bytes[at] = value;
          writeFileSync(path(name), bytes);
          await sentence();
        }),
        { numRuns: 60 },
      );
      writeFileSync(path(name), good);
    }
  });
});

it('tries to write again after a failure, and does not lose the epochs of the time between', async () => {
  const files = new Map<string, Uint8Array>();
  let full = false;
  const store: FileStore = {
    place: 'memory',
    read: (name) => Promise.resolve(files.get(name)),
    writeAtomic: (name, bytes) => {
      if (full) return Promise.reject(new Error('disk full'));
      files.set(name, bytes);
      return Promise.resolve();
    },
    append: (name, bytes) => {
      const fits = full ? bytes.subarray(0, bytes.length - 5) : bytes;
      files.set(name, Buffer.concat([files.get(name) ?? new Uint8Array(0), fits]));
      return full ? Promise.reject(new Error('disk full')) : Promise.resolve();
    },
    remove: (name) => {
      files.delete(name);
      return Promise.resolve();
    },
    list: () => Promise.resolve([]),
  };
  const { trainer } = await prepareHere({ document: manifest.document, options: {}, run: 'test' });
  const recorder = await RunRecorder.begin(store, manifest, trainer.checkpoint());
  const record = { step: 1, train: { loss: 1 }, test: undefined, learningRate: 0.1 };
  recorder.addEpoch({ epoch: 1, ...record });
  await recorder.save(undefined);
  recorder.addEpoch({ epoch: 2, ...record });
  recorder.addEpoch({ epoch: 3, ...record });
  full = true;
  await expect(recorder.save(trainer.checkpoint())).rejects.toThrow('disk full');
  recorder.addEpoch({ epoch: 4, ...record });
  full = false;
  await recorder.save(trainer.checkpoint());
  expect((await readRun(store)).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
});
