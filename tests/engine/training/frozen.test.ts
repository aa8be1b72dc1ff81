import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import type { Plan } from '../../../engine/compiler/plan.ts';
import { buildTrainGraph } from '../../../engine/compiler/train-graph.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import type { FlatDocument, TrainingSettings } from '../../../engine/document/schema.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import type { Prepared } from '../../../engine/training/prepare.ts';
import { viewOf, weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { GraphRunner } from '../graph-runner.ts';

const frozen = (document: FlatDocument, ...ids: string[]): FlatDocument => ({
  ...document,
  nodes: document.nodes.map((node) => (ids.includes(node.id) ? { ...node, frozen: true } : node)),
});

const of = (document: FlatDocument, training: Partial<TrainingSettings>): FlatDocument => ({
  ...document,
  training: { ...document.training, ...training },
});

/** 130 samples in batches of 24, so that the last one is short; dropout, Adam's moments. */
const dense = (): FlatDocument =>
  of(
    chainDocument(
      [
        ['fc1', 'linear', { outFeatures: 12 }],
        ['tanh1', 'tanh'],
        ['fc2', 'linear', { outFeatures: 9 }],
        ['relu2', 'relu'],
        ['drop', 'dropout', { rate: 0.25 }],
        ['fc3', 'linear', { outFeatures: 2 }],
      ],
      'cross-entropy',
      { source: 'moons', count: 130, noise: 0.1 },
    ),
    { optimizer: { type: 'adam', params: {} }, learningRate: 0.01, batchSize: 24, epochs: 4 },
  );

/** Convolutions with norms; the second norm lies between trained layers. */
const images = (): FlatDocument =>
  of(
    chainDocument(
      [
        ['conv1', 'conv2d', { outChannels: 6, pad: 1 }],
        ['bn1', 'batch-norm'],
        ['relu1', 'relu'],
        ['conv2', 'conv2d', { outChannels: 8, stride: 2, pad: 1 }],
        ['bn2', 'batch-norm'],
        ['relu2', 'relu'],
        ['pool', 'global-average-pool'],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'shapes', count: 90, imageSize: 8 },
    ),
    {
      optimizer: { type: 'momentum', params: {} },
      initializer: { type: 'he', params: {} },
      learningRate: 0.05,
      batchSize: 16,
      epochs: 3,
    },
  );
const backbone = ['conv1', 'bn1', 'conv2', 'bn2'];

const prepare = (document: FlatDocument, threads = 1): Promise<Prepared> =>
  prepareHere({ document, options: { threads }, run: 'test', compile: { parallelThreshold: 0 } });

function finish({ trainer, machine }: Prepared, watch: (step: number) => boolean = () => false): Uint8Array {
  while (!trainer.finished) trainer.step(watch(trainer.stepsTaken));
  machine.close();
  return weightBytes(trainer.weights());
}

const valuesOf = ({ trainer }: Prepared): Record<string, number[]> =>
  Object.fromEntries(trainer.weights().map(({ name, values }) => [name, Array.from(values)]));

const ofNodes = (values: Record<string, number[]>, ...nodes: string[]): Record<string, number[]> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => nodes.includes(name.split('.')[0])));

const plan = (document: FlatDocument): Plan => compilePlan(document, { counts: { train: 90, test: 10 } });

const kernelsIn = ({ programs }: Plan): string[] => programs.train.calls.map(({ kernel }) => kernel);

