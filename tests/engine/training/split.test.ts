import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Split, splitSamples } from '../../../engine/training/split.ts';

const drawn = (all: number) => ({ all, givenValidation: 0, givenTest: 0 });
const every = ({ train, validation, test }: Split): number[] =>
  [...train, ...validation, ...test].toSorted((a, b) => a - b);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('puts every sample in exactly one part, in the shares that were asked for', () => {
  const split = splitSamples(drawn(2000), { testShare: 0.2, validationShare: 0.1, seed: 1 });
  const { train, validation, test } = split;
  expect([train.length, validation.length, test.length]).toEqual([1400, 200, 400]);
  expect(every(split)).toEqual(numbers(2000));
});

it('gives the same parts for the same seed and others for another', () => {
  const split = (seed: number) => splitSamples(drawn(100), { testShare: 0.2, validationShare: 0.2, seed });
  expect(split(7)).toEqual(split(7));
  expect(split(7)).not.toEqual(split(8));
});

it('keeps something to train on, and nothing to test on where nothing was asked for', () => {
  expect(splitSamples(drawn(2), { testShare: 0.9, seed: 1 }).train).toHaveLength(1);
  expect(splitSamples(drawn(1), { testShare: 0.9, validationShare: 0.9, seed: 1 }).train).toHaveLength(1);
  expect(splitSamples(drawn(10), { testShare: 0.9, validationShare: 0.9, seed: 1 }).train).toHaveLength(1);
  expect(splitSamples(drawn(10), { testShare: 0, seed: 1 }).test).toHaveLength(0);
});

it('draws the same test samples whatever share is validated with, and those that it always drew', () => {
  const labels = Int32Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? 1 : i % 3 === 0 ? 2 : 0));
  const split = (validationShare?: number, more?: Int32Array) =>
    splitSamples(drawn(300), { testShare: 0.2, seed: 2, ...(validationShare && { validationShare }) }, more);
  for (const given of [undefined, labels]) {
    expect(split(0.25, given).test).toEqual(split(undefined, given).test);
    expect(split(undefined, given).validation).toHaveLength(0);
  }
  // A project that was trained before has to find its own rows again.
  const digest = (rows: Uint32Array): string => createHash('sha256').update(rows).digest('hex').slice(0, 16);
  expect([digest(split().test), digest(split(undefined, labels).test)]).toEqual([
    'c897d3af0fbbaf27',
    '6ede6c0efd2b117d',
  ]);
});

it('gives every class its share of each drawn part, to a sample', () => {
  const labels = Int32Array.from({ length: 1000 }, (_, i) => (i < 40 ? 0 : i < 400 ? 1 : 2));
  const split = splitSamples(drawn(1000), { testShare: 0.2, validationShare: 0.15, seed: 3 }, labels);
  for (const [part, share] of [
    ['train', 0.65],
    ['validation', 0.15],
    ['test', 0.2],
  ] as const) {
    for (const [label, count] of [40, 360, 600].entries()) {
      const there = split[part].filter((row) => labels[row] === label).length;
      expect(Math.abs(there - count * share), `${part} ${label}`).toBeLessThanOrEqual(1);
    }
  }
});

it('takes parts that the files give as they are, and draws validation from what is left to train on', () => {
  const given = { all: 100, givenValidation: 0, givenTest: 20 };
  const split = splitSamples(given, { testShare: 0.5, validationShare: 0.25, seed: 1 });
  expect([...split.test]).toEqual(numbers(100).slice(80));
  expect([split.train.length, split.validation.length]).toEqual([60, 20]);
  expect(every(split)).toEqual(numbers(100));
  const all = splitSamples(
    { ...given, givenValidation: 30 },
    { testShare: 0.5, validationShare: 0.5, seed: 1 },
  );
  expect([...all.train]).toEqual(numbers(50));
  expect([...all.validation]).toEqual(numbers(100).slice(50, 80));
});
