import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { readDocument } from '../../../engine/document/read.ts';
import type { NetwrightDocument, TrainingSettings } from '../../../engine/document/schema.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import type { EpochRecord } from '../../../engine/protocol/live-run-messages.ts';
import { guideFigures, guideOf } from '../../../engine/protocol/live-run-messages.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import { scoreOf } from '../../../engine/training/chronicle.ts';
import { epochSchema, linesOf, recordOf } from '../../../engine/training/run-folder.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';

function moons(training: Partial<TrainingSettings> = {}): NetwrightDocument {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 12 }],
      ['tanh1', 'tanh'],
      ['fc2', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count: 200, noise: 0.3 },
  );
  const settings = { batchSize: 32, epochs: 8, testShare: 0.2, validationShare: 0.25, ...training };
  return { ...document, training: { ...document.training, ...settings } };
}

async function prepare(document: NetwrightDocument) {
  const epochs: EpochRecord[] = [];
  const prepared = await prepareHere({
    document,
    options: { threads: 1 },
    run: 'test',
    onEpoch: (record) => epochs.push(record),
  });
  return { ...prepared, epochs };
}

type Preparing = Awaited<ReturnType<typeof prepare>>;

function finish({ trainer, machine }: Preparing): string {
  while (!trainer.finished) trainer.step();
  machine.close();
  return sha256(weightBytes(trainer.weights()));
}

describe('a run with a validation part', () => {
  it('is measured on it after every epoch, and on the test part at the end alone', async () => {
    const run = await prepare(moons());
    expect(run.started).toMatchObject({ trainCount: 110, validationCount: 50, testCount: 40 });
    while (!run.trainer.finished) run.trainer.step();
    for (const record of run.epochs) {
      expect(record.validation?.accuracy).toBeGreaterThan(0);
      expect(record.test).toBeUndefined();
      expect([guideOf(record), guideFigures(record), scoreOf(record)]).toEqual([
        'validation',
        record.validation,
        record.validation?.loss,
      ]);
    }
    const { train, validation, test } = run.trainer.measure();
    expect(validation).toEqual(run.epochs.at(-1)?.validation);
    expect(train?.loss).toBeGreaterThan(0);
    expect(test?.loss).toBeGreaterThan(0);
    expect(test?.loss).not.toBe(validation?.loss);
    run.machine.close();
  });

  it('stops early by it, keeps its best epoch, and says so; the test part has no say', async () => {
    const stopping = { monitor: 'test-loss', patience: 2, minChange: 0, keep: 'best' };
    const optimizer = { type: 'adam', params: {} };
    const document = moons({ epochs: 200, learningRate: 0.1, optimizer, earlyStopping: stopping });
    const run = await prepare(document);
    while (!run.trainer.finished) run.trainer.step();
    const losses = run.epochs.map(({ validation }) => validation?.loss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 3);
    expect(losses.length).toBeLessThan(200);
    expect(run.trainer.ending?.en).toBe(
      `Stopped early after epoch ${losses.length}: the validation loss has not got better since epoch ${best + 1}; the weights of epoch ${best + 1} are kept.`,
    );
    expect(run.trainer.ending?.zh).toContain('验证损失');
    expect(run.trainer.measure().validation?.loss).toBe(losses[best]);
    run.machine.close();
  });

  it('lowers its rate when the validation loss has stopped falling', async () => {
    const schedule = { type: 'plateau', params: { patience: 0, gamma: 0.5, minChange: 0, minimum: 0 } };
    const run = await prepare(moons({ schedule, epochs: 30, learningRate: 1 }));
    while (!run.trainer.finished) run.trainer.step();
    let [best, factor] = [Infinity, 1];
    for (const [i, record] of run.epochs.entries()) {
      // What an epoch is taken with follows from the epochs before it.
      expect(record.learningRate, `epoch ${i + 1}`).toBeCloseTo(factor, 10);
      const { loss } = record.validation as { loss: number };
      if (loss < best) best = loss;
      else factor /= 2;
    }
    expect(factor).toBeLessThan(1);
    run.machine.close();
  });

  it('goes on from a checkpoint to the same bits', async () => {
    const stopping = { monitor: 'test-accuracy', patience: 3, minChange: 0, keep: 'best' };
    const document = moons({ earlyStopping: stopping, epochs: 20 });
    const whole = finish(await prepare(document));
    const first = await prepare(document);
    for (let step = 0; step < 11; step++) first.trainer.step();
    const checkpoint = first.trainer.checkpoint();
    if (checkpoint === undefined) throw new Error('the weights are finite');
    const kept = decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'kept', crc32);
    first.machine.close();
    const second = await prepare(document);
    second.trainer.restore(kept, 'kept');
    expect(finish(second)).toBe(whole);
  });

  it('needs no test part, and is held back by one that is watched in vain', async () => {
    const alone = await prepare(moons({ testShare: 0 }));
    expect(alone.started).toMatchObject({ validationCount: 50, testCount: 0 });
    finish(alone);
    expect(alone.epochs[0]?.validation?.loss).toBeGreaterThan(0);
    const stopping = { monitor: 'test-loss', patience: 2, minChange: 0, keep: 'best' };
    const problems = (training: Partial<TrainingSettings>) =>
      analyseDocument(moons({ testShare: 0, earlyStopping: stopping, ...training })).problems.map(
        ({ code }) => code,
      );
    expect(problems({})).toEqual([]);
    expect(problems({ validationShare: 0 })).toEqual(['nothing-to-monitor']);
  });
});

it('a project that says nothing of a validation part trains to the bits of one whose share is 0, and is written as it was', async () => {
  const { validationShare: _, ...without } = moons().training;
  const document = readDocument(JSON.stringify({ ...moons(), training: without }), 'x');
  expect(JSON.stringify(readDocument(JSON.stringify(document), 'x'))).toBe(JSON.stringify(document));
  const [run, zero] = [await prepare(document), await prepare(moons({ validationShare: 0 }))];
  expect(finish(run)).toBe(finish(zero));
  expect(run.epochs[0]).not.toHaveProperty('validation');
  const [line = ''] = new TextDecoder().decode(linesOf(run.epochs)).split('\n');
  expect(Object.keys(JSON.parse(line) as object)).toEqual(['epoch', 'step', 'train', 'test', 'learningRate']);
});

it('an epoch with a validation part is read from its line as it was written', async () => {
  const run = await prepare(moons({ epochs: 1 }));
  finish(run);
  const [line = ''] = new TextDecoder().decode(linesOf(run.epochs)).split('\n');
  expect(recordOf(epochSchema.parse(JSON.parse(line)))).toEqual(run.epochs[0]);
});
