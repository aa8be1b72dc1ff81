import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';

const fields = {};

export const ones: InitializerDefinition<typeof fields> = {
  type: 'ones',
  title: text('Ones', '全一'),
  doc: {
    summary: text(
      'Right for the scales of normalisation layers. For the weights of other layers it is an experiment: all units stay alike.',
      '适合归一化层的缩放参数。若用于其他层的权重，则是一个实验：所有单元始终一样。',
    ),
    formula: 'w = 1',
    references: [
      {
        title: 'Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift',
        authors: 'S. Ioffe, C. Szegedy',
        year: 2015,
        url: 'https://arxiv.org/abs/1502.03167',
      },
    ],
  },
  fields,
  fill(values) {
    values.fill(1);
  },
};
