import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { FlatDocument, TrainingSettings } from '../../engine/document/schema.ts';
import { chainDocument } from '../engine/documents.ts';
import { lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const of = (document: FlatDocument, training: Partial<TrainingSettings>): FlatDocument => ({
  ...document,
  training: { ...document.training, ...training },
});

/** Between them what is drawn, shuffled, varied, scheduled and computed in the networks of all kinds of data. */
const networks: Readonly<Record<string, FlatDocument>> = {
  points: of(
    chainDocument(
      [
        ['fc1', 'linear', { outFeatures: 33 }],
        ['bn', 'batch-norm'],
        ['gelu', 'gelu'],
        ['drop', 'dropout', { rate: 0.2 }],
        ['fc2', 'linear', { outFeatures: 9 }],
        ['tanh', 'tanh'],
        ['fc3', 'linear', { outFeatures: 2 }],
      ],
      'cross-entropy',
      { source: 'spirals', count: 500, noise: 0.1 },
    ),
    {
      optimizer: { type: 'adam', params: {} },
      learningRate: 0.01,
      schedule: { type: 'cosine', params: {} },
      initializer: { type: 'he', params: {} },
      epochs: 3,
    },
  ),
  images: of(
    chainDocument(
      [
        ['conv1', 'conv2d', { outChannels: 8, stride: 2 }],
        ['bn', 'batch-norm'],
        ['relu', 'relu'],
        ['conv2', 'conv2d', { outChannels: 8, connections: 'depthwise' }],
        ['silu', 'silu'],
        ['pool', 'max-pool'],
        ['larger', 'upsample', { mode: 'linear' }],
        ['mean', 'global-average-pool'],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'shapes', count: 150, imageSize: 20, crop: 2, flip: true, rotate: 20, brightness: 0.2 },
    ),
    {
      optimizer: { type: 'momentum', params: {} },
      schedule: { type: 'exponential', params: {} },
      initializer: { type: 'xavier', params: {} },
    },
  ),
  signals: of(
    chainDocument(
      [
        ['conv', 'conv1d', { outChannels: 8, stride: 2 }],
        ['elu', 'elu'],
        ['norm', 'group-norm', { groups: 2 }],
        ['mean', 'global-average-pool'],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'waveforms', count: 150 },
    ),
    { optimizer: { type: 'rmsprop', params: {} }, initializer: { type: 'orthogonal', params: {} } },
  ),
  sequences: of(
    chainDocument(
      [
        ['embedding', 'embedding', { vocabulary: 20, width: 12 }],
        ['position', 'sinusoidal-position'],
        ['attention', 'multi-head-attention', { heads: 3, causal: true, dropout: 0.1 }],
        ['norm', 'layer-norm'],
        ['fc', 'linear', { outFeatures: 13 }],
      ],
      'cross-entropy',
      { source: 'sequences', symbols: 12, questionLength: 7, count: 150 },
    ),
    { optimizer: { type: 'adamw', params: {} }, learningRate: 0.01 },
  ),
};

/**
 * What the weights came to where this was first run. Any other machine must find the same; only a change of what is drawn or
 * computed changes these lines, and then it changes the runs of everybody who asks for the same seed again.
 */
const expected: Readonly<Record<keyof typeof networks, string>> = {
  points: 'f60222ba16f897b9eccdb59b3f89c54efda61e8597412f7594f51c85042f882c',
  images: '6f052b2f5aa4740d63850818bde08fb518867f2af98704f511e5244cf9849c01',
  signals: 'a2b9814d9d547bde61fe34df09048bb33780c20cf14013ce31b39f431e8a878f',
  sequences: 'fb7c9fa95a5227f859d21000ae6f27c63da119d443a9bd14c711e06f53179d4f',
};

describe.each(Object.entries(networks))('with the portable kernels, a network of %s', (name, document) => {
  it('ends with the same bits in every process, on any number of threads, and on every machine', async () => {
    const file = folder.path(`${name}.netwright.json`);
    writeFileSync(file, JSON.stringify(document));
    const weights = [];
    for (const threads of ['1', '2']) {
      const out = folder.path(`${name}-${threads}`);
      const args = ['train', file, '--kernels', 'portable', '--threads', threads, '--out', out, '--json'];
      weights.push(lastOf(await netwright(args))['weightsSha256']);
    }
    expect(weights).toEqual([expected[name], expected[name]]);
  });
});
