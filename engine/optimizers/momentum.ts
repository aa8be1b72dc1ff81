import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { momentumUpdate } from '../ops/optimizer-updates.ts';
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
  form: {
    kind: 'choice',
    label: text('Form', '形式'),
    help: text(
      'The average keeps the size of the gradient; the sum of PyTorch grows to 1 / (1 − β) times that size, so the same path needs a learning rate smaller by that factor.',
      '滑动平均保持梯度的大小；PyTorch 的累加会放大到约 1 / (1 − β) 倍，要走同样的路，学习率须按此倍数调小。',
    ),
    options: [
      {
        value: 'average',
        label: text('average: v = βv + (1 − β)·dw', '滑动平均：v = βv + (1 − β)·dw'),
      },
      {
        value: 'pytorch',
        label: text('sum, as in PyTorch: v = βv + dw', '累加（PyTorch 的形式）：v = βv + dw'),
      },
    ],
    default: 'average',
  },
} as const satisfies Fields;

export const momentum: OptimizerDefinition<typeof fields> = {
  type: 'momentum',
  title: text('Momentum', '动量法'),
  doc: {
    summary: text(
      'SGD on a running average of the gradients: it gathers speed where they agree and damps the swings where they do not.',
      '对梯度的滑动平均做 SGD：方向一致处越走越快，来回摆动处相互抵消。',
    ),
    formula: String.raw`v \leftarrow \beta v + (1 - \beta)\, dw \;\text{ or }\; v \leftarrow \beta v + dw, \qquad w \leftarrow w - \eta\, v`,
    references: [
      {
        title: 'Some methods of speeding up the convergence of iteration methods',
        authors: 'B. T. Polyak',
        year: 1964,
        url: 'https://doi.org/10.1016/0041-5553(64)90137-5',
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
  defaultLearningRate: 0.1,
  state: () => ['v'],
  pytorch: ({ beta, form }) =>
    form === 'pytorch'
      ? `torch.optim.SGD(parameters, lr, momentum=${beta})`
      : `from_zero(torch.optim.SGD(parameters, lr, momentum=${beta}, dampening=1 - ${beta}))`,
  update(g, { beta, form }, w, dw, { v }, { learningRate: rate, decay }) {
    const gain = form === 'pytorch' ? 1 : 1 - beta;
    g.emit(momentumUpdate, { w, dw, v, rate }, { beta, gain, decay });
  },
};
