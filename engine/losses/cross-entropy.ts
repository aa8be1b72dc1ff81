import type { Fields } from '../declaration/fields.ts';
import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { countArgmaxHits } from '../ops/count-hits.ts';
import { labelledMean } from '../ops/labelled-mean.ts';
import { mean } from '../ops/mean.ts';
import { softCrossEntropy } from '../ops/soft-cross-entropy.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import type { LossDefinition } from './contract.ts';
import { ignored } from './ignored-label.ts';
import { lossPorts } from './ports.ts';
import { checkClassLabels, checkClassRows, checkLabels } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = {
  smoothing: {
    kind: 'number',
    label: text('Label smoothing', '标签平滑'),
    help: text(
      'Share of each target that is spread evenly over all classes, so that the network need not become certain; 0.1 is usual.',
      '把每个目标的这一部分平均分给所有类别，使网络不必追求百分之百的把握；常用 0.1。',
    ),
    min: 0,
    max: 1,
    default: 0,
    step: 0.05,
  },
  ignored,
  weight,
} as const satisfies Fields;
const label = text('logits', 'logits');
const unit = text('logit', ' logit');
const units = text('logits', ' logit');

function check({ prediction, target }: InputTypes): LayerProblem[] {
  if (target === undefined || (prediction !== undefined && prediction.dtype !== 'float32')) return [];
  if (target.dtype === 'int32') {
    return prediction === undefined ? [] : checkClassLabels(units, prediction, target);
  }
  // A single class would always be right: such a target is a number, not a share.
  if (prediction === undefined || prediction.shape.at(-1) === 1) return checkLabels('Cross-Entropy', target);
  const [expected, found] = [shapeLabel(prediction.shape), shapeLabel(target.shape)];
  if (expected === found) return [];
  return [
    {
      code: 'numbers-not-labels',
      port: 'target',
      message: text(
        `Cross-Entropy needs class labels or a share for each logit (${expected}), but the target holds numbers (${found}); use MSE for numbers.`,
        `交叉熵需要类别标签，或与 logits 同形状（${expected}）的各类占比，而目标是数值（${found}）；数值请用 MSE。`,
      ),
    },
  ];
}

export const crossEntropy: LossDefinition<typeof fields> = {
  type: 'cross-entropy',
  version: 1,
  title: text('Cross-Entropy', '交叉熵'),
  category: 'loss',
  doc: {
    summary: text(
      'For classes, one logit each: how surprised the softmax of the logits is by the right class. The softmax is inside. Targets are labels, one for each row of logits, or shares of the classes in the shape of the logits, such as one-hot rows.',
      '用于分类，每个类别一个 logit：衡量 softmax(logits) 对正确类别有多意外。Softmax 已内含。目标为标签（每行 logits 一个），或与 logits 同形状的各类占比，例如 one-hot。',
    ),
    when: text(
      'Whenever exactly one of several classes is right, and for the next token of a text.',
      '多个类别中恰有一个正确时使用，预测文本的下一个词元也用它。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \sum_c q_{i, c} \log \frac{e^{z_{i, c}}}{\sum_k e^{z_{i, k}}}, \quad q_{i, c} = (1 - s)\, [c = y_i] + \frac{s}{C}`,
    references: [
      {
        title:
          'Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical Pattern Recognition',
        authors: 'J. S. Bridle',
        year: 1990,
        url: 'https://doi.org/10.1007/978-3-642-76153-9_28',
      },
      {
        title: 'Rethinking the Inception Architecture for Computer Vision',
        authors: 'C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna',
        year: 2016,
        url: 'https://arxiv.org/abs/1512.00567',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'any'),
  example: {
    prediction: { shape: [2, 3], dtype: 'float32' },
    target: { shape: [2], dtype: 'int32', classes: 3 },
  },
  reading: 'class-logits',
  face: ({ smoothing, weight: factor }) => weightedFace(smoothing === 0 ? '' : `${smoothing}`, factor),
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkClassRows('Cross-Entropy', unit, inputs.prediction),
    ...check(inputs),
  ],
  weights: () => [],
  build(g, { smoothing, ignored: label, weight: factor }, { prediction, target }) {
    if (target.dtype === 'float32') {
      const { losses } = g.emit(softCrossEntropy, { logits: prediction, target }, { smoothing });
      return { loss: weighted(g, g.emit(mean, { x: losses }).y, factor) };
    }
    const attributes = { smoothing, ignored: label };
    const { losses } = g.emit(softmaxCrossEntropy, { logits: prediction, target }, attributes);
    const { y } = g.emit(labelledMean, { x: losses, target }, { ignored: label });
    return { loss: weighted(g, y, factor) };
  },
  hits: (g, params, { prediction, target }) =>
    g.emit(countArgmaxHits, { x: prediction, target }, { ignored: params.ignored }).y,
  pytorch({ smoothing, ignored: label, weight: factor }, { prediction }) {
    const options = [
      label === -100 ? '' : `ignore_index=${label}`,
      smoothing === 0 ? '' : `label_smoothing=${smoothing}`,
    ];
    const line = `nn.CrossEntropyLoss(${options.filter((option) => option !== '').join(', ')})`;
    const rank = prediction?.shape.length ?? 2;
    return weightedPytorch(rank > 2 ? `${line}  # of logits.movedim(-1, 1)` : line, factor);
  },
};
