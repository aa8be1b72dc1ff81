import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import type { EpochRecord } from '../../../engine/protocol/live-run-messages.ts';
import type { Checkpoint } from '../../../engine/training/checkpoint.ts';
import { passedOverText, readCheckpoint } from '../../../engine/training/checkpoint-files.ts';
import { type RunManifest, readRun, runFiles } from '../../../engine/training/run-folder.ts';
import { RunRecorder } from '../../../engine/training/run-recorder.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { Broken, MemoryFolder } from './memory-folder.ts';

const checkpoints = ({ files }: MemoryFolder): string[] =>
  [...files.keys()]
    .filter((name) => name.startsWith('checkpoints/'))
    .map((name) => name.slice(12))
    .toSorted();

const stepFile = (step: number): string => `step-${String(step).padStart(7, '0')}.safetensors`;

/** Dropout, momentum, an order of its own for every epoch, a short last batch; a schedule and a stop that look back. */
function document(): NetwrightDocument {
  const chain = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 6 }],
      ['drop', 'dropout', { rate: 0.25 }],
      ['fc2', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count: 60 },
  );
  const training = {
    optimizer: { type: 'momentum', params: {} },
    schedule: { type: 'plateau', params: { patience: 1 } },
    earlyStopping: { monitor: 'train-loss', patience: 2, keep: 'best' },
    learningRate: 0.02,
    epochs: 5,
  };
  return { ...chain, training: { ...chain.training, ...training } };
}

const manifest: RunManifest = {
  document: document(),
  status: 'running',
  kernels: 'portable',
  threads: 1,
  workers: 1,
  parameterCount: 32,
  arenaBytes: 1000,
  result: undefined,
};

async function prepare() {
  const listeners: ((record: EpochRecord) => void)[] = [];
  const { trainer } = await prepareHere({
    document: document(),
    options: { threads: 1 },
    run: 'test',
    onEpoch: (record) => {
      for (const listen of listeners) listen(record);
    },
  });
  return { trainer, listeners };
}

type Trained = Awaited<ReturnType<typeof prepare>>['trainer'];

const digest = (trainer: Trained): string => sha256(weightBytes(trainer.weights()));

/** Trains to the end and saves every second step, keeping the best as a run's thread does. */
async function train({ trainer, listeners }: Awaited<ReturnType<typeof prepare>>, recorder: RunRecorder) {
  listeners.push((record) => {
    recorder.addEpoch(record);
    const checkpoint = trainer.checkpoint();
    if (recorder.isBest && checkpoint !== undefined) recorder.keepBest(checkpoint);
  });
  while (!trainer.finished) {
    trainer.step();
    // Training does not wait: it has moved on before anything is written.
    if (trainer.stepsTaken % 2 === 0) {
      const saving = recorder.save(trainer.checkpoint());
      trainer.step();
      await saving;
    }
  }
  await recorder.save(trainer.checkpoint(), trainer.wentBack ? trainer.measure().test?.loss : undefined);
  await recorder.setStatus('done');
}

async function trainAnew(folder: MemoryFolder): Promise<Trained> {
  const prepared = await prepare();
  await train(prepared, await RunRecorder.begin(folder.store, manifest, prepared.trainer.checkpoint()));
  return prepared.trainer;
}

async function goOn(folder: MemoryFolder): Promise<Trained> {
  const saved = await readRun(folder.store);
  const prepared = await prepare();
  const { trainer } = prepared;
  if (saved.found === undefined) {
    await train(prepared, await RunRecorder.begin(folder.store, manifest, trainer.checkpoint()));
  } else {
    trainer.restore(saved.found.checkpoint, saved.found.file);
    await train(prepared, await RunRecorder.resume(folder.store, manifest, saved));
  }
  return trainer;
}

const losses = ({ files }: MemoryFolder): number[] =>
  Buffer.from(files.get(runFiles.metrics) ?? [])
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as EpochRecord).test?.loss ?? Number.NaN);

describe('a run that was interrupted', () => {
  // When it was begun is written too.
  beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000));
  afterEach(() => void vi.restoreAllMocks());

  it('comes to the same bits, history and best, whichever change to its folder was the last', async () => {
    const whole = new MemoryFolder();
    const expected = digest(await trainAnew(whole));
    const { changes } = whole;
    expect(changes).toBeGreaterThan(30);
    for (let last = 0; last < changes; last++) {
      const folder = new MemoryFolder();
      folder.fails = () => folder.changes >= last;
      await expect(trainAnew(folder)).rejects.toThrow(Broken);
      // Without its manifest it is no run yet, and there is nothing to go on with.
      if (!folder.files.has(runFiles.manifest)) continue;
      const left = new MemoryFolder(folder.files);
      const resumed = await goOn(left);
      expect(digest(resumed), `after ${last} changes`).toBe(expected);
      expect(left.files, `after ${last} changes`).toEqual(whole.files);
    }
  });

  it('also when it is interrupted again while it goes on', async () => {
    const whole = new MemoryFolder();
    const expected = digest(await trainAnew(whole));
    let folder = new MemoryFolder();
    folder.fails = () => folder.changes >= 12;
    await expect(trainAnew(folder)).rejects.toThrow(Broken);
    for (let tries = 1; tries < 200; tries++) {
      const next = new MemoryFolder(folder.files);
      next.fails = () => next.changes >= tries;
      folder = next;
      try {
        expect(digest(await goOn(folder))).toBe(expected);
        break;
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
      }
    }
    expect(folder.files).toEqual(whole.files);
  });
});

