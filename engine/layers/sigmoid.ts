import { text } from '../declaration/text.ts';
import { sigmoid as sigmoidOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const sigmoid = activation({
  type: 'sigmoid',
  title: text('Sigmoid', 'Sigmoid'),
  doc: {
    summary: text(
      'Squeezes every number between 0 and 1, as a probability. Its slope is at most ¼, so gradients fade through many of them. Leave it out before BCE with logits, which has it inside.',
      '把任何数压到 0 与 1 之间，可当作概率。斜率至多为 ¼，层数一多梯度便会消失。后接“BCE（logits）”时不要加，它已内含。',
    ),
    when: text(
      'Last, where each answer is yes or no by itself, and in gates. Between hidden layers ReLU trains faster.',
      '每个答案各自是“是或否”时作最后一层，也用于门控；隐藏层之间用 ReLU 训练更快。',
    ),
    formula: String.raw`y = \sigma(x) = \frac{1}{1 + e^{-x}}`,
    references: [
      {
        title: 'Learning representations by back-propagating errors',
        authors: 'D. E. Rumelhart, G. E. Hinton, R. J. Williams',
        year: 1986,
        url: 'https://doi.org/10.1038/323533a0',
      },
    ],
  },
  fields: {},
  op: sigmoidOp,
  pytorch: () => 'nn.Sigmoid()',
});
