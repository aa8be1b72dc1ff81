import { describe, expect, it } from 'vitest';
import { arenas, type Case, compute } from './arena.ts';
import { type Convolution, dataGradientCase, forwardCase, weightGradientCase } from './cases-convolution.ts';

const { portable, reference } = arenas;

/** Compares all words, whole and in shares that end within images, groups and fours of rows. */
function expectSameBits(given: Case): void {
  const wanted = compute(reference, given);
  const { split } = given;
  const cuts = [0, 1, Math.floor(split / 3), Math.floor(split / 3) + 6, split].filter((cut) => cut <= split);
  const shares = cuts.slice(1).map((end, i): [number, number] => [cuts[i], Math.max(end, cuts[i])]);
  for (const found of [compute(portable, given), compute(portable, given, shares.toReversed())]) {
    expect(Buffer.compare(Buffer.from(found.buffer), Buffer.from(wanted.buffer))).toBe(0);
  }
}

describe('convolutions that do not fit into scratch at once', () => {
  it.each<[string, Convolution]>([
    [
      'many channels, whose sums rest in between',
      { N: 2, C: 310, H: 5, W: 7, O: 21, kernel: [3, 3], pads: [1, 1, 1, 1] },
    ],
    ['many channels and outputs', { N: 1, C: 290, H: 3, W: 4, O: 270, kernel: [2, 3], pads: [1, 1, 0, 1] }],
    ['many channels in few groups', { N: 2, C: 320, H: 3, W: 5, O: 322, kernel: [1, 3], groups: 2 }],
    [
      'a large image, in bands of rows',
      { N: 2, C: 3, H: 71, W: 90, O: 5, kernel: [3, 3], pads: [1, 1, 1, 1] },
    ],
    [
      'a large image in strides',
      { N: 1, C: 2, H: 83, W: 95, O: 6, kernel: [3, 4], stride: [2, 3], pads: [1, 2, 1, 0] },
    ],
    [
      'a large image, dilated',
      {
        N: 1,
        C: 2,
        H: 66,
        W: 80,
        O: 4,
        kernel: [3, 3],
        dilation: [5, 4],
        stride: [2, 2],
        pads: [3, 3, 3, 3],
      },
    ],
    ['a long signal', { N: 1, C: 3, W: 5003, O: 6, kernel: [1, 5], pads: [0, 2, 0, 2] }],
    [
      'a long signal in strides',
      { N: 2, C: 1, W: 4001, O: 5, kernel: [1, 9], stride: [1, 3], dilation: [1, 2] },
    ],
    [
      'a large depthwise convolution',
      { N: 1, C: 7, H: 40, W: 61, O: 7, kernel: [5, 5], pads: [2, 2, 2, 2], groups: 7 },
    ],
    ['many images of one pixel', { N: 700, C: 3, W: 1, O: 5, kernel: [3, 3], pads: [1, 1, 1, 1] }],
    [
      'many small images',
      { N: 50, C: 2, H: 5, W: 3, O: 6, kernel: [3, 3], stride: [2, 1], pads: [1, 1, 1, 1] },
    ],
    ['a kernel of more taps than are listed', { N: 1, C: 1, H: 92, W: 101, O: 2, kernel: [90, 99] }],
    [
      'a kernel that reaches further than a box may be long',
      { N: 1, C: 1, W: 70_000, O: 1, kernel: [1, 2], dilation: [1, 65_000] },
    ],
  ])('have the bits of the plain loops: %s', (_name, given) => {
    expectSameBits(forwardCase(given, true, 1));
    expectSameBits(dataGradientCase(given));
    expectSameBits(weightGradientCase(given));
  });
});
