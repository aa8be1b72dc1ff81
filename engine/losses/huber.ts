import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { huber as huberOp } from '../ops/huber.ts';
import { mean } from '../ops/mean.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkDistance } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = {
  delta: {
    kind: 'number',
    label: text('Delta', 'δ'),
    help: text(
      'The distance from which on it is counted as it is, times delta; smaller ones are squared.',
      '差的分界：小于 δ 时取平方，达到 δ 之后按差的大小乘以 δ 计。',
    ),
    min: 0,
    exclusiveMin: true,
    max: 1e6,
    default: 1,
    step: 0.1,
  },
  weight,
} as const satisfies Fields;
const label = text('prediction', '预测');

export const huber: LossDefinition<typeof fields> = {
  type: 'huber',
  version: 1,
  title: text('Huber', 'Huber 损失'),
  category: 'loss',
  doc: {
    summary: text(
      'Half the square of small distances, and growing only in proportion from delta on: smooth near the goal like MSE, and calm about far-off targets like MAE.',
      '差较小时取平方的一半，从 δ 起只按比例增长：接近目标时像 MSE 一样平滑，遇到离得很远的目标时又像 MAE 一样稳健。',
    ),
    when: text(
      'For numbers with some gross errors among the targets; delta says from which distance on they count as gross.',
      '目标中夹有少数严重误差的数值回归；δ 表示差多大才算严重。',
    ),
    formula: String.raw`L = \frac{1}{N} \sum_i \begin{cases} \frac{1}{2} d_i^2 & |d_i| < \delta \\ \delta \left( |d_i| - \frac{1}{2} \delta \right) & \text{otherwise} \end{cases}, \quad d_i = \hat y_i - y_i`,
    references: [
      {
        title: 'Robust Estimation of a Location Parameter',
        authors: 'P. J. Huber',
        year: 1964,
        url: 'https://doi.org/10.1214/aoms/1177703732',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'numbers'),
  reading: 'number',
  face: (params) => weightedFace(`δ = ${params.delta}`, params.weight),
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkDistance('Huber', inputs),
  ],
  weights: () => [],
  build(g, params, { prediction, target }) {
    const { losses } = g.emit(huberOp, { prediction, target }, { delta: params.delta });
    return { loss: weighted(g, g.emit(mean, { x: losses }).y, params.weight) };
  },
  pytorch: (params) => weightedPytorch(`nn.HuberLoss(delta=${params.delta})`, params.weight),
};
