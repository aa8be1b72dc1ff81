import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import type { NetwrightDocument, TrainingSettings } from '../../../engine/document/schema.ts';
import { trainInThisThread } from '../../../engine/hosts/in-process.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import type { EpochRecord, RunOptions } from '../../../engine/protocol/live-run-messages.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import type { Prepared } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';

/** 104 training samples in batches of 24: 5 steps an epoch, the last one short. */
function moons(training: Partial<TrainingSettings> = {}): NetwrightDocument {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 12 }],
      ['tanh1', 'tanh'],
      ['fc2', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count: 130, noise: 0.1 },
  );
  return { ...document, training: { ...document.training, batchSize: 24, epochs: 6, ...training } };
}

async function prepare(document: NetwrightDocument, options: RunOptions = {}) {
  const epochs: EpochRecord[] = [];
  const prepared = await prepareHere({
    document,
    options,
    run: 'test',
    compile: { parallelThreshold: 0 },
    onEpoch: (record) => epochs.push(record),
  });
  return { ...prepared, epochs };
}

const digest = ({ trainer }: Prepared): string => sha256(weightBytes(trainer.weights()));

function finish(prepared: Prepared): string {
  while (!prepared.trainer.finished) prepared.trainer.step();
  prepared.machine.close();
  return digest(prepared);
}

type Tensors = Record<'weights' | 'gradients' | 'cells', Map<string, number[]>>;

/** Weights and gradients as they lie in the arena, by the weight's name. */
function tensorsOf({ machine }: Prepared): Pick<Tensors, 'weights' | 'gradients'> {
  const { plan, arena } = machine;
  const weights = new Map<string, number[]>();
  const gradients = new Map<string, number[]>();
  for (const { name, shape, offset, gradient = 0 } of plan.weights) {
    const count = shape.reduce((product, n) => product * n, 1);
    weights.set(name, Array.from(arena.floats.subarray(offset, offset + count)));
    gradients.set(name, Array.from(arena.floats.subarray(gradient, gradient + count)));
  }
  return { weights, gradients };
}

const squares = (values: Iterable<readonly number[]>): number =>
  [...values].flat().reduce((sum, x) => sum + x * x, 0);

describe('the L2 penalty', () => {
  const penalised = (biases: boolean, l2 = 0.01) => moons({ regularisation: { l2, decay: 0, biases } });

  it('adds λ Σ w² of the weights, without biases, to the loss of training and of testing', async () => {
    const [plain, bound] = [await prepare(moons()), await prepare(penalised(false))];
    const { weights } = tensorsOf(bound);
    const penalty = 0.01 * squares(['fc1.weight', 'fc2.weight'].map((name) => weights.get(name) ?? []));
    expect(penalty).toBeGreaterThan(0.01);
    const [without, including] = [plain.trainer.measure(), bound.trainer.measure()];
    expect(including.test?.loss).toBeCloseTo((without.test?.loss ?? 0) + penalty, 5);
    plain.trainer.step();
    bound.trainer.step();
    expect(bound.trainer.lastLoss).toBeCloseTo(plain.trainer.lastLoss + penalty, 5);
    expect(including.test?.accuracy).toBe(without.test?.accuracy);
  });

  it('adds 2λw to the gradients of weights', async () => {
    const [plain, bound] = [await prepare(moons()), await prepare(penalised(false))];
    const before = tensorsOf(bound).weights;
    plain.trainer.step();
    bound.trainer.step();
    const [free, held] = [tensorsOf(plain).gradients, tensorsOf(bound).gradients];
    for (const [name, values] of before) {
      for (const [i, w] of values.entries()) {
        const share = name.endsWith('weight') ? 2 * 0.01 * w : 0;
        expect(held.get(name)?.[i]).toBeCloseTo((free.get(name)?.[i] as number) + share, 5);
      }
    }
  });

  it('holds biases back when it is told to', async () => {
    const [weightsOnly, all] = [await prepare(penalised(false, 1)), await prepare(penalised(true, 1))];
    for (let i = 0; i < 8; i++) {
      weightsOnly.trainer.step();
      all.trainer.step();
    }
    const size = (prepared: Prepared): number => squares([tensorsOf(prepared).weights.get('fc2.bias') ?? []]);
    expect(size(all)).toBeLessThan(0.9 * size(weightsOnly));
  });

  it('is no part of the loss that is not asked for', () => {
    const plan = compilePlan(moons(), { counts: { train: 104, test: 26 } });
    expect(plan.programs.train.calls.map(({ kernel }) => kernel)).not.toContain('addSquares');
  });
});

