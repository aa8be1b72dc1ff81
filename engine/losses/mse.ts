import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { mean } from '../ops/mean.ts';
import { squaredError } from '../ops/squared-error.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkDistance } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = { weight } as const satisfies Fields;
const label = text('prediction', '预测');

export const mse: LossDefinition<typeof fields> = {
  type: 'mse',
  version: 1,
  title: text('MSE', '均方误差（MSE）'),
  category: 'loss',
  doc: {
    summary: text(
      'The mean of the squared distances between prediction and target. For numbers, not for classes.',
      '预测与目标之差的平方的平均。用于数值，不用于类别。',
    ),
    when: text(
      'The first choice for numbers, and for images that are to be restored pixel by pixel.',
      '数值回归的首选，也用于逐像素还原图像。',
    ),
    formula: String.raw`L = \frac{1}{N} \sum_i (\hat y_i - y_i)^2`,
    references: [
      {
        title: 'Nouvelles méthodes pour la détermination des orbites des comètes',
        authors: 'A.-M. Legendre',
        year: 1805,
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'numbers'),
  reading: 'number',
  face: (params) => weightedFace('', params.weight),
  check: (_params, inputs) => [...checkNumbers(inputs, 'prediction', label), ...checkDistance('MSE', inputs)],
  weights: () => [],
  build(g, params, { prediction, target }) {
    const { losses } = g.emit(squaredError, { prediction, target });
    return { loss: weighted(g, g.emit(mean, { x: losses }).y, params.weight) };
  },
  pytorch: (params) => weightedPytorch('nn.MSELoss()', params.weight),
};