describe('checkpoints', () => {
  it('are kept of the last two moments and of the best epoch', async () => {
    const folder = new MemoryFolder();
    const prepared = await prepare();
    const { trainer } = prepared;
    const recorder = await RunRecorder.begin(folder.store, manifest, trainer.checkpoint());
    const scores = [0.5, 0.4, 0.6, 0.45, 0.7];
    for (const [index, loss] of scores.entries()) {
      for (let i = 0; i < 3; i++) trainer.step();
      recorder.addEpoch({
        epoch: index + 1,
        step: trainer.stepsTaken,
        train: { loss: 9 },
        test: { loss },
        learningRate: 0.1,
      });
      await recorder.save(trainer.checkpoint());
    }
    expect(checkpoints(folder)).toEqual(['index.json', stepFile(6), stepFile(12), stepFile(15)]);
    expect((await readCheckpoint(folder.store, 'last'))?.checkpoint.progress.step).toBe(15);
    const best = await readCheckpoint(folder.store, 'best');
    expect([best?.checkpoint.progress.step, best?.checkpoint.score]).toEqual([6, 0.4]);
  });

  it('are those of the epochs with the smallest loss, also between two saves and on the training part', async () => {
    const folder = new MemoryFolder();
    const trainer = await trainAnew(folder);
    const all = losses(folder);
    const best = await readCheckpoint(folder.store, 'best');
    expect(best?.checkpoint.score).toBe(Math.min(...all));
    expect(best?.checkpoint.progress.epoch).toBe(all.indexOf(Math.min(...all)) + 1);
    expect(best?.checkpoint.progress.row).toBe(0);
    expect(trainer.stepsTaken % trainer.stepsPerEpoch).toBe(0);

    const { trainer: other } = await prepare();
    const recorder = await RunRecorder.begin(folder.store, manifest, other.checkpoint());
    other.step();
    recorder.addEpoch({ epoch: 1, step: 1, train: { loss: 2 }, test: undefined, learningRate: 0.1 });
    expect(recorder.isBest).toBe(true);
    await recorder.save(other.checkpoint());
    expect((await readCheckpoint(folder.store, 'best'))?.checkpoint.score).toBe(2);
  });

  it('take back what came after a run that failed went back to its last good step', async () => {
    const folder = new MemoryFolder();
    const { trainer } = await prepare();
    const recorder = await RunRecorder.begin(folder.store, manifest, trainer.checkpoint());
    const saved: Checkpoint[] = [];
    for (let i = 0; i < 3; i++) {
      trainer.step();
      const checkpoint = trainer.checkpoint() as Checkpoint;
      saved.push({
        ...checkpoint,
        tensors: checkpoint.tensors.map((tensor) => ({ ...tensor, values: tensor.values.slice() })),
      });
      await recorder.save(checkpoint);
    }
    await recorder.save(saved[1]);
    expect(checkpoints(folder)).toEqual(['index.json', stepFile(2)]);
    expect((await readCheckpoint(folder.store, 'last'))?.checkpoint.progress.step).toBe(2);
  });
});

describe('checkpoints that are not as they were written', () => {
  const twoSaves = async (): Promise<MemoryFolder> => {
    const folder = new MemoryFolder();
    const { trainer } = await prepare();
    const recorder = await RunRecorder.begin(folder.store, manifest, trainer.checkpoint());
    for (let i = 0; i < 2; i++) {
      trainer.step();
      await recorder.save(trainer.checkpoint());
    }
    return folder;
  };

  it('are found without their index, the best among them by their own words', async () => {
    const folder = new MemoryFolder();
    await trainAnew(folder);
    const [last, best] = [
      await readCheckpoint(folder.store, 'last'),
      await readCheckpoint(folder.store, 'best'),
    ];
    for (const index of [undefined, '', '{"format":"netwright-checkpoints","version":1}']) {
      if (index === undefined) folder.files.delete('checkpoints/index.json');
      else folder.files.set('checkpoints/index.json', Buffer.from(index));
      expect(await readCheckpoint(folder.store, 'last')).toEqual(last);
      expect(await readCheckpoint(folder.store, 'best')).toEqual(best);
    }
  });

  it('are passed over for the one before, and the person is told', async () => {
    const folder = await twoSaves();
    const newest = `checkpoints/${stepFile(2)}`;
    const whole = folder.files.get(newest) as Uint8Array;
    folder.files.set(newest, whole.subarray(0, whole.length - 100));
    const found = await readCheckpoint(folder.store, 'last');
    expect(found?.checkpoint.progress.step).toBe(1);
    expect(found && passedOverText(found)?.en).toMatch(
      /^memory\/checkpoints\/step-0000002\.safetensors: .*expected bytes .* The checkpoint of step 1 is used instead\.$/,
    );
    expect(found && passedOverText(found)?.zh).toMatch(/。改用第 1 步的检查点。$/);

    folder.files.delete(newest);
    const earlier = await readCheckpoint(folder.store, 'last');
    expect([earlier?.checkpoint.progress.step, earlier?.passedOver]).toEqual([1, undefined]);

    folder.files.set(`checkpoints/${stepFile(1)}`, new Uint8Array(3));
    await expect(readCheckpoint(folder.store, 'last')).rejects.toThrow('expected 8 bytes to 16 GiB');
  });

  it('are never taken for whole, whichever bit of them has changed', async () => {
    const folder = await twoSaves();
    const name = `checkpoints/${stepFile(2)}`;
    const good = folder.files.get(name) as Uint8Array;
    const expected = (await readCheckpoint(folder.store, 'last'))?.checkpoint;
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(7), async (at, bit) => {
        const bytes = good.slice();
        bytes[at] = (bytes[at] as number) ^ (1 << bit);
        folder.files.set(name, bytes);
        const found = await readCheckpoint(folder.store, 'last');
        if (found?.passedOver === undefined) expect(found?.checkpoint).toEqual(expected);
        else expect(found.checkpoint.progress.step).toBe(1);
      }),
      { numRuns: 500 },
    );
  });
});
