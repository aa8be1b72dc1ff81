import { text } from '../declaration/text.ts';
import { lowest, maskScores } from '../ops/mask-scores.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers, checkScores } from './port-checks.ts';

export const causalMask: LayerDefinition = {
  type: 'causal-mask',
  version: 1,
  title: text('Causal mask', '因果掩码'),
  category: 'attention',
  doc: {
    summary: text(
      'Hides what comes later: above the diagonal the scores become the lowest number there is, so that softmax gives them no weight. A network that writes one token after another needs it.',
      '遮住后面的内容：对角线以上的得分变成最小的数，经 softmax 后权重为 0。逐个写出词元的网络需要它。',
    ),
    when: text(
      'Only where attention is built of single layers; Multi-Head Attention has a switch for it.',
      '只在用单个层搭建注意力时需要；“多头注意力”自带这个开关。',
    ),
    formula: String.raw`y_{t, s} = \begin{cases} x_{t, s} & s \le t \\ -\infty & s > t \end{cases}`,
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
  example: { x: { shape: [2, 2, 3, 3], dtype: 'float32' } },
  face: () => '',
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkScores(inputs, 'x')],
  weights: () => [],
  build: (g, _params, { x }) => g.emit(maskScores, { x }, { causal: 1, fill: lowest }),
  pytorch: () => 'CausalMask()  # x.masked_fill(torch.ones_like(x).triu(1).bool(), -inf)',
  pytorchClass: `class CausalMask(nn.Module):
    def forward(self, x):
        later = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
        return x.masked_fill(later, torch.finfo(x.dtype).min)`,
};
