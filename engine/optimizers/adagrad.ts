import { text } from '../declaration/text.ts';
import { rmspropUpdate } from '../ops/optimizer-updates.ts';
import type { OptimizerDefinition } from './contract.ts';
import { denominator, denominatorFields } from './denominator.ts';

export const adagrad: OptimizerDefinition<typeof denominatorFields> = {
  type: 'adagrad',
  title: text('Adagrad', 'Adagrad'),
  doc: {
    summary: text(
      'Divides the step of every weight by the root of all its squared gradients so far: what is seldom moved keeps large steps. Steps only ever shrink, which suits sparse data and short runs.',
      '每个权重的步长除以它至今全部梯度平方和的平方根：很少更新的权重保持大步长。步长只减不增，适合稀疏数据和较短的训练。',
    ),
    formula: String.raw`s \leftarrow s + dw^2 \qquad w \leftarrow w - \eta\, \frac{dw}{\sqrt{s + \varepsilon}} \;\text{ or }\; \eta\, \frac{dw}{\sqrt{s} + \varepsilon}`,
    references: [
      {
        title: 'Adaptive Subgradient Methods for Online Learning and Stochastic Optimization',
        authors: 'J. Duchi, E. Hazan, Y. Singer',
        year: 2011,
        url: 'https://jmlr.org/papers/v12/duchi11a.html',
      },
    ],
  },
  fields: denominatorFields,
  defaultLearningRate: 0.01,
  state: () => ['s'],
  pytorch: ({ epsilon, form }) =>
    form === 'pytorch'
      ? `torch.optim.Adagrad(parameters, lr, eps=${epsilon})`
      : `RootOfSquares(parameters, lr, beta=1.0, gain=1.0, eps=${epsilon})`,
  update(g, { epsilon, form }, w, dw, { s }, { learningRate: rate, decay }) {
    const { inner, outer } = denominator(epsilon, form);
    g.emit(rmspropUpdate, { w, dw, s, rate }, { beta: 1, gain: 1, inner, outer, momentum: 0, decay });
  },
};
