import { describe, expect, it } from 'vitest';
import { trainInThisThread } from '../../../engine/hosts/in-process.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from './templates.ts';

describe('the templates', () => {
  it('fit the line: y(5) = 5 ± 0.05', async () => {
    const { trainer } = await trainInThisThread({ document: template('line') });
    const { values, columns } = trainer.predict(new Float32Array([5]), 1);
    expect(columns).toBe(1);
    expect(Math.abs(values[0] - 5)).toBeLessThan(0.05);
  });

  for (const shape of ['circle', 'triangle', 'square']) {
    it(`learn the ${shape} with the course's own settings on three seeds`, async () => {
      for (const seed of [1, 2, 3]) {
        const { outcome } = await trainInThisThread({ document: template(shape, { seed }) });
        expect(outcome.state).toBe('done');
        expect(outcome.epochs).toBe(600);
        expect(outcome.test?.accuracy, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
      }
    });
  }

  it('learn noisy spirals with BatchNorm and Dropout', async () => {
    const { outcome } = await trainInThisThread({ document: template('mlp') });
    expect(outcome.test?.accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it('learn to sort with a Transformer before its epochs are over', async () => {
    const { outcome } = await trainInThisThread({ document: template('transformer', { epochs: 14 }) });
    expect(outcome.test?.accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it('learn the spirals with Adam', async () => {
    const { outcome } = await trainInThisThread({ document: template('spirals') });
    expect(outcome.test?.accuracy).toBeGreaterThanOrEqual(0.95);
  });
});

/** A few steps on a few samples, on so many threads: the weights, and the threads that took part. */
async function fewSteps(id: string, threads: number) {
  const { trainer, machine, started } = await prepareHere({
    document: template(id, { epochs: 1, batchSize: 12 }, 40),
    options: { threads },
    run: 'test',
    compile: { parallelThreshold: 1 },
  });
  while (!trainer.finished) trainer.step();
  machine.close();
  return { bytes: weightBytes(trainer.weights()), workers: started.workers, steps: trainer.stepsTaken };
}

describe.each(['mlp', 'lenet', 'resnet', 'waveforms', 'transformer'])('the template %s', (id) => {
  it('takes the same steps, bit for bit, on one thread and on two', async () => {
    const [one, two] = [await fewSteps(id, 1), await fewSteps(id, 2)];
    expect([one.workers, two.workers]).toEqual([1, 2]);
    expect([one.steps, two.steps]).toEqual([3, 3]);
    expect(two.bytes).toEqual(one.bytes);
  });
});
