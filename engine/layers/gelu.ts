import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { gelu as geluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

const fields = {
  form: {
    kind: 'choice',
    label: text('Form', '形式'),
    help: text(
      'The exact one, or one of the two approximations of the paper. A network has to be used in the form it was trained in.',
      '精确形式，或论文给出的两种近似之一。网络用哪种形式训练，就须用哪种形式运行。',
    ),
    options: [
      { value: 'exact', label: text('exact: x·Φ(x)', '精确：x·Φ(x)') },
      { value: 'tanh', label: text('tanh approximation', 'tanh 近似') },
      { value: 'sigmoid', label: text('x·σ(1.702x)', 'x·σ(1.702x)') },
    ],
    default: 'exact',
  },
} as const satisfies Fields;

const pytorch: Readonly<Record<string, string>> = {
  exact: 'nn.GELU()',
  tanh: "nn.GELU(approximate='tanh')",
  sigmoid: 'QuickGELU()  # x * torch.sigmoid(1.702 * x)',
};

export const gelu = activation({
  type: 'gelu',
  title: text('GELU', 'GELU'),
  doc: {
    summary: text(
      'Weighs each number by how likely a normal one is to be smaller: a smooth ReLU, and the usual choice in Transformers.',
      '按标准正态数小于它的概率给每个数加权：光滑的 ReLU，Transformer 的常用选择。',
    ),
    when: text(
      'In Transformers, and where a published network has it; elsewhere ReLU is cheaper and mostly as good.',
      '用于 Transformer，或所仿照的网络用了它；其他情况下 ReLU 更便宜，效果多半相当。',
    ),
    formula: String.raw`y = x\, \Phi(x) \approx \tfrac{x}{2} \Bigl( 1 + \tanh \sqrt{\tfrac{2}{\pi}}\, (x + 0.044715 x^3) \Bigr) \approx x\, \sigma(1.702 x)`,
    references: [
      {
        title: 'Gaussian Error Linear Units (GELUs)',
        authors: 'D. Hendrycks, K. Gimpel',
        year: 2016,
        url: 'https://arxiv.org/abs/1606.08415',
      },
    ],
  },
  fields,
  op: geluOp,
  attributes: ({ form }) => ({ form }),
  face: ({ form }) => ({ tanh: 'tanh', sigmoid: 'x·σ(1.702x)' })[form] ?? '',
  pytorch: ({ form }) => pytorch[form] ?? 'nn.GELU()',
  pytorchClass: `class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)`,
});
