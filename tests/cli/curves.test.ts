import { afterAll, describe, expect, it } from 'vitest';
import { type Curve, compareCurves, measures } from '../../engine/cli/crosscheck/curves.ts';
import { spreadOf } from '../../engine/cli/over-seeds.ts';
import { RandomStream } from '../../engine/random/stream.ts';
import { dataFolder, mnistLike } from '../engine/data/sample-files.ts';
import { netwright } from './netwright.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

describe('the spread over seeds', () => {
  it('is the deviation of a sample, and none of a single run', () => {
    expect(spreadOf([1, 2, 3])).toEqual({ mean: 2, deviation: 1 });
    expect(spreadOf([5])).toEqual({ mean: 5, deviation: 0 });
  });
});

describe('curves of two sides', () => {
  const epochs = 5;
  /** Loss falls and accuracy rises; runs scatter by `noise`, and one side may lie `shift` off. */
  const runs = (seed: number, count: number, noise: number, shift = 0): Curve[] =>
    Array.from({ length: count }, (_, run) => {
      const random = new RandomStream(seed, 91, run);
      const metrics = (epoch: number) => ({
        loss: 4 - 0.3 * epoch + noise * random.normal() + shift,
        accuracy: 0.05 * epoch + 0.1 * noise * random.normal(),
      });
      return Array.from({ length: epochs }, (_, epoch) => ({ train: metrics(epoch), test: metrics(epoch) }));
    });

  it('that scatter alike are within each other’s spread nearly always', () => {
    const points = Array.from({ length: 200 }, (_, i) =>
      compareCurves(runs(2 * i, 3, 0.05), runs(2 * i + 1, 3, 0.05)),
    ).flat();
    expect(points).toHaveLength(200 * measures.length * epochs);
    const outside = points.filter(({ isWithin }) => !isWithin).length / points.length;
    expect(outside).toBeLessThan(0.005);
  });

  it('are outside of it where one lies off by some deviations, and nowhere else', () => {
    const points = compareCurves(runs(1, 3, 0.02), runs(2, 3, 0.02, 0.15));
    const outside = new Set(points.filter(({ isWithin }) => !isWithin).map(({ measure }) => measure));
    expect([...outside]).toEqual(['train loss', 'test loss']);
  });

  it('are outside of it from where one side ended early', () => {
    const short = runs(2, 3, 0.02).map((curve) => curve.slice(0, 3));
    const points = compareCurves(runs(1, 3, 0.02), short);
    expect(points.filter(({ isWithin }) => !isWithin).map(({ epoch }) => epoch)).toEqual(
      expect.arrayContaining([4, 5]),
    );
  });
});

it('crosscheck curve says what is missing, and that it compared nothing', async () => {
  const noTorch = await netwright(['crosscheck', 'curve', '--python', '/nowhere/python', '--json']);
  expect(noTorch).toMatchObject({ code: 0, objects: [{ event: 'skipped', missing: 'torch' }] });
});

it('train --seeds trains a template on opened data from several seeds, and tells the mean', async () => {
  const mnist = folder.write('mnist', mnistLike({ train: 600, test: 200, classes: 7 }));
  const args = ['--data', mnist, '--epochs', '2', '--out', folder.path('runs')];
  const { code, objects } = await netwright([
    'train',
    'mnist-mlp',
    '--seeds',
    '2',
    '--seed',
    '5',
    ...args,
    '--json',
  ]);
  expect(code).toBe(0);
  const done = objects.filter(({ event }) => event === 'done') as { run: string; test: { loss: number } }[];
  expect(done.map(({ run }) => run)).toEqual(['seed-5', 'seed-6'].map((seed) => folder.path(`runs/${seed}`)));
  const losses = done.map(({ test }) => test.loss);
  expect(losses[0]).not.toBe(losses[1]);
  expect(objects.at(-1)).toMatchObject({
    event: 'seeds',
    seeds: [5, 6],
    test: { loss: spreadOf(losses), accuracy: { mean: expect.any(Number) } },
  });
  const resumed = await netwright(['train', '--resume', folder.path('runs/seed-5'), '--seeds', '2']);
  expect([resumed.code, resumed.stderr]).toEqual([2, expect.stringContaining('found --seeds')]);
});
