import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { absoluteError } from '../ops/absolute-error.ts';
import { mean } from '../ops/mean.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkDistance } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = { weight } as const satisfies Fields;
const label = text('prediction', '预测');

export const mae: LossDefinition<typeof fields> = {
  type: 'mae',
  version: 1,
  title: text('MAE', '平均绝对误差（MAE）'),
  category: 'loss',
  doc: {
    summary: text(
      'The mean distance between prediction and target. A few far-off targets pull less than with MSE, but the gradient keeps its size up to the goal, so the learning rate has to fall in the end.',
      '预测与目标之差的绝对值的平均。少数离得很远的目标影响比 MSE 小；但梯度的大小直到终点都不变，因此后期需要减小学习率。',
    ),
    when: text(
      'For numbers where outliers must not rule, and the median is a better answer than the mean.',
      '离群值不应左右结果、中位数比平均数更合适的数值回归。',
    ),
    formula: String.raw`L = \frac{1}{N} \sum_i |\hat y_i - y_i|`,
    references: [
      {
        title: 'Regression Quantiles',
        authors: 'R. Koenker, G. Bassett',
        year: 1978,
        url: 'https://doi.org/10.2307/1913643',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'numbers'),
  reading: 'number',
  face: (params) => weightedFace('', params.weight),
  check: (_params, inputs) => [...checkNumbers(inputs, 'prediction', label), ...checkDistance('MAE', inputs)],
  weights: () => [],
  build(g, params, { prediction, target }) {
    const { losses } = g.emit(absoluteError, { prediction, target });
    return { loss: weighted(g, g.emit(mean, { x: losses }).y, params.weight) };
  },
  pytorch: (params) => weightedPytorch('nn.L1Loss()', params.weight),
};
