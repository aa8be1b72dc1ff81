import { text } from '../declaration/text.ts';
import { add } from '../ops/add.ts';
import { sinusoid } from '../ops/sinusoid.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers, checkSequence } from './port-checks.ts';

export const sinusoidalPosition: LayerDefinition = {
  type: 'sinusoidal-position',
  version: 1,
  shortName: 'position',
  title: text('Sinusoidal position', '正弦位置编码'),
  category: 'attention',
  doc: {
    summary: text(
      'Adds waves of many lengths to a sequence, a different mixture at each position. Nothing is trained, and any length will do. Put it behind the Embedding.',
      '给序列加上多种波长的波，每个位置的组合都不同。无需训练，序列长度不限。放在“嵌入”之后。',
    ),
    when: text(
      'Where sequences may get longer than those that were trained, or weights are to be saved.',
      '序列可能比训练时更长，或想节省权重时使用。',
    ),
    formula: String.raw`y_{t, 2i} = x_{t, 2i} + \sin\frac{t}{10000^{2i / D}}, \quad y_{t, 2i + 1} = x_{t, 2i + 1} + \cos\frac{t}{10000^{2i / D}}`,
    references: [
      {
        title: 'Attention Is All You Need',
        authors:
          'A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, Ł. Kaiser, I. Polosukhin',
        year: 2017,
        url: 'https://arxiv.org/abs/1706.03762',
      },
    ],
  },
  fields: {},
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: () => '',
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkSequence(inputs, 'x')],
  weights: () => [],
  build(g, _params, { x }) {
    const [, positions = 1, width = 1] = x?.shape ?? [];
    return g.emit(add, { a: x, b: g.emit(sinusoid, {}, { positions, width }).y });
  },
  pytorch: (_params, { x }) => `SinusoidalPosition(${x?.shape[2] ?? '?'})`,
  pytorchClass: `class SinusoidalPosition(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, x):
        position = torch.arange(x.shape[1], dtype=torch.float64, device=x.device)[:, None]
        pair = torch.arange(self.width, dtype=torch.float64, device=x.device) // 2
        angle = position / 10000 ** (2 * pair / self.width)
        table = torch.where(torch.arange(self.width, device=x.device) % 2 == 0, angle.sin(), angle.cos())
        return x + table.to(x.dtype)`,
};
