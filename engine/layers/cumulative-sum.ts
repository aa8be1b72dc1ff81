import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { cumulativeSum as cumulativeSumOp } from '../ops/cumulative-sum.ts';
import { axisField, checkAxis } from './axis.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  axis: axisField(
    text(
      'The axis along which is summed: 1 is the first behind the batch, such as the positions of a sequence.',
      '沿哪个轴累加：1 为批之后的第一个轴，例如序列的位置。',
    ),
  ),
  exclusive: {
    kind: 'boolean',
    label: text('Without the place itself', '不含自身'),
    help: text('Whether each sum ends before its own place.', '每个和是否不含本位置的数。'),
    default: false,
  },
  reverse: {
    kind: 'boolean',
    label: text('From the end', '自末尾起'),
    help: text('Whether sums begin at the last place.', '是否从最后一个位置开始累加。'),
    default: false,
  },
} as const satisfies Fields;

export const cumulativeSum: LayerDefinition<typeof fields> = {
  type: 'cumulative-sum',
  version: 1,
  title: text('Cumulative sum', '累加和'),
  category: 'shape',
  doc: {
    summary: text(
      'The sum of everything up to each place of an axis. Of marks it makes the number of each position among those that are marked.',
      '沿某个轴，每个位置得到此前所有数（含自身）之和。对标记累加，便得到每个位置在被标记者中的序号。',
    ),
    when: text(
      'Where positions must be counted without padding, or running totals are asked for.',
      '需要跳过填充为位置编号，或需要累计总量时使用。',
    ),
    formula: String.raw`y_{n, t} = \sum_{s \le t} x_{n, s}`,
    references: [
      {
        title: 'Array Programming with NumPy',
        authors: 'C. R. Harris et al.',
        year: 2020,
        url: 'https://doi.org/10.1038/s41586-020-2649-2',
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
  build: (g, { axis, exclusive, reverse }, { x }) =>
    g.emit(
      cumulativeSumOp,
      { x },
      { axis, ...(exclusive && { exclusive: 1 }), ...(reverse && { reverse: 1 }) },
    ),
  pytorch: ({ axis, exclusive, reverse }) =>
    `CumulativeSum(dim=${axis}${exclusive ? ', exclusive=True' : ''}${reverse ? ', reverse=True' : ''})  # x.cumsum`,
  pytorchClass: `class CumulativeSum(nn.Module):
    def __init__(self, dim, exclusive=False, reverse=False):
        super().__init__()
        self.dim, self.exclusive, self.reverse = dim, exclusive, reverse

    def forward(self, x):
        turned = x.flip(self.dim) if self.reverse else x
        total = turned.cumsum(self.dim) - (turned if self.exclusive else 0)
        return total.flip(self.dim) if self.reverse else total`,
};