describe('a frozen layer', () => {
  it('keeps its weights to the bit, and the others train', async () => {
    const prepared = await prepare(frozen(dense(), 'fc1', 'fc2'));
    const before = valuesOf(prepared);
    finish(prepared);
    const after = valuesOf(prepared);
    expect(ofNodes(after, 'fc1', 'fc2')).toEqual(ofNodes(before, 'fc1', 'fc2'));
    expect(Object.keys(ofNodes(after, 'fc1', 'fc2'))).toHaveLength(4);
    expect(after['fc3.weight']).not.toEqual(before['fc3.weight']);
    expect(after['fc3.bias']).not.toEqual(before['fc3.bias']);
  });

  it.each([
    ['at the beginning', ['fc1', 'fc2']],
    ['in the middle', ['fc2']],
    ['at the end', ['fc3']],
  ])('%s leaves the others as if its weights were put back after every step', async (_where, ids) => {
    const one = await prepare(frozen(dense(), ...ids));
    const other = await prepare(dense());
    const constant = other.machine.plan.weights.filter(({ node }) => ids.includes(node));
    const arena = other.machine.arena;
    const first = constant.map((weight) => viewOf(weight, arena).slice());
    while (!other.trainer.finished) {
      other.trainer.step();
      for (const [at, weight] of constant.entries()) viewOf(weight, arena).set(first[at]);
    }
    const expected = weightBytes(other.trainer.weights());
    other.machine.close();
    expect(finish(one)).toEqual(expected);
  });

  it('has the gradients of the rest that central differences find, through a frozen norm too', () => {
    const document = frozen(images(), 'bn1', 'conv2', 'bn2');
    const { graph, weights, gradients, total, inputs, dLoss, updateStart } = buildTrainGraph(
      analyseDocument(document),
      3,
      false,
    );
    const runner = new GraphRunner(graph);
    const random = new RandomStream(5, 99);
    for (const { tensor, declaration } of weights) {
      const isSpread = ['runningVar', 'gamma'].includes(declaration.name);
      const draw = () => (isSpread ? 0.5 + random.uniform() : 0.4 * random.normal());
      runner.write(tensor, Array.from({ length: elementCount(tensor.shape) }, draw));
    }
    for (const { tensor } of inputs) {
      const draw = () => (tensor.dtype === 'int32' ? random.below(4) : random.normal());
      runner.write(tensor, Array.from({ length: elementCount(tensor.shape) }, draw));
    }
    runner.write(dLoss, [1]);
    const backward = graph.calls.slice(0, updateStart);
    runner.run(backward);
    const trained = weights.filter(({ isTrained }) => isTrained);
    expect(trained.map(({ tensor }) => tensor.name)).toEqual([
      'conv1.weight',
      'conv1.bias',
      'fc.weight',
      'fc.bias',
    ]);
    for (const { tensor } of trained) {
      const analytic = runner.read(gradients.get(tensor) as Tensor);
      const values = runner.view(tensor);
      for (const [at, value] of runner.read(tensor).entries()) {
        const [above, below] = [1e-5, -1e-5].map((h) => {
          values[at] = value + h;
          runner.run(backward);
          return runner.read(total)[0];
        });
        values[at] = value;
        const numeric = (above - below) / 2e-5;
        expect(Math.abs(analytic[at] - numeric), `${tensor.name}[${at}]`).toBeLessThanOrEqual(
          1e-6 + 1e-4 * Math.abs(numeric),
        );
      }
    }
    for (const { tensor, isTrained } of weights) expect(gradients.has(tensor)).toBe(isTrained);
  });

  it('takes no optimizer state and no gradient, and nothing is kept for it', () => {
    const free = plan(images());
    const head = plan(frozen(images(), ...backbone));
    const trained = head.weights.filter(({ gradient }) => gradient !== undefined);
    expect(trained.map(({ name }) => name)).toEqual(['fc.weight', 'fc.bias']);
    expect(head.state.map(({ node }) => node)).toEqual(['fc', 'fc']);
    expect(head.parameterCount).toBe(free.parameterCount);
    expect(head.programs.train.keptWords).toBeLessThan(free.programs.train.keptWords / 10);
    expect(head.arenaWords).toBeLessThan(free.arenaWords);
  });

  it('has no backward pass where nothing that is trained lies before it', () => {
    const gradients = (kernels: string[]): string[] => kernels.filter((name) => /gradient/i.test(name));
    expect(gradients(kernelsIn(plan(images())))).toContain('conv2dWeightGradient');
    const left = gradients(kernelsIn(plan(frozen(images(), ...backbone))));
    for (const name of ['conv2dWeightGradient', 'conv2dDataGradient', 'batchNormGradient'])
      expect(left).not.toContain(name);
    // What lies before it is reached through it, without gradients of its own.
    const through = kernelsIn(plan(frozen(images(), 'conv2', 'bn2')));
    expect(through.filter((name) => name === 'conv2dWeightGradient')).toHaveLength(1);
    expect(through).toContain('conv2dDataGradient');
  });

  it('is left alone by decay and penalties, and does not count in the norm that is clipped', async () => {
    const regularisation = { l2: 0.1, decay: 0, biases: true };
    const lossOf = async (document: FlatDocument): Promise<{ loss: number; squares: number }> => {
      const { trainer, machine } = await prepare(document);
      const trained = trainer.weights().filter(({ name }) => name.startsWith('fc3.'));
      const squares = trained.reduce(
        (sum, { values }) => Array.from(values).reduce((part, value) => part + value * value, sum),
        0,
      );
      trainer.step();
      machine.close();
      return { loss: trainer.lastLoss, squares };
    };
    const head = frozen(dense(), 'fc1', 'fc2');
    const [plain, penalised] = [await lossOf(head), await lossOf(of(head, { regularisation }))];
    expect(penalised.loss - plain.loss).toBeCloseTo(0.1 * plain.squares, 5);

    const decayed = await prepare(of(head, { regularisation: { l2: 0, decay: 0.3, biases: true } }));
    const before = valuesOf(decayed);
    finish(decayed);
    expect(ofNodes(valuesOf(decayed), 'fc1', 'fc2')).toEqual(ofNodes(before, 'fc1', 'fc2'));

    const clipped = await prepare(of(head, { clipping: { by: 'norm', limit: 1e6 } }));
    clipped.trainer.step();
    const { arena, plan: made } = clipped.machine;
    const squares = made.weights.reduce((sum, { gradient, shape }) => {
      if (gradient === undefined) return sum;
      const values = arena.floats.subarray(gradient, gradient + elementCount(shape));
      return values.reduce((part, value) => part + value * value, sum);
    }, 0);
    expect(arena.floats[made.cells.gradientNorm]).toBeCloseTo(Math.sqrt(squares), 5);
    clipped.machine.close();
  });

  it('is watched with its weights and what it gives, and has no gradients to show', () => {
    const { watched } = plan(frozen(dense(), 'fc1')).programs.trainWatched;
    const kinds = (id: string): string[] => watched.flatMap(({ node, kind }) => (node === id ? [kind] : []));
    expect(kinds('fc1')).toEqual(['weight', 'weight', 'activation']);
    expect(new Set(kinds('fc2'))).toEqual(
      new Set(['weight', 'weightGradient', 'activation', 'activationGradient']),
    );
  });

  it('has no measure of how far a step moves it', async () => {
    const { trainer, machine } = await prepare(frozen(dense(), 'fc1'));
    trainer.step(true);
    const { watched } = machine.plan.programs.trainWatched;
    const ratioOf = (id: string): number =>
      trainer.figures.updates.ratios[
        watched.findIndex(({ node, kind, tensor }) => node === id && kind === 'weight' && tensor === 'weight')
      ];
    expect(ratioOf('fc1')).toBeNaN();
    expect(ratioOf('fc2')).toBeGreaterThan(0);
    machine.close();
  });

  it('is told by whoever owns the weights that it shares', async () => {
    const document = chainDocument([
      ['fc1', 'linear', { outFeatures: 4 }],
      ['relu1', 'relu'],
      ['fc2', 'linear', { outFeatures: 4 }],
      ['again', 'linear', { outFeatures: 4 }],
      ['fc3', 'linear', { outFeatures: 2 }],
    ]);
    const shared = {
      ...document,
      nodes: document.nodes.map((node) => (node.id === 'again' ? { ...node, weightsOf: 'fc2' } : node)),
    };
    const moved = async (ids: string[]): Promise<boolean> => {
      const prepared = await prepare(frozen(shared, ...ids));
      const before = valuesOf(prepared);
      finish(prepared);
      return JSON.stringify(before['fc2.weight']) !== JSON.stringify(valuesOf(prepared)['fc2.weight']);
    };
    expect(await moved(['again'])).toBe(true);
    expect(await moved(['fc2'])).toBe(false);
  });
});

