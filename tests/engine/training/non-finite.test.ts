import { describe, expect, it, vi } from 'vitest';
import type { TrainProgram } from '../../../engine/compiler/plan.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { readFiles } from '../../../engine/hosts/data-files.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { figure, histogramWords } from '../../../engine/kernels/telemetry.ts';
import type { RunOptions } from '../../../engine/protocol/live-run-messages.ts';
import { datasetOf } from '../../../engine/training/dataset.ts';
import type { Prepared } from '../../../engine/training/prepare.ts';
import { Trainer } from '../../../engine/training/trainer.ts';
import { inMemory } from '../data/in-memory.ts';
import { chainDocument } from '../documents.ts';
import { template } from './templates.ts';

const prepare = (document: NetwrightDocument, options: RunOptions = {}): Promise<Prepared> =>
  prepareHere({ document, options, run: 'test' });

const values = ({ trainer }: Prepared): number[] => trainer.weights().flatMap((weight) => [...weight.values]);

const line = { source: 'line', count: 100 };
const deep = chainDocument(
  [
    ['fc1', 'linear', { outFeatures: 8 }],
    ['act', 'leaky-relu'],
    ['fc2', 'linear', { outFeatures: 1 }],
  ],
  'mse',
  line,
);
const overflowing: Record<string, NetwrightDocument> = {
  'a line': template('line', { learningRate: 1e6 }),
  'a deeper network': { ...deep, training: { ...deep.training, learningRate: 1e6, epochs: 50 } },
  Momentum: {
    ...deep,
    training: {
      ...deep.training,
      optimizer: { type: 'momentum', params: {} },
      learningRate: 1e4,
      epochs: 50,
    },
  },
};

/** Trains to the end and says what the weights were before each step. */
function trainAndRemember(prepared: Prepared): number[][] {
  const before: number[][] = [];
  while (!prepared.trainer.finished) {
    before.push(values(prepared));
    prepared.trainer.step();
  }
  return before;
}

describe('a learning rate that is far too large', () => {
  it('leaves histograms of the step that failed, in which NaN and Inf are counted', async () => {
    const prepared = await prepare(overflowing['a deeper network'] as NetwrightDocument);
    const steps = trainAndRemember(prepared).length;
    const { trainer, machine } = prepared;
    expect(trainer.figures.step).toBe(steps);
    const { watched } = machine.plan.programs.trainWatched;
    const bad = watched.map((_, index) => {
      const at = index * histogramWords;
      return (
        trainer.figures.histograms[at + figure.nans] + trainer.figures.histograms[at + figure.infinities]
      );
    });
    expect(Math.max(...bad)).toBeGreaterThan(0);
  });

  for (const [name, document] of Object.entries(overflowing)) {
    it(`stops ${name} at the step where a number overflows, and names the first tensor`, async () => {
      const prepared = await prepare(document);
      const before = trainAndRemember(prepared);
      const { trainer } = prepared;
      const { failure } = trainer;
      expect(failure?.code).toBe('training.non-finite');
      expect(failure?.message.en).toMatch(
        /^Training stopped at step \d+, batch \d+ of \d+ of epoch \d+: "[\w.]+" of node "[\w.]+" was the first tensor to hold NaN or Inf/,
      );
      expect(failure?.message.zh).toMatch(/^训练在第 \d+ 步（第 \d+ 轮，第 \d+ 批，共 \d+ 批）停止：节点“/);
      const node = failure?.problems[0]?.place.node;
      expect(document.nodes.map(({ id }) => id)).toContain(node);

      // The last good weights: those that gave a finite loss and finite gradients one step earlier.
      expect(values(prepared).every(Number.isFinite)).toBe(true);
      expect(values(prepared)).toEqual(before.at(-2));
      expect(trainer.stepsTaken).toBe(before.length - 2);
      expect(Number.isFinite(trainer.measure().train?.loss)).toBe(true);
    });
  }

  it('fails the same way with the reference kernels', async () => {
    const document = template('line', { learningRate: 1e6 });
    const [portable, reference] = [
      await prepare(document),
      await prepare(document, { kernels: 'reference' }),
    ];
    trainAndRemember(portable);
    trainAndRemember(reference);
    expect(reference.trainer.failure).toEqual(portable.trainer.failure);
  });

  it('is noticed when the very last update is the one that overflows', async () => {
    const document = template('line', { learningRate: 1e6, testShare: 0 });
    const whole = await prepare(document);
    const steps = trainAndRemember(whole).length - 1;
    const perEpoch = whole.trainer.stepsPerEpoch;
    // One epoch whose only step does the damage: start a run of one step from the weights just before it.
    const single = await prepare({
      ...document,
      training: { ...document.training, batchSize: 65536, epochs: Math.ceil(steps / perEpoch) + 2 },
    });
    trainAndRemember(single);
    expect(single.trainer.failure?.code).toBe('training.non-finite');
    const failedAt = single.trainer.stepsTaken + 2;
    const short = await prepare({
      ...document,
      training: { ...document.training, batchSize: 65536, epochs: failedAt - 1 },
    });
    trainAndRemember(short);
    expect(short.trainer.failure?.code).toBe('training.non-finite');
    expect(short.trainer.failure?.message.en).toContain(`stopped at step ${failedAt - 1}`);
    expect(Number.isFinite(short.trainer.measure().train?.loss)).toBe(true);
  });
});

