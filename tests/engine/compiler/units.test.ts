import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../../engine/compiler/units.ts';
import { chainDocument } from '../documents.ts';

const document = chainDocument([
  ['fc', 'linear', { outFeatures: 6 }],
  ['norm', 'layer-norm'],
  ['relu', 'relu'],
]);

describe('what can be dead in an activation', () => {
  it.each<[string, number[], { columns: number; inner: number }]>([
    ['the features of a row', [32, 6], { columns: 6, inner: 1 }],
    ['the channels of an image', [32, 16, 8, 8], { columns: 16, inner: 64 }],
    ['the channels of an image of one pixel', [32, 16, 1, 1], { columns: 16, inner: 1 }],
    ['the features of a sequence behind a Linear', [32, 10, 6], { columns: 6, inner: 1 }],
  ])('are %s', (_name, shape, units) => {
    expect(unitsOf(shape, document, 'relu')).toEqual(units);
  });

  it('are the channels of a signal behind a convolution, with a norm between or not', () => {
    const convolved = chainDocument([
      ['conv', 'conv1d'],
      ['norm', 'batch-norm'],
      ['relu', 'relu'],
    ]);
    expect(unitsOf([32, 10, 6], convolved, 'relu')).toEqual({ columns: 10, inner: 6 });
    expect(unitsOf([32, 10, 6], convolved, 'norm')).toEqual({ columns: 10, inner: 6 });
  });
});