describe('a frozen BatchNorm', () => {
  it('takes its running statistics as in use, and leaves them as they are', async () => {
    const free = await prepare(images());
    finish(free);
    const learnt = free.trainer.weights();
    const all = await prepare(frozen(images(), ...backbone));
    all.trainer.takeFitting(learnt, 'test');
    // With dropout nowhere, what is trained on is what is measured: in use and in training the network is the same.
    const measured = all.trainer.measure().train?.loss;
    const before = valuesOf(all);
    all.trainer.baseLearningRate = 1e-30;
    const losses: number[] = [];
    for (let step = 0; step < all.trainer.stepsPerEpoch; step++) {
      all.trainer.step();
      losses.push(all.trainer.lastLoss);
    }
    const rows = all.started.trainCount;
    const mean = losses.reduce(
      (sum, loss, at) => sum + loss * (at === losses.length - 1 ? rows - 16 * at : 16),
      0,
    );
    expect(mean / rows).toBeCloseTo(measured as number, 5);
    finish(all);
    const after = valuesOf(all);
    expect(ofNodes(after, 'bn1', 'bn2')).toEqual(ofNodes(before, 'bn1', 'bn2'));
    expect(after['bn1.runningMean']).toEqual(
      Array.from(learnt.find(({ name }) => name === 'bn1.runningMean')?.values ?? []),
    );
    expect(after['bn1.runningMean'].every((value) => value !== 0)).toBe(true);
  });

  it('may be trained on batches of one sample', () => {
    const document = of(
      chainDocument([
        ['fc1', 'linear', { outFeatures: 4 }],
        ['bn', 'batch-norm'],
        ['fc2', 'linear', { outFeatures: 2 }],
      ]),
      { batchSize: 1 },
    );
    expect(analyseDocument(document).problems).not.toEqual([]);
    expect(analyseDocument(frozen(document, 'bn')).problems).toEqual([]);
  });
});

