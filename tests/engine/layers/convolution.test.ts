import { describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { text } from '../../../engine/declaration/text.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { convTranspose2d } from '../../../engine/layers/conv-transpose2d.ts';
import { conv1d } from '../../../engine/layers/conv1d.ts';
import { conv2d } from '../../../engine/layers/conv2d.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

const inferred = (layer: AnyLayer, params: Params, ...shape: number[]) =>
  inferNode(layer, params, { x: f(2, ...shape) });
const outputOf = (layer: AnyLayer, params: Params, ...shape: number[]) =>
  inferred(layer, params, ...shape).outputs.y?.shape.slice(1);
const sentencesOf = (layer: AnyLayer, params: Params, ...shape: number[]) =>
  inferred(layer, params, ...shape).problems.map(({ field, port, message }) => [field ?? port, message.en]);
const pytorchOf = (layer: AnyLayer, params: Params, ...shape: number[]) =>
  layer.pytorch(inferred(layer, params, ...shape).params, { x: f(2, ...shape) });

describe('the size of what comes out', () => {
  it('stays the same, or is divided by the stride and rounded up, with the padding called same', () => {
    expect(outputOf(conv2d, {}, 3, 32, 20)).toEqual([16, 32, 20]);
    expect(outputOf(conv2d, { kernelHeight: 4, kernelWidth: 1, dilation: 3 }, 3, 9, 7)).toEqual([16, 9, 7]);
    expect(outputOf(conv2d, { stride: 2 }, 3, 32, 15)).toEqual([16, 16, 8]);
    expect(outputOf(conv2d, { stride: 3, kernelHeight: 1, kernelWidth: 2 }, 3, 7, 9)).toEqual([16, 3, 3]);
    expect(outputOf(conv1d, { stride: 2 }, 2, 17)).toEqual([16, 9]);
  });

  it('has a stride and a dilation of its own along columns where that is asked for', () => {
    const own = { rectangular: true, strideWidth: 3, dilationWidth: 2 };
    expect(outputOf(conv2d, own, 3, 8, 12)).toEqual([16, 8, 4]);
    expect(outputOf(conv2d, { ...own, padding: 'valid' }, 3, 8, 12)).toEqual([16, 6, 3]);
    expect(outputOf(conv2d, { ...own, rectangular: false }, 3, 8, 12)).toEqual([16, 8, 12]);
    expect(sentencesOf(conv2d, { ...own, padding: 'valid' }, 3, 8, 4)).toEqual([
      ['kernelWidth', 'The kernel reaches over 5 positions, but the padded input has only 4.'],
    ]);
  });

  it('shrinks by the reach of the kernel without padding, and grows by the zeros that are added', () => {
    expect(outputOf(conv2d, { padding: 'valid', kernelHeight: 5, kernelWidth: 3 }, 1, 28, 28)).toEqual([
      16, 24, 26,
    ]);
    expect(outputOf(conv2d, { padding: 'valid', dilation: 2, stride: 2 }, 1, 12, 11)).toEqual([16, 4, 4]);
    expect(
      outputOf(
        conv2d,
        { padding: 'number', pad: 3, kernelHeight: 7, kernelWidth: 7, stride: 2 },
        3,
        224,
        224,
      ),
    ).toEqual([16, 112, 112]);
  });

  it('is that of the image before a convolution, for a transposed one', () => {
    expect(outputOf(convTranspose2d, {}, 8, 7, 5)).toEqual([16, 14, 10]);
    expect(outputOf(convTranspose2d, { kernelHeight: 4, kernelWidth: 4, pad: 1 }, 8, 7, 5)).toEqual([
      16, 14, 10,
    ]);
    expect(
      outputOf(convTranspose2d, { kernelHeight: 3, kernelWidth: 3, pad: 1, outputPadding: 1 }, 8, 7, 5),
    ).toEqual([16, 14, 10]);
  });
});

describe('the weights of a convolution', () => {
  it('are a kernel for each output channel over the channels of its group, and a bias', () => {
    const { weights, parameterCount, multiplyAdds } = inferred(conv2d, { outChannels: 64 }, 32, 8, 8);
    expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['weight', [64, 32, 3, 3]],
      ['bias', [64]],
    ]);
    expect([weights[0]?.fanIn, weights[0]?.fanOut]).toEqual([32 * 9, 64 * 9]);
    expect(parameterCount).toBe(64 * 32 * 9 + 64);
    expect(multiplyAdds).toBe(64 * 32 * 9 * 64);
  });

  it('are fewer in groups, and fewest in a depthwise convolution', () => {
    const grouped = inferred(
      conv2d,
      { outChannels: 12, connections: 'groups', groups: 4, bias: false },
      8,
      5,
      5,
    );
    expect(grouped.weights.map(({ shape }) => shape)).toEqual([[12, 2, 3, 3]]);
    expect([grouped.weights[0]?.fanIn, grouped.weights[0]?.fanOut]).toEqual([18, 27]);
    const depthwise = inferred(conv1d, { outChannels: 8, connections: 'depthwise', bias: false }, 8, 30);
    expect(depthwise.weights.map(({ shape }) => shape)).toEqual([[8, 1, 5]]);
    expect(depthwise.weights[0]?.fanIn).toBe(5);
  });
});

