import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';
import { distributionFields, fillWithVariance } from './distributions.ts';

export const xavier: InitializerDefinition<typeof distributionFields> = {
  type: 'xavier',
  title: text('Xavier (Glorot)', 'Xavier（Glorot）'),
  doc: {
    summary: text(
      'Keeps the variance of signals and gradients level through layers with tanh or sigmoid, by the number of inputs and outputs.',
      '根据层的输入数和输出数取方差，使信号与梯度穿过 tanh 或 sigmoid 层时大小保持不变。',
    ),
    formula: String.raw`\operatorname{Var}(w) = \frac{2}{n_\mathrm{in} + n_\mathrm{out}}`,
    references: [
      {
        title: 'Understanding the difficulty of training deep feedforward neural networks',
        authors: 'X. Glorot, Y. Bengio',
        year: 2010,
        url: 'https://proceedings.mlr.press/v9/glorot10a.html',
      },
    ],
  },
  fields: distributionFields,
  fill(values, { distribution }, { fanIn, fanOut }, random) {
    fillWithVariance(values, 2 / (fanIn + fanOut), distribution, random);
  },
};