describe('weight decay', () => {
  const decaying = (biases: boolean) => moons({ regularisation: { l2: 0, decay: 0.5, biases } });

  it.each([false, true])(
    'takes rate · decay of each weight beside the step of SGD; of biases too: %s',
    async (biases) => {
      const [plain, decayed] = [await prepare(moons()), await prepare(decaying(biases))];
      // Biases start at 0: the second step is the first that decay can change for them.
      plain.trainer.step();
      decayed.trainer.step();
      const before = tensorsOf(decayed).weights;
      decayed.trainer.step();
      const { weights, gradients } = tensorsOf(decayed);
      for (const [name, values] of before) {
        for (const [i, w] of values.entries()) {
          const kept = biases || name.endsWith('weight') ? 1 - 0.1 * 0.5 : 1;
          const expected = w * kept - 0.1 * (gradients.get(name)?.[i] as number);
          expect(weights.get(name)?.[i]).toBeCloseTo(expected, 6);
        }
      }
      expect(decayed.trainer.lastLoss).not.toBe(plain.trainer.lastLoss);
    },
  );

  it('keeps updates of weights that decay apart from those that do not, and joins the rest', () => {
    const kernels = (document: NetwrightDocument) => {
      const { calls, updateStart } = compilePlan(document, { counts: { train: 104, test: 26 } }).programs
        .train;
      return calls.slice(updateStart).map(({ kernel, arguments: { decay } }) => [kernel, decay]);
    };
    expect(kernels(moons())).toEqual([['sgdUpdate', 0]]);
    expect(kernels(decaying(true))).toEqual([['sgdUpdate', 0.5]]);
    expect(kernels(decaying(false)).map(([, decay]) => decay)).toEqual([0.5, 0, 0.5, 0]);
    const rmsprop = { optimizer: { type: 'rmsprop', params: {} } };
    expect(kernels(moons(rmsprop)).length).toBe(1);
    const clipped = moons({ ...rmsprop, clipping: { by: 'norm', limit: 0.1 } });
    expect(kernels(clipped).map(([kernel]) => kernel)).toEqual([
      ...Array.from({ length: 4 }, () => 'addSquares'),
      'clipFactor',
      'clipByNorm',
      'rmspropUpdate',
    ]);
  });
});

describe('clipping', () => {
  it('by norm shortens all gradients together to the limit, and tells the norm before', async () => {
    const [plain, clipped] = [
      await prepare(moons()),
      await prepare(moons({ clipping: { by: 'norm', limit: 0.05 } })),
    ];
    plain.trainer.step();
    clipped.trainer.step();
    const [free, held] = [tensorsOf(plain).gradients, tensorsOf(clipped).gradients];
    const norm = Math.sqrt(squares(free.values()));
    expect(norm).toBeGreaterThan(0.1);
    expect(Math.sqrt(squares(held.values()))).toBeCloseTo(0.05, 5);
    for (const [name, values] of free) {
      for (const [i, dw] of values.entries()) expect(held.get(name)?.[i]).toBeCloseTo((dw * 0.05) / norm, 6);
    }
    const { plan, arena } = clipped.machine;
    expect(arena.floats[plan.cells.gradientNorm]).toBeCloseTo(norm, 5);
    expect(clipped.trainer.lastGradientNorm).toBeCloseTo(norm, 5);
    expect(plain.trainer.lastGradientNorm).toBeNaN();
  });

  it('by norm leaves gradients below the limit as they are, bit for bit', async () => {
    const clipped = moons({ clipping: { by: 'norm', limit: 1000 } });
    expect(finish(await prepare(clipped))).toBe(finish(await prepare(moons())));
  });

  it('by value cuts each number off for itself', async () => {
    const [plain, clipped] = [
      await prepare(moons()),
      await prepare(moons({ clipping: { by: 'value', limit: 0.01 } })),
    ];
    plain.trainer.step();
    clipped.trainer.step();
    const [free, held] = [tensorsOf(plain).gradients, tensorsOf(clipped).gradients];
    for (const [name, values] of free) {
      expect(held.get(name)).toEqual(
        values.map((dw) => Math.min(Math.max(dw, -Math.fround(0.01)), Math.fround(0.01))),
      );
    }
  });

  it('not at all, a watched step still measures the norm', async () => {
    const prepared = await prepare(moons());
    prepared.trainer.step(true);
    const norm = Math.sqrt(squares(tensorsOf(prepared).gradients.values()));
    expect(prepared.trainer.lastGradientNorm).toBeCloseTo(norm, 5);
    prepared.trainer.step();
    expect(prepared.trainer.lastGradientNorm).toBeNaN();
  });
});

