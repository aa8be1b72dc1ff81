import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { bceWithLogits as bceWithLogitsOp } from '../ops/bce-with-logits.ts';
import { countBinaryHits } from '../ops/count-hits.ts';
import { mean } from '../ops/mean.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkBinary } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = {
  positiveWeight: {
    kind: 'number',
    label: text('Weight of class 1', '类别 1 的权重'),
    help: text(
      'How much more a sample of class 1 counts than one of class 0; useful where class 1 is rare.',
      '类别 1 的样本比类别 0 多算几倍；类别 1 很少时有用。',
    ),
    min: 0,
    exclusiveMin: true,
    max: 1e6,
    default: 1,
    step: 0.5,
  },
  weight,
} as const satisfies Fields;
const label = text('logit', 'logit');

export const bceWithLogits: LossDefinition<typeof fields> = {
  type: 'bce-with-logits',
  version: 1,
  title: text('BCE with logits', '二元交叉熵（BCE，logits）'),
  category: 'loss',
  doc: {
    summary: text(
      'For yes or no, one logit for each answer: how surprised the sigmoid of the logit is by the label. The sigmoid is inside. Targets are labels 0 and 1, or numbers from 0 to 1 in the shape of the logits.',
      '用于“是或否”，每个答案一个 logit：衡量 sigmoid(logit) 对标签有多意外。Sigmoid 已内含。目标为标签 0 和 1，或与 logits 同形状、在 0 到 1 之间的数值。',
    ),
    when: text(
      'For two classes with one output, and where several answers can be right at once, such as labels of a photo.',
      '两个类别只用一个输出时使用；多个答案可同时为真时也用它，例如照片的标签。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \bigl( w_1 y_i \log \sigma(z_i) + (1 - y_i) \log (1 - \sigma(z_i)) \bigr)`,
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
  ports: lossPorts(label, 'any'),
  example: {
    prediction: { shape: [2, 1], dtype: 'float32' },
    target: { shape: [2], dtype: 'int32', classes: 2 },
  },
  reading: 'logit',
  face: ({ positiveWeight, weight: factor }) =>
    weightedFace(positiveWeight === 1 ? '' : `1 : ${positiveWeight}`, factor),
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkBinary(text('logit', ' logit'), inputs),
  ],
  weights: () => [],
  build(g, { positiveWeight, weight: factor }, { prediction, target }) {
    const { losses } = g.emit(bceWithLogitsOp, { logits: prediction, target }, { positiveWeight });
    return { loss: weighted(g, g.emit(mean, { x: losses }).y, factor) };
  },
  hits: (g, _params, { prediction, target }) =>
    g.emit(countBinaryHits, { x: prediction, target }, { threshold: 0 }).y,
  pytorch: ({ positiveWeight, weight: factor }) =>
    weightedPytorch(
      `nn.BCEWithLogitsLoss(${positiveWeight === 1 ? '' : `pos_weight=torch.tensor(${positiveWeight})`})`,
      factor,
    ),
};
