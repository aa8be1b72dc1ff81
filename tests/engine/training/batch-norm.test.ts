import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import type { Prepared } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument, type Link } from '../documents.ts';
import { certified, exported, trained } from '../interchange/exports.ts';

/** An MLP with BatchNorm before each ReLU; 97 rows in batches of 24 leave one row for the last. */
function normalised(): NetwrightDocument {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 11 }],
      ['bn1', 'batch-norm'],
      ['relu1', 'relu'],
      ['fc2', 'linear', { outFeatures: 7 }],
      ['bn2', 'batch-norm', { affine: false, momentum: 0.95 }],
      ['relu2', 'relu'],
      ['ln', 'layer-norm'],
      ['fc3', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'circle', count: 121 },
  );
  return { ...document, training: { ...document.training, batchSize: 24, epochs: 5, testShare: 24 / 121 } };
}

const prepare = (threads = 1): Promise<Prepared> =>
  prepareHere({
    document: normalised(),
    options: { threads },
    run: 'test',
    compile: { parallelThreshold: 0 },
  });

const digest = ({ trainer }: Prepared): string => sha256(weightBytes(trainer.weights()));

function finish(prepared: Prepared, watch: (step: number) => boolean = () => false): string {
  while (!prepared.trainer.finished) prepared.trainer.step(watch(prepared.trainer.stepsTaken));
  prepared.machine.close();
  return digest(prepared);
}

const weight = ({ trainer }: Prepared, name: string): number[] =>
  Array.from(trainer.weights().find((tensor) => tensor.name === name)?.values ?? []);

describe('a network with BatchNorm', () => {
  it('ends with the same bits on one and on two threads, running statistics among them', async () => {
    const [one, two] = [await prepare(1), await prepare(2)];
    expect([one.started.trainCount, one.started.stepsPerEpoch]).toEqual([97, 5]);
    expect(two.started.workers).toBe(2);
    const first = finish(one);
    expect(finish(two)).toBe(first);
    expect(weight(two, 'bn1.runningVar')).toEqual(weight(one, 'bn1.runningVar'));
    expect(new Set(weight(one, 'bn1.runningVar')).size).toBe(11);
    expect(weight(one, 'bn2.runningMean').every((mean) => mean !== 0)).toBe(true);
  });

  it('ends with the same bits whether steps are watched, where norm and ReLU are not joined, or not', async () => {
    const expected = finish(await prepare());
    expect(finish(await prepare(), (step) => step % 3 === 0)).toBe(expected);
    expect(finish(await prepare(), () => true)).toBe(expected);
  });

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const expected = finish(await prepare());
    for (const stopAt of [1, 5, 12]) {
      const before = await prepare();
      while (before.trainer.stepsTaken < stopAt) before.trainer.step();
      const checkpoint = before.trainer.checkpoint();
      if (checkpoint === undefined) throw new Error('the weights are finite');
      const after = await prepare();
      after.trainer.restore(decodeCheckpoint(encodeCheckpoint(checkpoint, crc32), 'file', crc32), 'file');
      expect(finish(after)).toBe(expected);
    }
  });

  it('is exported with its running statistics, and onnxruntime computes the same', async () => {
    const network = await trained(normalised(), 3);
    const onnx = exported(network);
    const { nodes, initializers } = readModel(onnx, 'a.onnx').graph;
    const norms = nodes.filter(({ opType }) => opType === 'BatchNormalization');
    expect(norms.map(({ inputs }) => inputs)).toEqual([
      ['fc1.y', 'bn1.gamma', 'bn1.beta', 'bn1.runningMean', 'bn1.runningVar'],
      ['fc2.y', 'bn2.y.gamma', 'bn2.y.beta', 'bn2.runningMean', 'bn2.runningVar'],
    ]);
    expect(initializers.map(({ name }) => name)).toContain('bn2.runningVar');
    const certificate = await certified(onnx, network);
    expect(certificate.equal).toBe(true);
    expect(certificate.nodes.map(({ node }) => node)).toEqual(
      expect.arrayContaining(['bn1', 'bn2', 'ln', 'fc3']),
    );
  });

  it('counts as parameters what it trains, not what it gathers', async () => {
    const { started, machine } = await prepare();
    machine.close();
    const linear = 2 * 11 + 11 + 11 * 7 + 7 + 7 * 2 + 2;
    expect(started.parameterCount).toBe(linear + 2 * 11 + 2 * 7);
  });

  it('learns the circle', async () => {
    const network = await trained({ ...normalised() }, 60);
    expect(network.engine.train?.accuracy).toBeGreaterThan(0.9);
  });
});

describe('on images', () => {
  const images = (...links: Link[]): NetwrightDocument => {
    const chain = chainDocument(
      [
        ['conv', 'conv2d', { outChannels: 6 }],
        ...links,
        ['relu', 'relu'],
        ['pool', 'global-average-pool'],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'shapes', count: 40 },
    );
    return { ...chain, training: { ...chain.training, batchSize: 8, epochs: 1 } };
  };
  const norms: Link[] = [
    ['bn', 'batch-norm'],
    ['gn', 'group-norm', { groups: 3 }],
    ['in', 'instance-norm'],
    ['channels', 'layer-norm', { over: 'channels' }],
    ['whole', 'layer-norm', { over: 'all', affine: false }],
    ['rms', 'rms-norm'],
  ];

  it('all norms one behind the other end with the same bits on one and on two threads', async () => {
    const digests: string[] = [];
    for (const threads of [1, 2]) {
      const document = images(...norms);
      const compile = { parallelThreshold: 0 };
      digests.push(finish(await prepareHere({ document, options: { threads }, run: 'test', compile })));
    }
    expect(digests[1]).toBe(digests[0]);
  });

  // Each by itself: one behind the other would enlarge the last digits in which two programs differ.
  it.each(norms.map((norm) => ({ id: norm[0], norm })))(
    'the network with $id is the same in onnxruntime, node by node',
    async ({ id, norm }) => {
      const network = await trained(images(norm), 1);
      const certificate = await certified(exported(network), network);
      expect(certificate.nodes.map(({ node }) => node)).toContain(id);
      expect(certificate.equal).toBe(true);
    },
  );
});
