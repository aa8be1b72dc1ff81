import { text } from '../declaration/text.ts';
import { sgdUpdate } from '../ops/optimizer-updates.ts';
import type { OptimizerDefinition } from './contract.ts';

const fields = {};

export const sgd: OptimizerDefinition<typeof fields> = {
  type: 'sgd',
  title: text('SGD', 'SGD'),
  doc: {
    summary: text(
      'Moves every weight a step against its gradient. The plainest rule, and the one to understand first.',
      '让每个权重沿梯度的反方向走一步。规则最朴素，应最先弄懂。',
    ),
    formula: String.raw`w \leftarrow w - \eta \, dw`,
    references: [
      {
        title: 'A Stochastic Approximation Method',
        authors: 'H. Robbins, S. Monro',
        year: 1951,
        url: 'https://doi.org/10.1214/aoms/1177729586',
      },
    ],
  },
  fields,
  defaultLearningRate: 0.1,
  state: () => [],
  pytorch: () => 'torch.optim.SGD(parameters, lr)',
  update(g, _params, w, dw, _state, { learningRate: rate, decay }) {
    g.emit(sgdUpdate, { w, dw, rate }, { decay });
  },
};
