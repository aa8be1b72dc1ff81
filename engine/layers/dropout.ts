import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { dropout as dropoutOp } from '../ops/dropout.ts';
import { scale } from '../ops/scale.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  rate: {
    kind: 'number',
    label: text('Rate', '丢弃率'),
    help: text(
      'Share of the values that are set to 0 in each training step.',
      '每个训练步中被置 0 的数值所占比例。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.5,
    step: 0.05,
  },
  form: {
    kind: 'choice',
    label: text('Form', '形式'),
    help: text(
      'Where the missing share is made up for: while training, so that the trained network needs no dropout at all, or afterwards, as in the original paper.',
      '在何处补偿被丢弃的部分：训练时放大，训练好的网络便完全不需要这一层；或如原论文，在测试时缩小。',
    ),
    options: [
      { value: 'inverted', label: text('divide by 1 − rate in training', '训练时除以 1 − 丢弃率') },
      { value: 'original', label: text('multiply by 1 − rate afterwards', '测试时乘以 1 − 丢弃率') },
    ],
    default: 'inverted',
  },
} as const satisfies Fields;

export const dropout: LayerDefinition<typeof fields> = {
  type: 'dropout',
  version: 1,
  title: text('Dropout', '随机失活（Dropout）'),
  category: 'regularisation',
  doc: {
    summary: text(
      'Sets random values to 0 in every training step, so that no unit relies on a single other one. Off when the network is used.',
      '每个训练步随机把一部分数值置 0，使单元不依赖某一个别的单元。使用网络时关闭。',
    ),
    formula: String.raw`y = \frac{k \odot x}{1 - \mathrm{rate}}, \quad k_i \sim \mathrm{Bernoulli}(1 - \mathrm{rate})`,
    references: [
      {
        title: 'Dropout: A Simple Way to Prevent Neural Networks from Overfitting',
        authors: 'N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov',
        year: 2014,
        url: 'https://jmlr.org/papers/v15/srivastava14a.html',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ rate }) => `${rate}`,
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  // In both modes the original form is (1 − rate) times the inverted one.
  build(g, { rate, form }, inputs) {
    let y = inputs.x;
    if (g.mode === 'train') {
      y = g.emit(dropoutOp, { x: y, step: g.step }, { rate, seed: g.seed, stream: g.randomStream() }).y;
    }
    if (form === 'original') y = g.emit(scale, { x: y }, { factor: 1 - rate }).y;
    return { y };
  },
  pytorch: ({ rate, form }) =>
    form === 'original' ? `nn.Dropout(${rate})  # then times ${1 - rate}` : `nn.Dropout(${rate})`,
};
