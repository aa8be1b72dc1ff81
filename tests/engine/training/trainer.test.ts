import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { readFiles } from '../../../engine/hosts/data-files.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import { figure, figureWords, histogramWords, sideBins } from '../../../engine/kernels/telemetry.ts';
import type { EpochRecord, RunOptions } from '../../../engine/protocol/live-run-messages.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import { datasetOf } from '../../../engine/training/dataset.ts';
import type { Prepared } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { template } from './templates.ts';

/** Everything that has to be right across interruptions: dropout, Adam's moments, a short last batch. */
function demanding(): NetwrightDocument {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 12 }],
      ['tanh1', 'tanh'],
      ['drop', 'dropout', { rate: 0.25 }],
      ['fc2', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count: 130, noise: 0.1 },
  );
  return {
    ...document,
    training: {
      ...document.training,
      optimizer: { type: 'adam', params: {} },
      learningRate: 0.01,
      batchSize: 24,
      epochs: 6,
    },
  };
}

interface Prepare {
  readonly options?: RunOptions;
  readonly parallelThreshold?: number;
}

async function prepare(
  document: NetwrightDocument,
  { options = {}, parallelThreshold }: Prepare = {},
): Promise<Prepared & { epochs: EpochRecord[] }> {
  const epochs: EpochRecord[] = [];
  const prepared = await prepareHere({
    document,
    options,
    run: 'test',
    ...(parallelThreshold !== undefined && { compile: { parallelThreshold } }),
    onEpoch: (record) => epochs.push(record),
  });
  return { ...prepared, epochs };
}

const digest = ({ trainer }: Prepared): string => sha256(weightBytes(trainer.weights()));

function finish(prepared: Prepared, watch: (step: number) => boolean = () => false): string {
  const { trainer, machine } = prepared;
  while (!trainer.finished) trainer.step(watch(trainer.stepsTaken));
  machine.close();
  return digest(prepared);
}

