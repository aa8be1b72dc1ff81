import { afterAll, describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { openNode } from '../../../engine/document/open-node.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { drawnDocument } from '../documents.ts';
import { certified, exported, trained } from '../interchange/exports.ts';
import { onnxruntime } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

/** Waves cut into 16 pieces, which look at one another; which wave is it? */
const waves = (): NetwrightDocument =>
  drawnDocument(
    {
      data: ['data', { source: 'waveforms', count: 1000, signalLength: 64 }],
      pieces: ['reshape', { shape: '16, 4' }],
      widen: ['linear', { outFeatures: 16 }],
      position: ['sinusoidal-position'],
      mha: ['multi-head-attention', { heads: 4 }],
      rest: ['concat', { axis: 2 }],
      mixed: ['linear', { outFeatures: 32 }],
      relu: ['relu'],
      mean: ['mean', { axis: 1 }],
      fc: ['linear', { outFeatures: 4 }],
      loss: ['cross-entropy'],
    },
    [
      ['data.x', 'pieces.x'],
      ['pieces.y', 'widen.x'],
      ['widen.y', 'position.x'],
      ['position.y', 'mha.x'],
      ['mha.y', 'rest.a'],
      ['position.y', 'rest.b'],
      ['rest.y', 'mixed.x'],
      ['mixed.y', 'relu.x'],
      ['relu.y', 'mean.x'],
      ['mean.y', 'fc.x'],
      ['fc.y', 'loss.prediction'],
      ['data.y', 'loss.target'],
    ],
  );

/** Tokens with classes of another source to be learnt by heart; token 0 is padding, and the tokens are the mask. */
const tokens = (): NetwrightDocument =>
  drawnDocument(
    {
      asked: ['data', { source: 'sequences', count: 90, symbols: 5, questionLength: 3 }],
      answered: ['data', { source: 'circle', count: 90 }],
      embedding: ['embedding', { vocabulary: 7, width: 12, padding: 0 }],
      position: ['learned-position', { positions: 10 }],
      mha: ['multi-head-attention', { heads: 3, causal: true, dropout: 0.2 }],
      last: ['slice', { axis: 1, start: -1 }],
      flat: ['flatten'],
      fc: ['linear', { outFeatures: 2 }],
      loss: ['cross-entropy'],
    },
    [
      ['asked.x', 'embedding.x'],
      ['embedding.y', 'position.x'],
      ['position.y', 'mha.x'],
      ['asked.x', 'mha.mask'],
      ['mha.y', 'last.x'],
      ['last.y', 'flat.x'],
      ['flat.y', 'fc.x'],
      ['fc.y', 'loss.prediction'],
      ['answered.y', 'loss.target'],
    ],
  );

const opened = (document: NetwrightDocument): NetwrightDocument =>
  openNode(document, 'mha')?.document ?? document;

const prepare = (document: NetwrightDocument, threads: number) =>
  prepareHere({ document, options: { threads }, run: 'test', compile: { parallelThreshold: 1 } });

describe.each([
  ['waves', waves],
  ['waves, attention opened', () => opened(waves())],
  ['tokens', tokens],
  ['tokens, attention opened', () => opened(tokens())],
])('a network with attention on %s', (_name, document) => {
  it('has nothing wrong with it', () => {
    expect(analyseDocument(document()).problems).toEqual([]);
  });

  it('is the same on one thread and on two, bit for bit', async () => {
    const bits = [1, 2].map(async (threads) => {
      const { trainer, machine } = await prepare(document(), threads);
      for (let step = 0; step < 10; step++) trainer.step();
      machine.close();
      return weightBytes(trainer.weights());
    });
    const [one, two] = await Promise.all(bits);
    expect(one).toEqual(two);
  });

  it('is the same in onnxruntime', async () => {
    const network = await trained(document(), 1);
    const certificate = await certified(exported(network), network);
    expect(certificate.equal).toBe(true);
    expect(certificate.nodes.length).toBeGreaterThan(5);
  });
});

describe('attention', () => {
  it('learns to tell waves apart', async () => {
    const { trainer, machine } = await prepare(waves(), 1);
    while (trainer.epochsFinished < 40) trainer.step();
    const { test } = trainer.measure();
    machine.close();
    expect(test?.accuracy ?? 0).toBeGreaterThan(0.7);
  });
});
