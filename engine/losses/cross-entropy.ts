import { text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { checkNumbers, checkRows } from '../layers/port-checks.ts';
import { countArgmaxHits } from '../ops/count-hits.ts';
import { mean } from '../ops/mean.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkLabels } from './targets.ts';

const fields = {};
const label = text('logits', 'logits');

function check({ prediction, target }: InputTypes): LayerProblem[] {
  if (target === undefined) return [];
  const problems = checkLabels('Cross-Entropy', target);
  const columns = prediction?.shape.length === 2 ? prediction.shape[1] : undefined;
  if (columns !== undefined && target.classes !== undefined && columns !== target.classes) {
    problems.push({
      code: 'class-count',
      port: 'prediction',
      message: text(
        `There are ${columns} logits per sample but ${target.classes} classes; give the last Linear ${target.classes} outputs.`,
        `每个样本有 ${columns} 个 logit，而类别有 ${target.classes} 个；请把最后的线性层输出改为 ${target.classes}。`,
      ),
    });
  }
  return problems;
}

export const crossEntropy: LossDefinition<typeof fields> = {
  type: 'cross-entropy',
  version: 1,
  title: text('Cross-Entropy', '交叉熵'),
  category: 'loss',
  doc: {
    summary: text(
      'For classes, one logit each: how surprised the softmax of the logits is by the right class. The softmax is inside.',
      '用于分类，每个类别一个 logit：衡量 softmax(logits) 对正确类别有多意外。Softmax 已内含。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \log \frac{e^{z_{i, y_i}}}{\sum_c e^{z_{i, c}}}`,
    references: [
      {
        title:
          'Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical Pattern Recognition',
        authors: 'J. S. Bridle',
        year: 1990,
        url: 'https://doi.org/10.1007/978-3-642-76153-9_28',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'labels'),
  reading: 'class-logits',
  face: () => '',
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkRows(inputs, 'prediction'),
    ...check(inputs),
  ],
  weights: () => [],
  build(g, _params, { prediction, target }) {
    const { losses } = g.emit(softmaxCrossEntropy, { logits: prediction, target });
    return { loss: g.emit(mean, { x: losses }).y };
  },
  hits: (g, _params, { prediction, target }) => g.emit(countArgmaxHits, { x: prediction, target }).y,
  pytorch: () => 'nn.CrossEntropyLoss()',
};