describe('the same document gives the same bits', () => {
  it('twice', async () => {
    const [first, second] = [await prepare(demanding()), await prepare(demanding())];
    expect(finish(first)).toBe(finish(second));
    expect(first.epochs).toEqual(second.epochs);
    expect(first.trainer.measure()).toEqual(second.trainer.measure());
  });

  it('on one, two and three threads, with every call shared that can be', async () => {
    const runs = [];
    for (const threads of [1, 2, 3]) {
      const prepared = await prepare(demanding(), { options: { threads }, parallelThreshold: 0 });
      expect(prepared.started.workers).toBe(threads);
      runs.push({ digest: finish(prepared), epochs: prepared.epochs });
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('whether no step is watched, some are, or all', async () => {
    const plain = await prepare(demanding());
    const some = await prepare(demanding());
    const all = await prepare(demanding());
    const expected = finish(plain);
    expect(finish(some, (step) => step % 3 === 0)).toBe(expected);
    expect(finish(all, () => true)).toBe(expected);
    expect(all.epochs).toEqual(plain.epochs);
    expect(plain.trainer.figures.step).toBe(0);
    expect(all.trainer.figures.step).toBeGreaterThan(0);
  });

  it('when predictions and measurements are taken in between', async () => {
    const plain = await prepare(demanding());
    const asked = await prepare(demanding());
    while (!asked.trainer.finished) {
      asked.trainer.step();
      asked.trainer.predict(new Float32Array([0.1, 0.2, -0.3, 0.4]), 2);
      asked.trainer.measure();
    }
    expect(digest(asked)).toBe(finish(plain));
    expect(asked.epochs).toEqual(plain.epochs);
  });

  it('from a checkpoint taken in the middle of an epoch, through its file', async () => {
    const whole = await prepare(demanding());
    const expected = finish(whole);
    for (const stopAt of [1, 8, 13]) {
      const before = await prepare(demanding());
      while (before.trainer.stepsTaken < stopAt) before.trainer.step();
      const checkpoint = before.trainer.checkpoint();
      if (checkpoint === undefined) throw new Error('the weights are finite');
      const after = await prepare(demanding());
      after.trainer.restore(decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'file', crc32), 'file');
      expect(after.trainer.stepsTaken).toBe(stopAt);
      expect(finish(after)).toBe(expected);
      expect([...before.epochs, ...after.epochs]).toEqual(whole.epochs);
    }
  });

  it('and other bits for another seed', async () => {
    const { training, ...rest } = demanding();
    const other = { ...rest, training: { ...training, seed: 2 } };
    expect(finish(await prepare(demanding()))).not.toBe(finish(await prepare(other)));
  });

  it('for the portable and the reference kernels where all is + − × ÷', async () => {
    const document = template('line', { epochs: 20 });
    const [portable, reference] = [
      await prepare(document, { options: { kernels: 'portable' } }),
      await prepare(document, { options: { kernels: 'reference' } }),
    ];
    expect(reference.started.kernels).toBe('reference');
    expect(finish(portable)).toBe(finish(reference));
  });
});

describe('an epoch', () => {
  it('uses every training sample once, in an order of its own, with a last batch of what is left', async () => {
    const prepared = await prepare(demanding());
    const { trainer, started } = prepared;
    expect([started.trainCount, started.testCount, started.stepsPerEpoch]).toEqual([104, 26, 5]);
    for (let i = 0; i < 5; i++) trainer.step();
    expect(trainer.epochsFinished).toBe(1);
    expect(prepared.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([[1, 5]]);
  });

  it('reports the mean over its rows and, after it, the test part', async () => {
    const document = template('circle', { batchSize: 700, epochs: 1 });
    const prepared = await prepare(document);
    const { trainer } = prepared;
    let lossSum = 0;
    let hits = 0;
    for (const rows of [700, 700, 200]) {
      trainer.step();
      lossSum += trainer.lastLoss * rows;
      hits += Math.round(trainer.lastAccuracy * rows);
    }
    const [record] = prepared.epochs;
    expect(record?.train.loss).toBeCloseTo(lossSum / 1600, 6);
    expect(record?.train.accuracy).toBeCloseTo(hits / 1600, 10);
    expect(record?.test).toEqual(trainer.measure().test);
  });

  it('has no test part where none was kept', async () => {
    const prepared = await prepare(template('circle', { testShare: 0, epochs: 1 }));
    finish(prepared);
    expect(prepared.started).toMatchObject({ trainCount: 2000, testCount: 0 });
    expect(prepared.epochs[0]?.test).toBeUndefined();
    expect(prepared.trainer.measure().test).toBeUndefined();
  });
});

describe('a step', () => {
  it('tells the kernels its number and its learning rate, so that chance and optimizers move on', async () => {
    const { trainer, machine } = await prepare(demanding());
    const { learningRate, step } = machine.plan.cells;
    for (let t = 1; t <= 7; t++) {
      trainer.baseLearningRate = t / 16;
      trainer.step(t % 2 === 0);
      expect(machine.arena.ints[step]).toBe(t);
      expect(machine.arena.floats[learningRate]).toBe(t / 16);
    }
  });

  it('follows Adam as it was published, on one weight', async () => {
    const document = template('line', { optimizer: { type: 'adam', params: {} }, learningRate: 0.125 });
    const { trainer, machine } = await prepare(document);
    const [first] = machine.plan.weights;
    if (first?.gradient === undefined) throw new Error('the line has a weight');
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
    let [w, m, s] = [machine.arena.floats[first.offset], 0, 0];
    for (let t = 1; t <= 10; t++) {
      trainer.step();
      const dw = machine.arena.floats[first.gradient];
      m = beta1 * m + (1 - beta1) * dw;
      s = beta2 * s + (1 - beta2) * dw * dw;
      w -= (0.125 * (m / (1 - beta1 ** t))) / (Math.sqrt(s / (1 - beta2 ** t)) + epsilon);
      expect(machine.arena.floats[first.offset]).toBeCloseTo(w, 4);
    }
  });
});

describe('accuracy', () => {
  it('is the share of rows whose predicted class is the right one', async () => {
    const document = template('circle', { epochs: 40, testShare: 0 });
    const prepared = await prepare(document);
    finish(prepared);
    const { trainer } = prepared;
    const [data] = document.nodes;
    const samples = data && (await datasetOf(document, data, readFiles))?.samples;
    if (samples === undefined) throw new Error('the first node of the template is its data');
    const { values } = trainer.predict(samples.x as Float32Array, samples.count);
    let right = 0;
    for (let row = 0; row < samples.count; row++) {
      const predicted = values[2 * row + 1] > values[2 * row] ? 1 : 0;
      if (predicted === samples.y[row]) right++;
    }
    const measured = trainer.measure().train?.accuracy;
    expect(measured).toBeCloseTo(right / samples.count, 12);
    expect(right / samples.count).toBeGreaterThan(0.5);
  });
});

describe('a prediction', () => {
  it('gives probabilities of classes that add up to one, in any number of rows', async () => {
    const { trainer } = await prepare(template('circle'));
    for (const rows of [0, 1, 513, 1030]) {
      const { values, columns } = trainer.predict(new Float32Array(2 * rows).fill(0.3), rows);
      expect([values.length, columns]).toEqual([2 * rows, 2]);
      for (let i = 0; i < values.length; i += 2) {
        expect(values[i] + values[i + 1]).toBeCloseTo(1, 6);
        expect(values[i]).toBe(values[0]);
      }
    }
  });

  it('gives one probability where the network has one logit', async () => {
    const { trainer } = await prepare(template('xor'));
    const { values, columns } = trainer.predict(new Float32Array([0.5, -0.5]), 1);
    expect(columns).toBe(1);
    expect(values[0]).toBeGreaterThan(0);
    expect(values[0]).toBeLessThan(1);
  });

  it('does not depend on what was computed before', async () => {
    const { trainer } = await prepare(template('circle'));
    const x = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i));
    const whole = trainer.predict(x, 1000).values;
    trainer.measure();
    expect(trainer.predict(x.subarray(600, 640), 20).values).toEqual(whole.subarray(600, 640));
  });

  it('refuses inputs of the wrong length, with both numbers', async () => {
    const { trainer } = await prepare(template('circle'));
    expect(() => trainer.predict(new Float32Array(3), 2)).toThrow(
      'Expected 2 numbers for each of 2 rows, found 3',
    );
  });
});

describe('a watched step', () => {
  it('counts every weight and every gradient', async () => {
    const { trainer, started } = await prepare(template('circle'));
    trainer.step(true);
    expect(trainer.figures.step).toBe(1);
    const at = started.watched.findIndex(({ key }) => key === 'fc1/weight/weight');
    const weights = trainer.figures.histograms.subarray(at * histogramWords, (at + 1) * histogramWords);
    expect(weights[figure.sampled]).toBe(8);
    const bins = weights.subarray(figureWords, figureWords + 2 * sideBins);
    expect(bins.reduce((sum, count) => sum + count, 0)).toBe(8 - weights[figure.zeros]);
    expect(started.watched.map(({ kind }) => kind)).toContain('weightGradient');
  });

  it('tells how far it moved each weight, as a share of it', async () => {
    const { trainer, started } = await prepare(
      template('circle', { optimizer: { type: 'sgd', params: {} }, learningRate: 0.25 }),
    );
    expect([...trainer.figures.updates.ratios].every(Number.isNaN)).toBe(true);
    trainer.step(true);
    const at = (key: string): number => started.watched.findIndex((watched) => watched.key === key);
    const norm = (key: string): number =>
      new Float32Array(trainer.figures.histograms.buffer)[at(key) * histogramWords + figure.norm] as number;
    // The histograms are of the weights before the update, and plain SGD moves them by rate times gradient.
    for (const weight of ['fc1', 'fc2', 'fc3']) {
      const expected = (0.25 * norm(`${weight}/weightGradient/weight`)) / norm(`${weight}/weight/weight`);
      expect(trainer.figures.updates.ratios[at(`${weight}/weight/weight`)] as number).toBeCloseTo(
        expected,
        6,
      );
    }
    expect(trainer.figures.updates.ratios[at('fc1/weightGradient/weight')]).toBeNaN();
  });
});
