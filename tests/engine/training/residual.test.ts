import { afterAll, describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { drawnDocument } from '../documents.ts';
import { certified, exported, trained } from '../interchange/exports.ts';
import { onnxruntime } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

/** Images with a residual block whose branch is weighed channel by channel, then dropped, scaled and added. */
const shapes = (): NetwrightDocument => ({
  ...drawnDocument(
    {
      data: ['data', { source: 'shapes', count: 150, imageSize: 8 }],
      stem: ['conv2d', { outChannels: 5, stride: 2, pad: 1 }],
      bent: ['prelu', { slopes: 'channel' }],
      branch: ['conv2d', { outChannels: 5, pad: 1 }],
      squeezed: ['adaptive-average-pool', { outputSize: 1, outputWidth: 1 }],
      weighed: ['conv2d', { outChannels: 5, kernelHeight: 1, kernelWidth: 1, pad: 0 }],
      gate: ['sigmoid'],
      gated: ['multiply'],
      dropped: ['dropout2d', { rate: 0.2 }],
      scaled: ['scale', { factor: 0.5 }],
      less: ['subtract'],
      sum: ['add'],
      relu: ['relu'],
      pooled: ['global-average-pool'],
      share: ['softmax'],
      both: ['add'],
      fc: ['linear', { outFeatures: 4 }],
      log: ['log-softmax'],
      loss: ['nll'],
    },
    [
      ['data.x', 'stem.x'],
      ['stem.y', 'bent.x'],
      ['bent.y', 'branch.x'],
      ['branch.y', 'squeezed.x'],
      ['squeezed.y', 'weighed.x'],
      ['weighed.y', 'gate.x'],
      ['branch.y', 'gated.a'],
      ['gate.y', 'gated.b'],
      ['gated.y', 'dropped.x'],
      ['dropped.y', 'scaled.x'],
      ['gate.y', 'less.a'],
      ['scaled.y', 'less.b'],
      ['bent.y', 'sum.a'],
      ['scaled.y', 'sum.b'],
      ['less.y', 'sum.c'],
      ['sum.y', 'relu.x'],
      ['relu.y', 'pooled.x'],
      ['pooled.y', 'share.x'],
      ['pooled.y', 'both.a'],
      ['share.y', 'both.b'],
      ['both.y', 'fc.x'],
      ['fc.y', 'log.x'],
      ['log.y', 'loss.prediction'],
      ['data.y', 'loss.target'],
    ],
  ),
});

const finish = async (threads: number, watched: (step: number) => boolean = () => false) => {
  const document = { ...shapes(), training: { ...shapes().training, epochs: 3, batchSize: 32 } };
  const { trainer, machine, started } = await prepareHere({
    document,
    options: { threads },
    run: 'test',
    compile: { parallelThreshold: 1 },
  });
  while (!trainer.finished) trainer.step(watched(trainer.stepsTaken));
  machine.close();
  return { bytes: weightBytes(trainer.weights()), workers: started.workers };
};

describe('a residual network with gates', () => {
  it('is one that can run', () => {
    expect(analyseDocument(shapes()).problems).toEqual([]);
  });

  it('ends with the same bits on one and on two threads, and when its addition is not joined with the ReLU', async () => {
    const [one, two] = [await finish(1), await finish(2)];
    expect(two.workers).toBe(2);
    expect(two.bytes).toEqual(one.bytes);
    expect((await finish(1, () => true)).bytes).toEqual(one.bytes);
  });

  it('learns, and onnxruntime computes the same, at every node', async () => {
    const network = await trained(shapes(), 300);
    expect(network.engine.train?.accuracy).toBeGreaterThan(0.7);
    const certificate = await certified(exported(network), network);
    expect(certificate.equal).toBe(true);
    expect(certificate.nodes.map(({ node }) => node)).toEqual(
      expect.arrayContaining(['bent', 'gated', 'scaled', 'less', 'relu', 'both', 'log']),
    );
  });
});
