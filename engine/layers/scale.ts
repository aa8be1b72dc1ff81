import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { scale as scaleOp } from '../ops/scale.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  factor: {
    kind: 'number',
    label: text('Factor', '系数'),
    help: text('What every number is multiplied by; it is not learnt.', '每个数值要乘的系数；它不参与学习。'),
    min: -1e30,
    max: 1e30,
    default: 1,
    step: 0.1,
  },
} as const satisfies Fields;

export const scale: LayerDefinition<typeof fields> = {
  type: 'scale',
  version: 1,
  title: text('Scale', '缩放'),
  category: 'linear',
  doc: {
    summary: text(
      'Multiplies by a constant. Very wide residual branches train more steadily when they are scaled down, to 0.1 or 0.2, before they are added; scores of classes become softer or sharper.',
      '乘以一个常数。很宽的残差分支在相加前缩小到 0.1 或 0.2，训练更平稳；也可使类别得分更平缓或更尖锐。',
    ),
    when: text(
      'For a temperature before Softmax, or for calming a residual branch.',
      '用作 Softmax 之前的温度，或使残差分支更平稳。',
    ),
    formula: String.raw`y = \mathrm{factor} \cdot x`,
    references: [
      {
        title: 'Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning',
        authors: 'C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi',
        year: 2016,
        url: 'https://arxiv.org/abs/1602.07261',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ factor }) => `× ${factor}`,
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  build: (g, { factor }, { x }) => g.emit(scaleOp, { x }, { factor }),
  pytorch: ({ factor }) => `Scale(${factor})  # ${factor} * x`,
  pytorchClass: `class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x`,
};
