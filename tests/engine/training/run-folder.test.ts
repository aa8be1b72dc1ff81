import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { readTrainedModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import type { FileStore } from '../../../engine/training/file-store.ts';
import { type RunManifest, readRun, readWeights, runFiles } from '../../../engine/training/run-folder.ts';
import { RunRecorder } from '../../../engine/training/run-recorder.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../engine/training/safetensors.ts';
import { Broken, MemoryFolder } from './memory-folder.ts';
import { template } from './templates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netwright-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

/** The last checkpoint of `saveRun`. */
const newest = 'checkpoints/step-0000075.safetensors';

/** Leaves these bytes as the only checkpoint. */
function keepOnly(bytes: Uint8Array, name = newest): void {
  rmSync(path('checkpoints'), { recursive: true });
  mkdirSync(path('checkpoints'));
  writeFileSync(path(name), bytes);
}

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

/** The same file as version 1 wrote it. */
function withoutChecksum(bytes: Uint8Array): Buffer {
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(bytes), 'file');
  const { format, 'netwright.progress': progress } = metadata as Record<string, string>;
  return Buffer.from(encodeSafetensors({ tensors, metadata: { format, 'netwright.progress': progress } }));
}

const sentence = async (): Promise<string> => {
  try {
    await readRun(runFolderAt(folder));
    await readWeights(runFolderAt(folder));
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
    expect(saved.found?.checkpoint).toEqual({ ...trainer.checkpoint(), score: saved.epochs[2]?.test?.loss });
  });

  it('holds nothing but its own files, none of them half written', async () => {
    await saveRun();
    expect(readdirSync(folder).toSorted()).toEqual([
      'checkpoints',
      'curves.json',
      'metrics.jsonl',
      'progress.json',
      'run.json',
    ]);
    expect(readdirSync(path('checkpoints')).toSorted()).toEqual([
      'index.json',
      'step-0000050.safetensors',
      'step-0000075.safetensors',
    ]);
  });

  it('is replaced by a new run as a whole', async () => {
    await saveRun();
    const { trainer } = await prepareHere({ document: manifest.document, options: {}, run: 'test' });
    await RunRecorder.begin(runFolderAt(folder), manifest, trainer.checkpoint());
    const saved = await readRun(runFolderAt(folder));
    expect(saved.epochs).toEqual([]);
    expect(saved.found?.checkpoint.progress.step).toBe(0);
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
    rmSync(path('checkpoints'), { recursive: true });
    expect(await sentence()).toBe(`${folder}/checkpoints: expected the saved weights, found none.`);
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
    expect(await withManifest((value) => (value.version = 3))).toContain(
      'newer Netwright: expected version 2, found 3',
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
    expect((await readWeights(runFolderAt(folder))).found.checkpoint.progress.epoch).toBe(3);
    writeFileSync(path(runFiles.metrics), lines);

    // As a file without a checksum, where only what it says can be wrong.
    const weights = withoutChecksum(readFileSync(path(newest)));
    const broken = Buffer.from(weights);
    // The last word of the file: one of the last layer's biases.
    broken.writeFloatLE(Number.NaN, weights.length - 4);
    keepOnly(broken);
    expect(await sentence()).toMatch(
      /step-0000075\.safetensors: "fc3\.bias": expected finite numbers, found NaN at index 1/,
    );
    broken.write('I32', weights.indexOf('F32', weights.indexOf('"fc3.bias"')));
    keepOnly(broken.fill(0, weights.length - 4));
    await expect(readTrainedModel(folder)).rejects.toThrow(
      '"fc3.bias": expected float32 [2], found int32 [2]; it belongs to another network.',
    );

    truncateSync(path(newest), 300);
    expect(await sentence()).toMatch(/step-0000075\.safetensors: .*expected/);
  });

  it('gives one sentence whatever its bytes are', async () => {
    await saveRun();
    for (const name of [runFiles.manifest, runFiles.metrics, newest, 'checkpoints/index.json']) {
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
  const memory = new MemoryFolder();
  const { trainer } = await prepareHere({ document: manifest.document, options: {}, run: 'test' });
  const recorder = await RunRecorder.begin(memory.store, manifest, trainer.checkpoint());
  const record = { step: 1, train: { loss: 1 }, test: undefined, learningRate: 0.1 };
  recorder.addEpoch({ epoch: 1, ...record });
  await recorder.save(undefined);
  recorder.addEpoch({ epoch: 2, ...record });
  recorder.addEpoch({ epoch: 3, ...record });
  memory.fails = () => true;
  await expect(recorder.save(trainer.checkpoint())).rejects.toThrow(Broken);
  recorder.addEpoch({ epoch: 4, ...record });
  memory.fails = () => false;
  await recorder.save(trainer.checkpoint());
  expect((await readRun(memory.store)).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
});

describe('a run folder of version 1', () => {
  it('is still read, exported from and gone on with', async () => {
    const trainer = await saveRun();
    keepOnly(withoutChecksum(readFileSync(path(newest))), 'checkpoints/last.safetensors');
    const file = readFileSync(path(runFiles.manifest), 'utf8').replace('"version": 2', '"version": 1');
    writeFileSync(path(runFiles.manifest), file);
    const model = await readTrainedModel(folder);
    expect(model.weights).toEqual(trainer.weights());
    expect(model.notice).toBeUndefined();

    const store = runFolderAt(folder);
    const saved = await readRun(store);
    const recorder = await RunRecorder.resume(store, manifest, saved);
    // Nothing is given up before there is something else.
    expect(readdirSync(path('checkpoints'))).toEqual(['last.safetensors']);
    await recorder.save(trainer.checkpoint());
    expect(readdirSync(path('checkpoints'))).toEqual(['index.json', 'step-0000075.safetensors']);
    expect((await readRun(store)).found?.checkpoint.progress.step).toBe(75);
  });
});
