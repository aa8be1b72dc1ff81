import { expect, it } from 'vitest';
import type { ModelPort } from '../../../engine/protocol/model-messages.ts';
import { type ImageInput, imageInput, pictureValues } from '../../../renderer/models/picture-rows.ts';

const port = (dtype: string): ModelPort => ({ name: 'x', shape: ['N', 3, 2, 2], dtype });
const data = Uint8ClampedArray.from({ length: 16 }, (_, i) => 17 * i);
const picture = { name: 'p', pixels: { data, width: 2, height: 2 } as ImageData };

it('a model that takes bytes is given pixels as they are, whatever others are given', () => {
  const bytes = imageInput(port('uint8')) as ImageInput;
  expect([...pictureValues([picture], bytes, 'imagenet')]).toEqual(
    [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14].map((i) => 17 * i),
  );
  const floats = imageInput(port('float32')) as ImageInput;
  expect(pictureValues([picture], floats, 'unit')[1]).toBe(Math.fround((17 * 4) / 255));
});
