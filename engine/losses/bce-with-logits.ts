import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { checkNumbers, sampleSize } from '../layers/port-checks.ts';
import { bceWithLogits as bceWithLogitsOp } from '../ops/bce-with-logits.ts';
import { countSignHits } from '../ops/count-hits.ts';
import { mean } from '../ops/mean.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkLabels } from './targets.ts';

const fields = {};
const label = text('logit', 'logit');

function check({ prediction, target }: InputTypes): LayerProblem[] {
  const problems: LayerProblem[] = [];
  if (target !== undefined) problems.push(...checkLabels('BCE', target));
  if (target?.classes !== undefined && target.classes !== 2) {
    problems.push({
      code: 'class-count',
      port: 'target',
      message: text(
        `BCE tells 2 classes apart, but the target has ${target.classes}; use Cross-Entropy.`,
        `BCE 只能区分 2 个类别，而目标有 ${target.classes} 个；请改用交叉熵。`,
      ),
    });
  }
  if (prediction !== undefined && sampleSize(prediction) !== 1) {
    problems.push({
      code: 'logit-count',
      port: 'prediction',
      message: text(
        `BCE needs 1 logit per sample (N×1), found ${sampleSize(prediction)} (${shapeLabel(prediction.shape)}); give the last Linear 1 output, or use Cross-Entropy.`,
        `BCE 要求每个样本 1 个 logit（N×1），实际为 ${sampleSize(prediction)} 个（${shapeLabel(prediction.shape)}）；请把最后的线性层输出改为 1，或改用交叉熵。`,
      ),
    });
  }
  return problems;
}

export const bceWithLogits: LossDefinition<typeof fields> = {
  type: 'bce-with-logits',
  version: 1,
  title: text('BCE with logits', '二元交叉熵（BCE，logits）'),
  category: 'loss',
  doc: {
    summary: text(
      'For two classes and one logit per sample: how surprised the sigmoid of the logit is by the label. The sigmoid is inside.',
      '用于两个类别、每个样本一个 logit：衡量 sigmoid(logit) 对标签有多意外。Sigmoid 已内含。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \bigl( y_i \log \sigma(z_i) + (1 - y_i) \log (1 - \sigma(z_i)) \bigr)`,
    references: [
      {
        title: 'The Regression Analysis of Binary Sequences',
        authors: 'D. R. Cox',
        year: 1958,
        url: 'https://doi.org/10.1111/j.2517-6161.1958.tb00292.x',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'labels'),
  reading: 'logit',
  face: () => '',
  check: (_params, inputs) => [...checkNumbers(inputs, 'prediction', label), ...check(inputs)],
  weights: () => [],
  build(g, _params, { prediction, target }) {
    const { losses } = g.emit(bceWithLogitsOp, { logits: prediction, target });
    return { loss: g.emit(mean, { x: losses }).y };
  },
  hits: (g, _params, { prediction, target }) => g.emit(countSignHits, { x: prediction, target }).y,
  pytorch: () => 'nn.BCEWithLogitsLoss()',
};