describe('training with frozen layers', () => {
  it.each([
    ['a dense network', () => frozen(dense(), 'fc1', 'fc2')],
    ['images, all but the head', () => frozen(images(), ...backbone)],
    ['images, a part in the middle', () => frozen(images(), 'bn1', 'conv2', 'bn2')],
  ])(
    'ends with the same bits on one and two threads, watched or not, and across a checkpoint: %s',
    async (_what, document) => {
      const expected = finish(await prepare(document()));
      const two = await prepare(document(), 2);
      expect(two.started.workers).toBe(2);
      expect(finish(two)).toEqual(expected);
      expect(finish(await prepare(document()), () => true)).toEqual(expected);
      expect(finish(await prepare(document()), (step) => step % 3 === 0)).toEqual(expected);
      const stopped = await prepare(document());
      for (let step = 0; step < 7; step++) stopped.trainer.step();
      const checkpoint = stopped.trainer.checkpoint();
      if (checkpoint === undefined) throw new Error('the weights are finite');
      stopped.machine.close();
      const resumed = await prepare(document());
      resumed.trainer.restore(decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'file', crc32), 'file');
      expect(finish(resumed)).toEqual(expected);
    },
  );

  it('tells trained and frozen numbers apart', async () => {
    const { started, machine } = await prepare(frozen(images(), ...backbone));
    machine.close();
    expect(started.parameterCount - started.frozenCount).toBe(8 * 4 + 4);
    expect(started.frozenCount).toBe(6 * 3 * 9 + 6 + 12 + 8 * 6 * 9 + 8 + 16);
  });

  it('learns: a head on features that stay as chance made them', async () => {
    const prepared = await prepare(of(frozen(dense(), 'fc1', 'fc2'), { epochs: 200 }));
    const before = prepared.trainer.measure().train?.accuracy;
    finish(prepared);
    const after = prepared.trainer.measure().train?.accuracy;
    expect(before).toBeLessThan(0.7);
    expect(after).toBeGreaterThan(0.75);
  });
});
