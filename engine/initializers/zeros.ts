import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';

const fields = {};

export const zeros: InitializerDefinition<typeof fields> = {
  type: 'zeros',
  title: text('Zeros', '全零'),
  doc: {
    summary: text(
      'Right for biases. For the weights of a network with hidden layers it is an experiment: all units stay alike, and nothing is learnt.',
      '适合偏置。若用于带隐藏层的网络的权重，则是一个实验：所有单元始终一样，什么也学不到。',
    ),
    formula: 'w = 0',
    references: [
      {
        title: 'Deep Learning, section 8.4',
        authors: 'I. Goodfellow, Y. Bengio, A. Courville',
        year: 2016,
        url: 'https://www.deeplearningbook.org/contents/optimization.html',
      },
    ],
  },
  fields,
  fill(values) {
    values.fill(0);
  },
};