/** Everything at once, so that whatever is not kept across an interruption shows. */
const everything = (): NetwrightDocument =>
  moons({
    epochs: 12,
    optimizer: { type: 'adamw', params: {} },
    learningRate: 0.02,
    schedule: { type: 'plateau', params: { patience: 0, gamma: 0.5, minChange: 0.2 } },
    warmupSteps: 7,
    regularisation: { l2: 1e-3, decay: 0.01, biases: false },
    clipping: { by: 'norm', limit: 0.1 },
    earlyStopping: { monitor: 'test-loss', patience: 3, minChange: 0.05, keep: 'best' },
  });

describe('with everything that can be set, a run gives the same bits', () => {
  it('on one, two and three threads, watched or not', async () => {
    const first = await prepare(everything(), { threads: 1 });
    const expected = finish(first);
    for (const threads of [2, 3]) {
      const other = await prepare(everything(), { threads });
      while (!other.trainer.finished) other.trainer.step(threads === 3);
      other.machine.close();
      expect(digest(other)).toBe(expected);
      expect(other.epochs).toEqual(first.epochs);
    }
  });

  it('when it goes on from a checkpoint at any step, through its file', async () => {
    const whole = await prepare(everything());
    const expected = finish(whole);
    const steps = whole.trainer.stepsTaken;
    expect(whole.trainer.ending).toBeDefined();
    expect(new Set(whole.epochs.map(({ learningRate }) => learningRate)).size).toBeGreaterThan(2);
    for (const stopAt of [3, 12, 20, 25, 31, steps].filter((at) => at <= steps)) {
      const before = await prepare(everything());
      while (before.trainer.stepsTaken < stopAt) before.trainer.step();
      const checkpoint = before.trainer.checkpoint();
      if (checkpoint === undefined) throw new Error('the weights are finite');
      const after = await prepare(everything());
      after.trainer.restore(decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'file', crc32), 'file');
      expect(finish(after)).toBe(expected);
      expect([...before.epochs, ...after.epochs]).toEqual(whole.epochs);
      expect(after.trainer.ending).toEqual(whole.trainer.ending);
    }
  });

  it('also from a checkpoint that was written before schedules and early stopping could be set', async () => {
    const { trainer } = await prepare(moons());
    trainer.step();
    const checkpoint = trainer.checkpoint();
    if (checkpoint === undefined) throw new Error('the weights are finite');
    const { plateau: _, waiting: __, ...progress } = checkpoint.progress;
    const old = { ...checkpoint, progress } as typeof checkpoint;
    expect(decodeCheckpoint(encodeCheckpoint(old, crc32), 'file', crc32).progress).toEqual(
      checkpoint.progress,
    );
  });

  it('and refuses a checkpoint whose best weights are of another network', async () => {
    const { trainer } = await prepare(everything());
    for (let i = 0; i < 6; i++) trainer.step();
    const checkpoint = trainer.checkpoint();
    if (checkpoint === undefined) throw new Error('the weights are finite');
    const tensors = checkpoint.tensors.map((tensor) =>
      tensor.name === 'best:fc1.weight' ? { ...tensor, shape: [1], values: new Float32Array(1) } : tensor,
    );
    const other = await prepare(everything());
    expect(() => other.trainer.restore({ ...checkpoint, tensors }, 'file')).toThrow(/another network/);
  });
});

describe('the learning rate', () => {
  it('is what was set times the factor of the schedule at that step', async () => {
    const document = moons({ schedule: { type: 'step', params: { every: 2, unit: 'epochs', gamma: 0.5 } } });
    const { trainer, machine, epochs } = await prepare(document);
    const used: number[] = [];
    while (!trainer.finished) {
      trainer.step();
      used.push(machine.arena.floats[machine.plan.cells.learningRate]);
    }
    const rate = (factor: number): number => Math.fround(0.1 * factor);
    expect(used).toEqual([1, 0.5, 0.25].flatMap((factor) => Array.from({ length: 10 }, () => rate(factor))));
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1, 0.05, 0.05, 0.025, 0.025]);
  });

  it('that is set while it trains is multiplied by the schedule from there on', async () => {
    const document = moons({ schedule: { type: 'step', params: { every: 1, unit: 'epochs', gamma: 0.5 } } });
    const { trainer, epochs } = await prepare(document);
    for (let i = 0; i < 7; i++) trainer.step();
    trainer.baseLearningRate = 1;
    expect(trainer.learningRate).toBe(0.5);
    while (!trainer.finished) trainer.step();
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.5, 0.25, 0.125, 0.0625, 0.03125]);
  });

  it('falls when the test loss stands still', async () => {
    const document = moons({
      learningRate: 1e-12,
      schedule: { type: 'plateau', params: { patience: 1, gamma: 0.5 } },
    });
    const { trainer, epochs } = await prepare(document);
    while (!trainer.finished) trainer.step();
    const factors = epochs.map(({ learningRate }) => learningRate / 1e-12);
    expect(factors).toEqual([1, 1, 1, 0.5, 0.5, 0.25].map((factor) => expect.closeTo(factor, 6)));
  });
});

