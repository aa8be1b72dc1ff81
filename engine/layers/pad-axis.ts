import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { padAxis as padAxisOp } from '../ops/slice.ts';
import { axisField, checkAxis } from './axis.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  axis: axisField(
    text(
      'The axis that gets longer: 1 is the first behind the batch, such as channels or positions.',
      '加长哪个轴：1 为批之后的第一个轴，例如通道或位置。',
    ),
  ),
  before: {
    kind: 'integer',
    label: text('Before', '之前'),
    help: text('Places of zeros in front.', '前面补零的位置数。'),
    min: 0,
    max: 65536,
    default: 0,
  },
  after: {
    kind: 'integer',
    label: text('Behind', '之后'),
    help: text('Places of zeros behind.', '后面补零的位置数。'),
    min: 0,
    max: 65536,
    default: 1,
  },
} as const satisfies Fields;

export const padAxis: LayerDefinition<typeof fields> = {
  type: 'pad-axis',
  version: 1,
  title: text('Pad an axis', '沿轴补零'),
  category: 'shape',
  doc: {
    summary: text(
      'Makes one axis longer by zeros, on either side: channels without weights, or empty positions of a sequence.',
      '用零把某个轴加长，两侧皆可：例如增加不带权重的通道，或序列中的空位置。',
    ),
    when: text(
      'Where a shortcut has to grow by channels without weights, as in the first residual networks for small pictures; ZeroPad puts zeros around pictures.',
      '捷径需要不带权重地增加通道时使用，如最初用于小图像的残差网络；图像四周补零请用零填充层。',
    ),
    formula: String.raw`y_{n, \ldots, i + \mathrm{before}, \ldots} = x_{n, \ldots, i, \ldots}, \quad 0 \text{ elsewhere}`,
    references: [
      {
        title: 'Deep Residual Learning for Image Recognition',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2015,
        url: 'https://arxiv.org/abs/1512.03385',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: ({ before, after }) => `${before} + … + ${after}`,
  check: ({ axis }, inputs) => [...checkNumbers(inputs, 'x'), ...checkAxis(inputs.x, axis)],
  weights: () => [],
  build: (g, { axis, before, after }, { x }) => g.emit(padAxisOp, { x }, { axis, before, after }),
  pytorch: ({ axis, before, after }) => `PadAxis(dim=${axis}, before=${before}, after=${after})  # F.pad`,
  pytorchClass: `class PadAxis(nn.Module):
    def __init__(self, dim, before, after):
        super().__init__()
        self.dim, self.sides = dim, (before, after)

    def forward(self, x):
        return F.pad(x, (0, 0) * (x.ndim - 1 - self.dim) + self.sides)`,
};
