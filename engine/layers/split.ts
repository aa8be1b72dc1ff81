import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { slice } from '../ops/slice.ts';
import { axisField, checkAxis } from './axis.ts';
import type { LayerDefinition } from './contract.ts';

const fields = {
  axis: axisField(
    text(
      'The axis that is cut in two: 1 is the first behind the batch, such as features or channels.',
      '沿哪个轴切成两段：1 为批之后的第一个轴，例如特征或通道。',
    ),
  ),
  first: {
    kind: 'integer',
    label: text('First part', '第一段'),
    help: text('How many positions go to a; the rest goes to b.', '前多少个位置归 a；其余归 b。'),
    min: 1,
    max: 1000000,
    default: 1,
  },
} as const satisfies Fields;

export const split: LayerDefinition<typeof fields> = {
  type: 'split',
  version: 1,
  title: text('Split', '切分'),
  category: 'shape',
  doc: {
    summary: text(
      'Cuts an axis in two, so that each part goes its own way; put another one behind b for more parts. Concat puts them together again.',
      '把一个轴切成两段，各走各的路；需要更多段时在 b 之后再接一个。“拼接”可将它们重新合上。',
    ),
    when: text(
      'Where one layer computes two things at once, such as a value and its gate.',
      '一层同时算出两样东西时使用，例如数值与它的门。',
    ),
    formula: String.raw`x = [\,a \mid b\,]_{\mathrm{axis}}`,
    references: [
      {
        title: 'Language Modeling with Gated Convolutional Networks',
        authors: 'Y. N. Dauphin, A. Fan, M. Auli, D. Grangier',
        year: 2017,
        url: 'https://arxiv.org/abs/1612.08083',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'any' }],
    outputs: [
      { name: 'a', label: text('a', 'a'), carries: 'any' },
      { name: 'b', label: text('b', 'b'), carries: 'any' },
    ],
  },
  face: ({ first }) => `${first} | …`,
  check({ axis, first }, { x }) {
    const wrongAxis = checkAxis(x, axis);
    if (x === undefined || wrongAxis.length > 0) return wrongAxis;
    const size = x.shape[axis] as number;
    if (first < size) return [];
    return [
      {
        code: 'split-out-of-range',
        field: 'first',
        message: text(
          `The first part would take ${first} positions and leave none: axis ${axis} has ${size}.`,
          `第一段要占 ${first} 个位置，便不再有剩余：轴 ${axis} 共有 ${size} 个。`,
        ),
      },
    ];
  },
  weights: () => [],
  build(g, { axis, first }, { x }) {
    const end = x?.shape[axis] as number;
    return {
      a: g.emit(slice, { x }, { axis, start: 0, end: first }).y,
      b: g.emit(slice, { x }, { axis, start: first, end }).y,
    };
  },
  pytorch({ axis, first }, { x }) {
    const size = x?.shape[axis];
    return `Split([${first}, ${size === undefined ? '?' : size - first}], dim=${axis})  # torch.split`;
  },
  pytorchClass: `class Split(nn.Module):
    def __init__(self, sizes, dim):
        super().__init__()
        self.sizes, self.dim = sizes, dim

    def forward(self, x):
        return torch.split(x, self.sizes, self.dim)`,
};
