import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { chainDocument } from '../documents.ts';
import { GraphRunner } from '../graph-runner.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** A layer built for one input, its weights at their start; `pass` runs it. */
function standing(layer: AnyLayer, mode: 'train' | 'eval', shape: readonly number[], given: Params = {}) {
  const params = { ...defaultParams(layer.fields), ...given };
  const inputs = { x: f(...shape) };
  expect(layer.check(params, inputs)).toEqual([]);
  const graph = new Graph(mode, 1, shape[0] as number);
  const tensor = (name: string, type: TensorType, role: 'input' | 'weight'): Tensor =>
    graph.tensor({ name, role, origin: '', type });
  const x = tensor('x', inputs.x, 'input');
  const declared = layer.weights(params, inputs);
  const weights = Object.fromEntries(
    declared.map(({ name, shape: own }) => [name, tensor(name, f(...own), 'weight')]),
  );
  const { y } = layer.build(graph.scope('norm', 'norm'), params, { x }, weights);
  const runner = new GraphRunner(graph);
  for (const { name, initializer, shape: own } of declared) {
    runner.write(weights[name], new Array(elementCount(own)).fill(initializer === 'ones' ? 1 : 0));
  }
  return {
    pass(values: readonly number[]): number[] {
      runner.write(x, values);
      runner.run();
      return runner.read(y);
    },
    read: (name: string) => runner.read(weights[name]),
    write: (name: string, values: readonly number[]) => runner.write(weights[name], values),
  };
}

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
const near = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i] as number, 9);
};
const normalOf = (values: readonly number[], epsilon = 1e-5): number[] => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return values.map((v) => (v - mean) / Math.sqrt(variance + epsilon));
};

describe('BatchNorm', () => {
  it('brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it', () => {
    const norm = standing(layers['batch-norm'], 'train', [4, 2]);
    norm.write('gamma', [1, 10]);
    norm.write('beta', [0, -1]);
    // Feature 0: 1, 3, 5, 7 has mean 4 and variance 5. Feature 1: 0, 0, 0, 8 has mean 2 and variance 12.
    const y = norm.pass([1, 0, 3, 0, 5, 0, 7, 8]);
    const a = Math.sqrt(5 + 1e-5);
    const b = Math.sqrt(12 + 1e-5);
    near(y, [-3 / a, -20 / b - 1, -1 / a, -20 / b - 1, 1 / a, -20 / b - 1, 3 / a, 60 / b - 1]);
  });

  it('takes all positions of a channel together, in signals and in images', () => {
    const channels = [
      [1, 2, 3, 4, 9, 8, 7, 6],
      [0, 0, 1, 1, 5, 5, -2, 2],
    ];
    const values = [
      ...channels[0].slice(0, 4),
      ...channels[1].slice(0, 4),
      ...channels[0].slice(4),
      ...channels[1].slice(4),
    ];
    const [first, second] = channels.map((channel) => normalOf(channel));
    const wanted = [...first.slice(0, 4), ...second.slice(0, 4), ...first.slice(4), ...second.slice(4)];
    near(standing(layers['batch-norm'], 'train', [2, 2, 4]).pass(values), wanted);
    near(standing(layers['batch-norm'], 'train', [2, 2, 2, 2]).pass(values), wanted);
  });

  it('moves its running statistics by the formula, the variance unbiased, and takes them in use', () => {
    const shape = [2, 2, 2];
    const momentum = 0.75;
    const training = standing(layers['batch-norm'], 'train', shape, { momentum });
    const mean = [0, 0];
    const variance = [1, 1];
    for (let step = 0; step < 5; step++) {
      const x = Array.from({ length: 8 }, (_, i) => Math.sin(7 * step + i * i) * (step + 1));
      training.pass(x);
      for (const c of [0, 1]) {
        const own = x.filter((_, i) => Math.floor(i / 2) % 2 === c);
        const m = own.reduce((sum, v) => sum + v, 0) / 4;
        const unbiased = own.reduce((sum, v) => sum + (v - m) ** 2, 0) / 3;
        mean[c] = momentum * mean[c] + (1 - momentum) * m;
        variance[c] = momentum * variance[c] + (1 - momentum) * unbiased;
      }
    }
    near(training.read('runningMean'), mean);
    near(training.read('runningVar'), variance);

    const used = standing(layers['batch-norm'], 'eval', shape, { momentum });
    used.write('runningMean', mean);
    used.write('runningVar', variance);
    const x = [1, 2, 3, 4, 5, 6, 7, 8];
    near(
      used.pass(x),
      x.map((v, i) => {
        const c = Math.floor(i / 2) % 2;
        return (v - mean[c]) / Math.sqrt(variance[c] + 1e-5);
      }),
    );
    near(used.read('runningMean'), mean);
  });

  it('lets a short last batch of one value through as β, and learns no variance from it', () => {
    const norm = standing(layers['batch-norm'], 'train', [1, 2]);
    norm.write('beta', [3, -4]);
    near(norm.pass([100, 200]), [3, -4]);
    near(norm.read('runningMean'), [0, 0]);
    near(norm.read('runningVar'), [1, 1]);
  });

  it('refuses batches of one value per channel, but not one image', () => {
    const document = chainDocument([
      ['bn', 'batch-norm'],
      ['fc', 'linear', { outFeatures: 2 }],
    ]);
    const withBatch = (batchSize: number): NetwrightDocument => ({
      ...document,
      training: { ...document.training, batchSize },
    });
    expect(analyseDocument(withBatch(2)).problems).toEqual([]);
    const [problem, ...others] = analyseDocument(withBatch(1)).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'one-value', severity: 'error', place: { node: 'bn', port: 'x' } });
    expect(problem.message.en).toContain('more than 1 value per channel in each batch, found 1');
    expect(
      layers['batch-norm'].checkBatch?.(defaultParams(layers['batch-norm'].fields), { x: f(2, 3, 4, 4) }, 1),
    ).toEqual([]);
  });

  it('says what has no channels', () => {
    const { problems } = inferNode(layers['batch-norm'], {}, { x: f(2, 3, 4, 5, 6) });
    expect(problems.map(({ message }) => message.en)).toEqual([
      'Channels must come first in each sample (N×C, N×C×L, N×C×H×W), found N×3×4×5×6.',
    ]);
  });

  it('counts γ and β as parameters and not what it gathers; γ may begin at 0; decay leaves all alone', () => {
    const inputs = { x: f(2, 3) };
    const declared = (given: Params) =>
      layers['batch-norm'].weights({ ...defaultParams(layers['batch-norm'].fields), ...given }, inputs);
    expect(inferNode(layers['batch-norm'], {}, inputs).parameterCount).toBe(6);
    expect(inferNode(layers['batch-norm'], { affine: false }, inputs).parameterCount).toBe(0);
    expect(declared({ initialGamma: 'zeros' })[0]).toMatchObject({ name: 'gamma', initializer: 'zeros' });
    expect(declared({}).map(({ decays }) => decays)).toEqual([false, false, false, false]);
  });
});