it('stops before the update, and names the batch and the sample where one sample is what is not finite', async () => {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 6 }],
      ['tanh', 'tanh'],
      ['fc2', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count: 100 },
  );
  document.training.optimizer = { type: 'momentum', params: {} };
  const { machine } = await prepare(document);
  const [data] = document.nodes;
  const dataset = data && (await datasetOf(document, data, readFiles));
  if (dataset === undefined) throw new Error('the first node is the data');
  const { samples, split } = dataset;
  const bad = split.train[7];
  inMemory(samples).x[2 * bad] = Number.NaN;
  const trainer = new Trainer({ document, machine, samples: new Map([['data', samples]]), split });
  const { weightWords, stateWords } = machine.plan;
  const everything = (): number[][] =>
    [weightWords, stateWords].map(({ offset, words }) => [
      ...machine.arena.floats.subarray(offset, offset + words),
    ]);
  const states: number[][][] = [];
  const run = vi.spyOn(machine, 'run');
  while (trainer.failure === undefined) {
    states.push(everything());
    run.mockClear();
    trainer.step();
  }
  const failedAt = states.length;
  expect(trainer.stepsPerEpoch).toBe(5);
  expect(trainer.failure.message.en).toMatch(
    new RegExp(
      `^Training stopped at step ${failedAt}, batch ${failedAt} of 5 of epoch 1: "fc1\\.y" of node "fc1" ` +
        `was the first tensor to hold NaN or Inf \\(6 NaN and 0 Inf among 96 values\\), first for sample ${bad}\\.`,
    ),
  );
  // In the step that failed nothing was run that changes weights.
  const ends = run.mock.calls.map(([loaded, , to]) => [(loaded.program as TrainProgram).updateStart, to]);
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.every(([updateStart = 0, to = Infinity]) => to <= updateStart)).toBe(true);
  // What gave finite gradients last: the step before that step is not known to.
  expect(everything()).toEqual(states.at(-2));
});

it('takes no further step after a failure', async () => {
  const prepared = await prepare(template('line', { learningRate: 1e6 }));
  trainAndRemember(prepared);
  const [kept, steps] = [values(prepared), prepared.trainer.stepsTaken];
  prepared.trainer.step();
  expect(values(prepared)).toEqual(kept);
  expect(prepared.trainer.stepsTaken).toBe(steps);
});

it('names the weights themselves when they are what is not finite', async () => {
  const prepared = await prepare(template('circle'));
  const { machine, trainer } = prepared;
  trainer.step();
  const weight = machine.plan.weights.find(({ name }) => name === 'fc2.weight');
  if (weight === undefined) throw new Error('the circle has a layer fc2');
  machine.arena.floats[weight.offset + 3] = Number.NaN;
  expect(trainer.checkpoint()).toBeUndefined();
  trainer.step();
  expect(trainer.failure?.message.en).toContain('"fc2.weight" of node "fc2"');
  expect(trainer.failure?.message.en).toContain('1 NaN and 0 Inf among 16 values');
  expect(values(prepared).every(Number.isFinite)).toBe(true);
  expect(trainer.checkpoint()).toBeDefined();
});
