import { sameShape, shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { mean } from '../ops/mean.ts';
import { squaredError } from '../ops/squared-error.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';

const fields = {};
const label = text('prediction', '预测');

function check({ prediction, target }: InputTypes): LayerProblem[] {
  if (target !== undefined && target.dtype !== 'float32') {
    const found = target.classes === undefined ? '' : ` (${target.classes})`;
    return [
      {
        code: 'labels-not-numbers',
        port: 'target',
        message: text(
          `MSE compares numbers, but the target holds class labels${found}, whose distances mean nothing; use Cross-Entropy or BCE with logits.`,
          `MSE 比较的是数值，而目标是类别标签${found}，标签之差没有意义；请改用交叉熵或 BCE（logits）。`,
        ),
      },
    ];
  }
  if (prediction === undefined || target === undefined || prediction.dtype !== 'float32') return [];
  if (sameShape(prediction.shape, target.shape)) return [];
  return [
    {
      code: 'shape-mismatch',
      port: 'prediction',
      message: text(
        `The prediction is ${shapeLabel(prediction.shape)} and the target ${shapeLabel(target.shape)}; MSE needs the same shape.`,
        `预测的形状为 ${shapeLabel(prediction.shape)}，目标为 ${shapeLabel(target.shape)}；MSE 要求二者相同。`,
      ),
    },
  ];
}

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
  face: () => '',
  check: (_params, inputs) => [...checkNumbers(inputs, 'prediction', label), ...check(inputs)],
  weights: () => [],
  build(g, _params, { prediction, target }) {
    const { losses } = g.emit(squaredError, { prediction, target });
    return { loss: g.emit(mean, { x: losses }).y };
  },
  pytorch: () => 'nn.MSELoss()',
};
