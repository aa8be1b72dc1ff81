import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { adamUpdate } from '../ops/optimizer-updates.ts';
import type { OptimizerDefinition } from './contract.ts';

const fields = {
  beta1: {
    kind: 'number',
    label: text('β₁, for the mean', 'β₁（均值）'),
    help: text(
      'Memory of the running mean of the gradients: about 1 / (1 − β₁) steps.',
      '梯度滑动均值的记忆长度：约 1 / (1 − β₁) 步。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.9,
    step: 0.01,
  },
  beta2: {
    kind: 'number',
    label: text('β₂, for the squares', 'β₂（平方）'),
    help: text(
      'Memory of the running mean of the squared gradients: about 1 / (1 − β₂) steps.',
      '梯度平方的滑动均值的记忆长度：约 1 / (1 − β₂) 步。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.999,
    step: 0.001,
  },
  epsilon: {
    kind: 'number',
    label: text('ε', 'ε'),
    help: text('Keeps the division from blowing up where gradients vanish.', '防止梯度趋于零时除法失控。'),
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 1e-8,
    step: 1e-8,
  },
} as const satisfies Fields;

/** base ^ exponent by squaring: multiplications only, so that every machine gets the same bits. exponent ≥ 0, whole. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= base;
    base *= base;
  }
  return result;
}

export const adam: OptimizerDefinition<typeof fields> = {
  type: 'adam',
  title: text('Adam', 'Adam'),
  doc: {
    summary: text(
      'Scales the step of every weight by the size its gradients have had lately, so that one learning rate suits all of them.',
      '按每个权重近来梯度的大小缩放它的步长，一个学习率便适合所有权重。',
    ),
    formula: String.raw`\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, dw \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, dw^2 \\ w &\leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon} \end{aligned}`,
    references: [
      {
        title: 'Adam: A Method for Stochastic Optimization',
        authors: 'D. P. Kingma, J. Ba',
        year: 2014,
        url: 'https://arxiv.org/abs/1412.6980',
      },
    ],
  },
  fields,
  defaultLearningRate: 0.01,
  state: ['m', 's'],
  scalars: {
    count: 2,
    at: ({ beta1, beta2 }, t) => [1 - power(beta1, t), 1 - power(beta2, t)],
  },
  update(g, params, w, dw, { m, s }, { learningRate: rate, scalars: corrections }) {
    const { beta1, beta2, epsilon } = params;
    g.emit(adamUpdate, { w, dw, m, s, rate, corrections }, { beta1, beta2, epsilon });
  },
};
