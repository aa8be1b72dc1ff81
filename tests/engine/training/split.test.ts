import { expect, it } from 'vitest';
import { splitSamples } from '../../../engine/training/split.ts';

it('puts every sample in exactly one part, in the share that was asked for', () => {
  const { train, test } = splitSamples(2000, 0.2, 1);
  expect([train.length, test.length]).toEqual([1600, 400]);
  const all = [...train, ...test].toSorted((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 2000 }, (_, i) => i));
});

it('gives the same parts for the same seed and others for another', () => {
  expect(splitSamples(100, 0.2, 7)).toEqual(splitSamples(100, 0.2, 7));
  expect(splitSamples(100, 0.2, 7)).not.toEqual(splitSamples(100, 0.2, 8));
});

it('keeps something to train on, and nothing to test on where nothing was asked for', () => {
  expect(splitSamples(2, 0.9, 1).train).toHaveLength(1);
  expect(splitSamples(1, 0.9, 1).train).toHaveLength(1);
  expect(splitSamples(10, 0, 1).test).toHaveLength(0);
});