describe('norms that look at one sample', () => {
  const x = [1, 2, 4, 7, 0, 0, 3, 1, 5, -5, 2, 2];

  it('LayerNorm takes the last dimension, or the whole sample', () => {
    near(
      standing(layers['layer-norm'], 'train', [2, 3, 2]).pass(x),
      [0, 2, 4, 6, 8, 10].flatMap((at) => normalOf(x.slice(at, at + 2))),
    );
    near(
      standing(layers['layer-norm'], 'train', [2, 3, 2], { over: 'all' }).pass(x),
      [0, 6].flatMap((at) => normalOf(x.slice(at, at + 6))),
    );
  });

  it.each<[string, number[]]>([
    ['signals', [2, 3, 2]],
    ['images', [1, 3, 2, 2]],
  ])('LayerNorm over channels normalises each position of %s by itself', (_name, shape) => {
    const norm = standing(layers['layer-norm'], 'train', shape, { over: 'channels' });
    norm.write('gamma', [1, 2, 3]);
    norm.write('beta', [0, 0, 10]);
    const positions = product(shape.slice(2));
    const wanted = new Array<number>(x.length);
    for (let sample = 0; sample < shape[0]; sample++) {
      for (let position = 0; position < positions; position++) {
        const places = [0, 1, 2].map((c) => (3 * sample + c) * positions + position);
        const normal = normalOf(places.map((at) => x[at] as number));
        for (const [c, at] of places.entries())
          wanted[at] = (c + 1) * (normal[c] as number) + (c === 2 ? 10 : 0);
      }
    }
    near(norm.pass(x), wanted);
    near(
      standing(layers['layer-norm'], 'eval', [4, 3], { over: 'channels' }).pass(x),
      standing(layers['layer-norm'], 'eval', [4, 3]).pass(x),
    );
  });

  it('LayerNorm has a γ and a β for each number that it normalises together', () => {
    const norm = standing(layers['layer-norm'], 'train', [1, 2, 2], { over: 'all' });
    norm.write('gamma', [1, 2, 3, 4]);
    norm.write('beta', [0, 0, 0, 1]);
    const [a, b, c, d] = normalOf([1, 2, 4, 7]);
    near(norm.pass([1, 2, 4, 7]), [a, 2 * b, 3 * c, 4 * d + 1]);
  });

  it('GroupNorm takes groups of channels, with a γ and a β per channel', () => {
    const norm = standing(layers['group-norm'], 'train', [1, 4, 3], { groups: 2 });
    norm.write('gamma', [1, 2, 3, 4]);
    norm.write('beta', [0, 0, 0, 10]);
    const [a, b] = [normalOf(x.slice(0, 6)), normalOf(x.slice(6))];
    near(norm.pass(x), [
      ...a.slice(0, 3),
      ...a.slice(3).map((v) => 2 * v),
      ...b.slice(0, 3).map((v) => 3 * v),
      ...b.slice(3).map((v) => 4 * v + 10),
    ]);
  });

  it('GroupNorm of one group is LayerNorm, and of one channel per group InstanceNorm', () => {
    const pass = (type: 'group-norm' | 'layer-norm' | 'instance-norm', given: Params) =>
      standing(layers[type], 'train', [1, 4, 3], given).pass(x);
    near(pass('group-norm', { groups: 1 }), pass('layer-norm', { over: 'all' }));
    near(pass('group-norm', { groups: 4 }), pass('instance-norm', {}));
  });

  it('RMSNorm divides by the root mean square and leaves the mean', () => {
    const norm = standing(layers['rms-norm'], 'train', [2, 2]);
    norm.write('gamma', [1, 5]);
    const root = Math.sqrt((9 + 16) / 2 + 1e-5);
    near(norm.pass([3, 4, 4, 3]), [3 / root, 20 / root, 4 / root, 15 / root]);
  });

  it.each(['layer-norm', 'group-norm', 'instance-norm', 'rms-norm'] as const)(
    '%s gives in use what it gives in training',
    (type) => {
      const [training, used] = (['train', 'eval'] as const).map((mode) =>
        standing(layers[type], mode, [1, 4, 3]).pass(x),
      );
      expect(used).toEqual(training);
    },
  );

  it('say which sizes do not fit, with both numbers', () => {
    const sentence = (type: 'group-norm' | 'instance-norm' | 'layer-norm', given: Params, shape: number[]) =>
      inferNode(layers[type], given, { x: f(...shape) }).problems.map(({ message }) => message.en);
    expect(sentence('group-norm', { groups: 5 }, [2, 12, 4])).toEqual([
      'Groups must divide the 12 channels evenly, found 5.',
    ]);
    expect(sentence('group-norm', { groups: 3 }, [2, 3])[0]).toContain(
      'more than 1 value in each group, found 1',
    );
    expect(sentence('instance-norm', {}, [2, 3, 1, 1])[0]).toContain(
      'more than 1 value in each channel of a sample, found 1',
    );
    expect(sentence('instance-norm', {}, [2, 3])[0]).toContain('found N×3');
    expect(sentence('layer-norm', {}, [2, 3, 1])[0]).toContain(
      'more than 1 value to normalise together, found 1',
    );
  });
});

