import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';
import { distributionFields, fillWithVariance } from './distributions.ts';

const fields = {
  ...distributionFields,
  fan: {
    kind: 'choice',
    label: text('Counts', '依据'),
    help: text(
      'The number of inputs keeps signals level on the way forward, that of outputs gradients on the way back.',
      '按输入数，前向信号大小不变；按输出数，反向梯度大小不变。',
    ),
    options: [
      { value: 'in', label: text('inputs (fan-in)', '输入数（fan-in）') },
      { value: 'out', label: text('outputs (fan-out)', '输出数（fan-out）') },
    ],
    default: 'in',
  },
} as const satisfies Fields;

export const he: InitializerDefinition<typeof fields> = {
  type: 'he',
  title: text('He (Kaiming)', 'He（Kaiming）'),
  doc: {
    summary: text(
      'Keeps the variance of signals level through layers with ReLU, which lets only half of them pass.',
      'ReLU 只放行一半信号，此法据此取方差，使信号穿过各层时大小保持不变。',
    ),
    formula: String.raw`\operatorname{Var}(w) = \frac{2}{n_\mathrm{in}} \;\text{ or }\; \frac{2}{n_\mathrm{out}}`,
    references: [
      {
        title: 'Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2015,
        url: 'https://arxiv.org/abs/1502.01852',
      },
    ],
  },
  fields,
  fill(values, { distribution, fan }, { fanIn, fanOut }, random) {
    fillWithVariance(values, 2 / (fan === 'out' ? fanOut : fanIn), distribution, random);
  },
};
