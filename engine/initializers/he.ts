import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';
import { distributionFields, fillWithVariance } from './distributions.ts';

export const he: InitializerDefinition<typeof distributionFields> = {
  type: 'he',
  title: text('He (Kaiming)', 'He（Kaiming）'),
  doc: {
    summary: text(
      'Keeps the variance of signals level through layers with ReLU, which lets only half of them pass.',
      'ReLU 只放行一半信号，此法据此取方差，使信号穿过各层时大小保持不变。',
    ),
    formula: String.raw`\operatorname{Var}(w) = \frac{2}{n_\mathrm{in}}`,
    references: [
      {
        title: 'Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2015,
        url: 'https://arxiv.org/abs/1502.01852',
      },
    ],
  },
  fields: distributionFields,
  fill(values, { distribution }, { fanIn }, random) {
    fillWithVariance(values, 2 / fanIn, distribution, random);
  },
};
