import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { checkNumbers } from '../layers/port-checks.ts';
import { countArgmaxHits } from '../ops/count-hits.ts';
import { labelledMean } from '../ops/labelled-mean.ts';
import { nll as nllOp } from '../ops/nll.ts';
import type { LossDefinition } from './contract.ts';
import { ignored } from './ignored-label.ts';
import { lossPorts } from './ports.ts';
import { checkClassLabels, checkClassRows, checkLabels } from './targets.ts';
import { weight, weighted, weightedFace, weightedPytorch } from './weight.ts';

const fields = { ignored, weight } as const satisfies Fields;
const label = text('log-probabilities', '对数概率');
const unit = text('log-probability', '对数概率');

function check({ prediction, target }: InputTypes): LayerProblem[] {
  if (target === undefined || (prediction !== undefined && prediction.dtype !== 'float32')) return [];
  if (target.dtype !== 'int32') return checkLabels('NLL', target);
  return prediction === undefined ? [] : checkClassLabels(label, prediction, target);
}

export const nll: LossDefinition<typeof fields> = {
  type: 'nll',
  version: 1,
  title: text('NLL', '负对数似然（NLL）'),
  category: 'loss',
  doc: {
    summary: text(
      'Minus the log-probability of the right class. The network has to give logarithms of probabilities itself; Cross-Entropy takes logits and does both.',
      '正确类别的对数概率取负。网络须自己给出概率的对数；若输出的是 logits，请用“交叉熵”，它一并完成两步。',
    ),
    when: text(
      'Where log-probabilities are needed elsewhere in the network, too; otherwise take Cross-Entropy.',
      '网络别处也需要对数概率时使用；否则请用交叉熵。',
    ),
    formula: String.raw`L = -\frac{1}{N} \sum_i \log p_{i, y_i}`,
    references: [
      {
        title: 'On the Mathematical Foundations of Theoretical Statistics',
        authors: 'R. A. Fisher',
        year: 1922,
        url: 'https://doi.org/10.1098/rsta.1922.0009',
      },
    ],
  },
  fields,
  ports: lossPorts(label, 'labels'),
  example: {
    prediction: { shape: [2, 3], dtype: 'float32' },
    target: { shape: [2], dtype: 'int32', classes: 3 },
  },
  reading: 'class-log-probabilities',
  face: (params) => weightedFace('', params.weight),
  check: (_params, inputs) => [
    ...checkNumbers(inputs, 'prediction', label),
    ...checkClassRows('NLL', unit, inputs.prediction),
    ...check(inputs),
  ],
  weights: () => [],
  build(g, params, { prediction, target }) {
    const attributes = { ignored: params.ignored };
    const { losses } = g.emit(nllOp, { logp: prediction, target }, attributes);
    return { loss: weighted(g, g.emit(labelledMean, { x: losses, target }, attributes).y, params.weight) };
  },
  hits: (g, params, { prediction, target }) =>
    g.emit(countArgmaxHits, { x: prediction, target }, { ignored: params.ignored }).y,
  pytorch(params, { prediction }) {
    const line = `nn.NLLLoss(${params.ignored === -100 ? '' : `ignore_index=${params.ignored}`})`;
    const rank = prediction?.shape.length ?? 2;
    return weightedPytorch(rank > 2 ? `${line}  # of log_probabilities.movedim(-1, 1)` : line, params.weight);
  },
};