describe('a convolution that cannot be', () => {
  it('says which kernel is larger than which image', () => {
    expect(sentencesOf(conv2d, { padding: 'valid', kernelHeight: 5, dilation: 2 }, 3, 8, 8)).toEqual([
      ['kernelHeight', 'The kernel reaches over 9 positions, but the padded input has only 8.'],
    ]);
    expect(sentencesOf(conv1d, { padding: 'number', pad: 1, kernelSize: 7 }, 3, 4)).toEqual([
      ['kernelSize', 'The kernel reaches over 7 positions, but the padded input has only 6.'],
    ]);
  });

  it('says which number of groups does not divide which channels', () => {
    expect(sentencesOf(conv2d, { connections: 'groups', groups: 5, outChannels: 12 }, 8, 5, 5)).toEqual([
      ['groups', 'The 8 input channels cannot be cut into 5 equal groups.'],
      ['groups', 'The 12 output channels cannot be cut into 5 equal groups.'],
    ]);
    expect(sentencesOf(conv2d, { connections: 'depthwise', outChannels: 16 }, 6, 5, 5)).toEqual([
      [
        'outChannels',
        'A depthwise convolution of 6 channels needs a multiple of 6 output channels, found 16.',
      ],
    ]);
  });

  it('says what it expects at its input', () => {
    expect(sentencesOf(conv2d, {}, 6)).toEqual([['x', 'Expected images (N×C×H×W) at the input, found N×6.']]);
    expect(sentencesOf(conv1d, {}, 3, 8, 8)).toEqual([
      ['x', 'Expected signals (N×C×L) at the input, found N×3×8×8.'],
    ]);
  });

  it('says when a transposed one leaves nothing, or is given more output padding than there are sizes', () => {
    expect(sentencesOf(convTranspose2d, { pad: 4 }, 3, 2, 9)).toEqual([
      ['pad', 'Nothing is left of an output of 4×18 when 4 pixels are cut off at each edge.'],
    ]);
    expect(sentencesOf(convTranspose2d, { outputPadding: 2 }, 3, 2, 9)).toEqual([
      ['outputPadding', 'Output padding must be less than the stride of 2, found 2.'],
    ]);
  });
});

describe('a convolution in a few words', () => {
  it('shows on its face what matters', () => {
    const faceOf = (params: Params) => conv2d.face(inferred(conv2d, params, 8, 9, 9).params as never, {});
    expect(faceOf({ outChannels: 64 })).toEqual(text('64 · 3×3 · s1 · same', '64 · 3×3 · s1 · 同尺寸'));
    expect(faceOf({ stride: 2, padding: 'number', dilation: 2, connections: 'depthwise' })).toEqual(
      text('16 · 3×3 · s2 · p1 · d2 · depthwise', '16 · 3×3 · s2 · p1 · d2 · 深度卷积'),
    );
    expect(faceOf({ rectangular: true, stride: 2, dilationWidth: 4, padding: 'valid' })).toEqual(
      text('16 · 3×3 · s2×1 · valid · d1×4', '16 · 3×3 · s2×1 · 不填充 · d1×4'),
    );
  });

  it('is a line of PyTorch, with a class of its own where the sides differ', () => {
    expect(pytorchOf(conv2d, {}, 3, 8, 8)).toBe("nn.Conv2d(3, 16, 3, padding='same')");
    expect(pytorchOf(conv2d, { padding: 'number', stride: 2, bias: false }, 3, 8, 8)).toBe(
      'nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)',
    );
    expect(pytorchOf(conv2d, { kernelWidth: 5, stride: 2 }, 3, 7, 7)).toBe(
      'nn.Conv2d(3, 16, (3, 5), stride=2, padding=(1, 2))',
    );
    expect(pytorchOf(conv2d, { stride: 2, kernelWidth: 1 }, 3, 8, 8)).toBe(
      'PaddedConv2d((0, 0, 0, 1), 3, 16, (3, 1), stride=2)',
    );
    const own = { rectangular: true, strideWidth: 2, dilation: 3 };
    expect(pytorchOf(conv2d, own, 3, 8, 7)).toBe(
      'nn.Conv2d(3, 16, 3, stride=(1, 2), padding=(3, 1), dilation=(3, 1))',
    );
    expect(pytorchOf(conv1d, { connections: 'depthwise', padding: 'valid' }, 8, 9)).toBe(
      'nn.Conv1d(8, 16, 5, groups=8)',
    );
    expect(pytorchOf(convTranspose2d, { outputPadding: 1 }, 3, 8, 8)).toBe(
      'nn.ConvTranspose2d(3, 16, 2, stride=2, output_padding=1)',
    );
  });
});
