import { describe, expect, it } from 'vitest';
import { crosscheckCases } from '../../engine/cli/crosscheck/cases.ts';
import { layerCases } from '../../engine/cli/crosscheck/layer-cases.ts';
import { prepareHere, sha256 } from '../../engine/hosts/training-thread.ts';
import { layers } from '../../engine/layers/index.ts';
import { optimizers } from '../../engine/optimizers/index.ts';
import type { KernelChoice, RunOptions } from '../../engine/protocol/live-run-messages.ts';
import { weightBytes } from '../../engine/training/weights.ts';
import { native } from '../engine/kernels/arena.ts';

const faces: readonly KernelChoice[] = ['portable', ...(native === undefined ? [] : ['native' as const])];
const cases = crosscheckCases();

/** Drawn faster than normal numbers: ResNet-18 has eleven million. */
const initializer = { type: 'uniform', params: { from: -0.05, to: 0.05 } };

/** A few steps on the one batch: what the weights come to, and how many threads took part. */
async function fewSteps({ document: { training, ...drawn } }: (typeof cases)[number], options: RunOptions) {
  const document = { ...drawn, training: { ...training, initializer } };
  const { trainer, machine, started } = await prepareHere({
    document,
    options,
    run: 'test',
    compile: { parallelThreshold: 1 },
  });
  for (let step = 0; step < 2; step++) trainer.step();
  machine.close();
  return { weights: sha256(weightBytes(trainer.weights())), workers: started.workers };
}

describe('what is compared with PyTorch', () => {
  it('is every optimizer, and the networks of the literature', () => {
    const types = new Set(cases.map(({ document }) => document.training.optimizer.type));
    expect([...types].toSorted()).toEqual(Object.keys(optimizers).toSorted());
    expect(cases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lenet', 'resnet-20', 'resnet-18', 'depthwise-cnn', 'gpt']),
    );
  });

  it('is every layer', () => {
    const types = new Set(layerCases().flatMap(({ document }) => document.nodes.map(({ type }) => type)));
    expect(Object.keys(layers).filter((type) => !types.has(type))).toEqual([]);
  });

  describe.each(faces)('with the %s kernels', (kernels) => {
    it.each(cases)('$name ends with the same bits on one thread and on two', async (one) => {
      const alone = await fewSteps(one, { kernels, threads: 1 });
      const shared = await fewSteps(one, { kernels, threads: 2 });
      expect([alone.workers, shared.workers]).toEqual([1, 2]);
      expect(shared.weights).toBe(alone.weights);
    });
  });
});
