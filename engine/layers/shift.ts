import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { shift as shiftOp } from '../ops/activations.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  offset: {
    kind: 'number',
    label: text('Offset', '偏移'),
    help: text('What is added to every number; it is not learnt.', '每个数值要加上的数；它不参与学习。'),
    min: -1e30,
    max: 1e30,
    default: 0.5,
    step: 0.1,
  },
} as const satisfies Fields;

export const shift: LayerDefinition<typeof fields> = {
  type: 'shift',
  version: 1,
  title: text('Shift', '平移'),
  category: 'linear',
  doc: {
    summary: text(
      'Adds a constant. With Scale before it and ReLU6 behind, it makes the straight-lined gates of small networks for images.',
      '加上一个常数。前接“缩放”、后接 ReLU6，就得到小型图像网络中由直线构成的门控。',
    ),
    when: text(
      'In formulas with a constant, such as a gate that is to start half open.',
      '公式中有常数时使用，例如要让门一开始就半开。',
    ),
    formula: String.raw`y = x + \mathrm{offset}`,
    references: [
      {
        title: 'Searching for MobileNetV3',
        authors: 'A. Howard et al.',
        year: 2019,
        url: 'https://arxiv.org/abs/1905.02244',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ offset }) => (offset < 0 ? `− ${-offset}` : `+ ${offset}`),
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  build: (g, { offset }, { x }) => g.emit(shiftOp, { x }, { offset }),
  pytorch: ({ offset }) => `Shift(${offset})  # x + ${offset}`,
  pytorchClass: `class Shift(nn.Module):
    def __init__(self, offset):
        super().__init__()
        self.offset = offset

    def forward(self, x):
        return x + self.offset`,
};
