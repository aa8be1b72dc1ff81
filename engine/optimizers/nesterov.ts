import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { nesterovUpdate } from '../ops/optimizer-updates.ts';
import type { OptimizerDefinition } from './contract.ts';

const fields = {
  beta: {
    kind: 'number',
    label: text('Momentum β', '动量 β'),
    help: text(
      'How much of the last step carries over into the next one. 0 is plain SGD.',
      '上一步有多少延续到下一步。取 0 即为普通 SGD。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.9,
    step: 0.01,
  },
} as const satisfies Fields;

export const nesterov: OptimizerDefinition<typeof fields> = {
  type: 'nesterov',
  title: text('Nesterov', 'Nesterov 动量'),
  doc: {
    summary: text(
      'Momentum that looks ahead: it steps as if the next push had already been felt, and so brakes earlier before a slope turns. The sum and the look ahead are those of PyTorch.',
      '会“向前看”的动量法：迈步时把下一次推动也算在内，坡度转向前就提前减速。累加与前瞻的写法与 PyTorch 相同。',
    ),
    formula: String.raw`v \leftarrow \beta v + dw \qquad w \leftarrow w - \eta\, (dw + \beta v)`,
    references: [
      {
        title: 'A method for solving the convex programming problem with convergence rate O(1/k²)',
        authors: 'Y. Nesterov',
        year: 1983,
      },
      {
        title: 'On the importance of initialization and momentum in deep learning',
        authors: 'I. Sutskever, J. Martens, G. Dahl, G. Hinton',
        year: 2013,
        url: 'https://proceedings.mlr.press/v28/sutskever13.html',
      },
    ],
  },
  fields,
  defaultLearningRate: 0.01,
  state: () => ['v'],
  pytorch: ({ beta }) =>
    beta === 0
      ? 'torch.optim.SGD(parameters, lr)'
      : `torch.optim.SGD(parameters, lr, momentum=${beta}, nesterov=True)`,
  update(g, { beta }, w, dw, { v }, { learningRate: rate, decay }) {
    g.emit(nesterovUpdate, { w, dw, v, rate }, { beta, decay });
  },
};