describe('early stopping', () => {
  const stopping = (earlyStopping: TrainingSettings['earlyStopping'], learningRate = 0.1) =>
    moons({ epochs: 40, learningRate, earlyStopping });

  it('ends a run that gets no better, which then is done and says why', async () => {
    const document = stopping({ monitor: 'test-loss', patience: 3, minChange: 100, keep: 'last' });
    const { outcome, trainer } = await trainInThisThread({ document });
    expect(outcome.state).toBe('done');
    expect(outcome.epochs).toBe(4);
    expect(outcome.ending?.en).toMatch(
      /^Stopped early after epoch 4: the test loss .* since epoch 1; .* last epoch/,
    );
    expect(trainer.finished).toBe(true);
  });

  it('goes back to the weights of the best epoch', async () => {
    // So large a rate that the loss jumps about: the best epoch is not the last.
    const document = stopping({ monitor: 'test-loss', patience: 4, keep: 'best' }, 30);
    const { trainer, epochs } = await prepare(document);
    while (!trainer.finished) trainer.step();
    expect(trainer.failure).toBeUndefined();
    const losses = epochs.map(({ test }) => test?.loss as number);
    const best = Math.min(...losses);
    expect(losses.at(-1)).toBeGreaterThan(best);
    expect(epochs.length).toBeLessThan(40);
    expect(trainer.measure().test?.loss).toBe(best);
    const last = await prepare(stopping({ monitor: 'test-loss', patience: 4, keep: 'last' }, 30));
    while (!last.trainer.finished) last.trainer.step();
    expect(last.trainer.measure().test?.loss).toBe(losses.at(-1));
  });

  it('keeps the best weights also when the run goes on to its last epoch', async () => {
    const document = stopping({ monitor: 'test-loss', patience: 1000, keep: 'best' }, 30);
    const { trainer, epochs } = await prepare(document);
    while (!trainer.finished) trainer.step();
    expect(epochs.length).toBe(40);
    expect(trainer.ending).toBeUndefined();
    expect(trainer.measure().test?.loss).toBe(Math.min(...epochs.map(({ test }) => test?.loss as number)));
  });

  it('never asked for ends nothing', async () => {
    const { outcome } = await trainInThisThread({ document: moons() });
    expect(outcome).toMatchObject({ state: 'done', epochs: 6, ending: undefined });
  });
});

describe('a layer’s own start', () => {
  it('is drawn by its initializer and multiplied by its scale', async () => {
    const linear = async (params: Record<string, string | number>) => {
      const document = chainDocument([
        ['fc1', 'linear', { outFeatures: 50, ...params }],
        ['fc2', 'linear', { outFeatures: 2 }],
      ]);
      return tensorsOf(await prepare(document)).weights.get('fc1.weight') ?? [];
    };
    const project = await linear({});
    expect(await linear({ initial: 'scaled', initialScale: 0.5 })).toEqual(project.map((w) => w * 0.5));
    expect(await linear({ initial: 'zeros', initialScale: 7 })).toEqual(project.map(() => 0));
    // The project draws normal numbers with standard deviation ½ from the same stream.
    const normal = await linear({ initial: 'normal', initialScale: 0.5 });
    for (const [i, w] of normal.entries()) expect(w).toBeCloseTo(project[i] as number, 6);
    const he = await linear({ initial: 'he' });
    for (const [i, w] of he.entries()) expect(w).toBeCloseTo((project[i] as number) * 2, 6);
    const rows = await linear({ initial: 'orthogonal', initialScale: 3 });
    expect(squares([rows])).toBeCloseTo(2 * 9, 4);
  });
});
