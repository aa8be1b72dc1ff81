import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';
import { fillNormal } from './distributions.ts';

const fields = {
  mean: {
    kind: 'number',
    label: text('Mean', '均值'),
    help: text('The middle of the distribution; 0 favours no sign.', '分布的中心；取 0 时正负机会均等。'),
    min: -10,
    max: 10,
    default: 0,
    step: 0.01,
  },
  std: {
    kind: 'number',
    label: text('Standard deviation', '标准差'),
    help: text(
      'The size of the weights. Too small, and signals fade from layer to layer; too large, and they blow up.',
      '权重的大小。太小则信号逐层消失，太大则逐层放大。',
    ),
    min: 0,
    max: 10,
    exclusiveMin: true,
    default: 0.1,
    step: 0.01,
  },
} as const satisfies Fields;

export const normal: InitializerDefinition<typeof fields> = {
  type: 'normal',
  title: text('Normal', '正态分布'),
  doc: {
    summary: text(
      'Draws every weight from one normal distribution, whatever the size of its layer.',
      '所有权重都取自同一个正态分布，与层的大小无关。',
    ),
    formula: String.raw`w \sim \mathcal{N}(\mu, \sigma^2)`,
    references: [
      {
        title: 'ImageNet Classification with Deep Convolutional Neural Networks',
        authors: 'A. Krizhevsky, I. Sutskever, G. E. Hinton',
        year: 2012,
      },
    ],
  },
  fields,
  fill(values, { mean, std }, _fan, random) {
    fillNormal(values, mean, std, random);
  },
};
