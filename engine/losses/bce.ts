import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { bce as bceOp } from '../ops/bce.ts';
import { countBinaryHits } from '../ops/count-hits.ts';
import { mean } from '../ops/mean.ts';
import type { LossDefinition } from './contract.ts';
import { lossPorts } from './ports.ts';
import { checkBinary } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = { weight } as const satisfies Fields;
const label = text('probability', '概率');

export const bce: LossDefinition<typeof fields> = {
  type: 'bce',
  version: 1,
  title: text('BCE', '二元交叉熵（BCE，概率）'),
  category: 'loss',
  doc: {
    summary: text(
      'How surprised a probability, such as the output of Sigmoid, is by the label. Logarithms stop at −100; BCE with logits does without that bound and is the better choice where the Sigmoid comes last.',
      '衡量一个概率（例如 Sigmoid 的输出）对标签有多意外。对数以 −100 为下限；若最后一层就是 Sigmoid，更宜改用不需要此下限的“BCE（logits）”。',
    ),
    when: text(
      'Only where the network gives probabilities already and cannot give logits.',
      '仅在网络已经给出概率、无法给出 logits 时使用。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \bigl( y_i \log p_i + (1 - y_i) \log (1 - p_i) \bigr)`,
    references: [
      {
        title: 'Rational Decisions',
        authors: 'I. J. Good',
        year: 1952,
        url: 'https://doi.org/10.1111/j.2517-6161.1952.tb00104.x',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'any'),
  example: {
    prediction: { shape: [2, 1], dtype: 'float32' },
    target: { shape: [2], dtype: 'int32', classes: 2 },
  },
  reading: 'probability',
  face: (params) => weightedFace('', params.weight),
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkBinary(text('probability', '概率'), inputs),
  ],
  weights: () => [],
  build(g, params, { prediction, target }) {
    const { losses } = g.emit(bceOp, { p: prediction, target });
    return { loss: weighted(g, g.emit(mean, { x: losses }).y, params.weight) };
  },
  hits: (g, _params, { prediction, target }) =>
    g.emit(countBinaryHits, { x: prediction, target }, { threshold: 0.5 }).y,
  pytorch: (params) => weightedPytorch('nn.BCELoss()', params.weight),
};
