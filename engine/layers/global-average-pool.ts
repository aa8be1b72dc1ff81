import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { adaptiveAveragePool } from '../ops/adaptive-average-pool.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerDefinition } from './contract.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

const fields = {} as const satisfies Fields;

export const globalAveragePool: LayerDefinition<typeof fields> = {
  type: 'global-average-pool',
  shortName: 'pool',
  version: 1,
  title: text('GlobalAvgPool', '全局平均池化（GlobalAvgPool）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Averages each channel over the whole image or signal: one number per channel is left, whatever the size. Stands between the convolutions and the last Linear.',
      '把每个通道在整幅图像或整段信号上取平均：无论多大，每个通道只剩一个数。放在卷积层和最后的线性层之间。',
    ),
    when: text(
      'At the end of a convolutional network instead of Flatten: far fewer weights follow, and images may have any size.',
      '在卷积网络末尾代替展平使用：后面的权重少得多，图像大小也不限。',
    ),
    formula: String.raw`y_c = \frac{1}{H W} \sum_{i,j} x_{c,i,j}`,
    references: [
      {
        title: 'Network In Network',
        authors: 'M. Lin, Q. Chen, S. Yan',
        year: 2013,
        url: 'https://arxiv.org/abs/1312.4400',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face: () => '',
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')],
  weights: () => [],
  build(g, _params, { x }) {
    const size = x.shape.slice(2).map(() => 1);
    const { y: means } = g.emit(adaptiveAveragePool, { x }, { size }); // [N, C, 1, 1]
    return g.emit(reshape, { x: means }, { shape: [0, -1] });
  },
  pytorch: (_params, { x }) =>
    `nn.Sequential(nn.AdaptiveAvgPool${x?.shape.length === 3 ? 1 : 2}d(1), nn.Flatten())`,
};
