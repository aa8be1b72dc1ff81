import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { meanOver } from '../ops/mean-over.ts';
import { axisField, checkAxis } from './axis.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  axis: axisField(
    text(
      'The axis that is averaged and then gone: 1 is the first behind the batch, such as the positions of a sequence.',
      '沿哪个轴求平均，求完后该轴消失：1 为批之后的第一个轴，例如序列的位置。',
    ),
  ),
} as const satisfies Fields;

export const mean: LayerDefinition<typeof fields> = {
  type: 'mean',
  version: 1,
  title: text('Mean', '平均'),
  category: 'shape',
  doc: {
    summary: text(
      'Averages over one axis. Over the positions of a sequence it makes one row of all tokens, from which the sequence can be classified.',
      '沿一个轴求平均。对序列的位置求平均，便得到代表全部词元的一行，可据此对序列分类。',
    ),
    when: text(
      'Where a sequence of any length has to become one row, for a classifier behind a Transformer for example.',
      '需要把任意长度的序列变成一行时使用，例如 Transformer 之后的分类器。',
    ),
    formula: String.raw`y_{n, d} = \frac{1}{T} \sum_{t = 1}^{T} x_{n, t, d}`,
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
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: ({ axis }) => text(`axis ${axis}`, `轴 ${axis}`),
  check: ({ axis }, inputs) => [...checkNumbers(inputs, 'x'), ...checkAxis(inputs.x, axis)],
  weights: () => [],
  build: (g, { axis }, { x }) => g.emit(meanOver, { x }, { axis }),
  pytorch: ({ axis }) => `Mean(dim=${axis})  # x.mean`,
  pytorchClass: `class Mean(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return x.mean(self.dim)`,
};
