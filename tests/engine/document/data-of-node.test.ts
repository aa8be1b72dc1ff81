import { describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import type { FoundFiles } from '../../../engine/declaration/found-files.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { withFilesIn } from '../../../engine/document/data-of-node.ts';
import { chainDocument } from '../documents.ts';

const found: FoundFiles = {
  path: '/photos',
  fingerprint: 'a'.repeat(64),
  train: 40,
  test: 0,
  shape: [3, 64, 64],
  columns: [{ name: 'class', kind: 'category', values: ['day', 'night'] }],
};

const randomImages = (inputSize1: number, inputSize2: number, inputSize3: number): Params => ({
  source: 'random-samples',
  inputSize1,
  inputSize2,
  inputSize3,
});

/** The shape of the samples after a folder of images was opened in the place of such samples. */
function openedAfter(data: Params): readonly number[] | undefined {
  const document = chainDocument(
    [
      ['flat', 'flatten'],
      ['fc', 'linear'],
    ],
    'cross-entropy',
    data,
  );
  const opened = withFilesIn(document, 'data', { source: 'images', files: found }).document;
  return analyseDocument(opened).nodes.get('data')?.outputs['x']?.shape.slice(1);
}

describe('images in the place of other samples', () => {
  it.each([
    ['images of another size', { source: 'shapes', imageSize: 24 }, [3, 24, 24]],
    ['grey images', { source: 'shapes', imageSize: 28, colour: 'grey' }, [1, 28, 28]],
    ['what a foreign model takes', randomImages(3, 48, 48), [3, 48, 48]],
  ])('have the shape of %s', (_, data, shape) => {
    expect(openedAfter(data)).toEqual(shape);
  });

  it.each([
    ['points', { source: 'circle' }],
    ['images of four channels', randomImages(4, 32, 32)],
    ['images that are no squares', randomImages(3, 32, 48)],
    ['images larger than they can be brought to', randomImages(3, 1024, 1024)],
  ])('have their usual size after %s', (_, data) => {
    expect(openedAfter(data)).toEqual([3, 64, 64]);
  });

  it('keep the size that they were given', () => {
    expect(openedAfter({ source: 'images', files: found, side: 40 })).toEqual([3, 40, 40]);
  });
});
