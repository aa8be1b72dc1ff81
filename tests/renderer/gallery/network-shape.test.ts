import { describe, expect, it } from 'vitest';
import { networkShape } from '../../../renderer/gallery/network-shape.ts';
import { template } from '../../engine/training/templates.ts';

describe('the picture of a network', () => {
  it('shows every layer with weights of LeNet-5 from left to right', () => {
    const { bars, shortcuts } = networkShape(template('lenet'));
    expect(bars.map(({ kind, width, side }) => [kind, width, side])).toEqual([
      ['convolution', 6, 28],
      ['convolution', 16, 10],
      ['linear', 120, 1],
      ['linear', 84, 1],
      ['linear', 4, 1],
    ]);
    expect(shortcuts).toEqual([]);
  });

  it.each(['resnet', 'resnet-20-a'])(
    'shows the twenty layers of %s, two of them under each shortcut',
    (id) => {
      const { bars, shortcuts } = networkShape(template(id));
      expect(bars).toHaveLength(20);
      expect(shortcuts).toEqual(Array.from({ length: 9 }, (_, i) => ({ from: 1 + 2 * i, to: 3 + 2 * i })));
    },
  );

  it('shows how U-Net passes its bottom by', () => {
    const { bars, shortcuts } = networkShape(template('unet'));
    expect(bars.map(({ side }) => side)).toEqual([32, 32, 16, 16, 8, 8, 16, 16, 32, 32, 32]);
    expect(shortcuts).toEqual([
      { from: 4, to: 6 },
      { from: 2, to: 8 },
    ]);
  });

  it('tells depthwise convolutions from others', () => {
    const { bars } = networkShape(template('mobilenet'));
    expect(bars.filter(({ isDepthwise }) => isDepthwise)).toHaveLength(7);
  });
});
