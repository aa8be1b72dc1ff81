import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { rmspropUpdate } from '../ops/optimizer-updates.ts';
import type { OptimizerDefinition } from './contract.ts';
import { denominator, denominatorFields } from './denominator.ts';

const fields = {
  beta: {
    kind: 'number',
    label: text('β, for the squares', 'β（平方）'),
    help: text(
      'Memory of the running mean of the squared gradients: about 1 / (1 − β) steps. PyTorch calls it alpha.',
      '梯度平方的滑动均值的记忆长度：约 1 / (1 − β) 步。PyTorch 称之为 alpha。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.99,
    step: 0.01,
  },
  momentum: {
    kind: 'number',
    label: text('Momentum', '动量'),
    help: text(
      'How much of the last step carries over into the next one. 0 is plain RMSProp.',
      '上一步有多少延续到下一步。取 0 即为普通 RMSProp。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    step: 0.01,
  },
  ...denominatorFields,
} as const satisfies Fields;

export const rmsprop: OptimizerDefinition<typeof fields> = {
  type: 'rmsprop',
  title: text('RMSProp', 'RMSProp'),
  doc: {
    summary: text(
      'Adagrad that forgets: it divides the step of every weight by the size its gradients have had lately, so that steps need not shrink for ever.',
      '会遗忘的 Adagrad：按每个权重近来梯度的大小缩放步长，步长不会一直缩小下去。',
    ),
    formula: String.raw`s \leftarrow \beta s + (1 - \beta)\, dw^2 \qquad w \leftarrow w - \eta\, \frac{dw}{\sqrt{s + \varepsilon}} \;\text{ or }\; \eta\, \frac{dw}{\sqrt{s} + \varepsilon}`,
    references: [
      {
        title: 'Neural Networks for Machine Learning, lecture 6e: rmsprop',
        authors: 'T. Tieleman, G. Hinton',
        year: 2012,
        url: 'https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf',
      },
    ],
  },
  fields,
  defaultLearningRate: 0.01,
  pytorch: ({ beta, momentum, epsilon, form }) =>
    form === 'pytorch'
      ? `torch.optim.RMSprop(parameters, lr, alpha=${beta}, eps=${epsilon}, momentum=${momentum})`
      : `RootOfSquares(parameters, lr, beta=${beta}, gain=1 - ${beta}, eps=${epsilon}, momentum=${momentum})`,
  state: ({ momentum }) => (momentum > 0 ? ['s', 'v'] : ['s']),
  update(g, { beta, momentum, epsilon, form }, w, dw, { s, v }, { learningRate: rate, decay }) {
    const { inner, outer } = denominator(epsilon, form);
    g.emit(rmspropUpdate, { w, dw, s, v, rate }, { beta, gain: 1 - beta, inner, outer, momentum, decay });
  },
};