describe('in PyTorch', () => {
  it.each<[keyof typeof layers, Params, number[], string]>([
    ['batch-norm', {}, [2, 3], 'nn.BatchNorm1d(3)'],
    ['batch-norm', {}, [2, 3, 9], 'nn.BatchNorm1d(3)'],
    ['batch-norm', {}, [2, 16, 8, 8], 'nn.BatchNorm2d(16)'],
    [
      'batch-norm',
      { momentum: 0.99, affine: false, epsilon: 0.001 },
      [2, 3],
      'nn.BatchNorm1d(3, eps=0.001, momentum=0.01, affine=False)',
    ],
    ['layer-norm', {}, [2, 5, 8], 'nn.LayerNorm(8)'],
    [
      'layer-norm',
      { over: 'all', affine: false },
      [2, 5, 8],
      'nn.LayerNorm([5, 8], elementwise_affine=False)',
    ],
    ['layer-norm', { over: 'channels' }, [2, 8, 4, 4], 'ChannelLayerNorm(8)'],
    ['group-norm', {}, [2, 8, 4, 4], 'nn.GroupNorm(4, 8)'],
    ['instance-norm', {}, [2, 8, 4, 4], 'nn.InstanceNorm2d(8, affine=True)'],
    ['instance-norm', { affine: false }, [2, 8, 4], 'nn.InstanceNorm1d(8)'],
    ['rms-norm', {}, [2, 5, 8], 'RMSNorm(8, eps=0.00001)'],
  ])('%s %j on %j is %s', (type, given, shape, line) => {
    const layer: AnyLayer = layers[type];
    expect(layer.pytorch({ ...defaultParams(layer.fields), ...given }, { x: f(...shape) })).toBe(line);
  });
});
