import { power } from '../arithmetic/power.ts';
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

/** What Adam and AdamW have in common: everything but their names and the weight decay they come with. */
const rule = {
  fields,
  state: () => ['m', 's'],
  // Both alike: weight decay is taken off beside the optimizer.
  pytorch: ({ beta1, beta2, epsilon }) =>
    `torch.optim.Adam(parameters, lr, betas=(${beta1}, ${beta2}), eps=${epsilon})`,
  scalars: {
    count: 2,
    at: ({ beta1, beta2 }, t) => [1 - power(beta1, t), 1 - power(beta2, t)],
  },
  update(g, { beta1, beta2, epsilon }, w, dw, { m, s }, { learningRate: rate, scalars: corrections, decay }) {
    const gains = { gain1: 1 - beta1, gain2: 1 - beta2 };
    g.emit(adamUpdate, { w, dw, m, s, rate, corrections }, { beta1, beta2, ...gains, epsilon, decay });
  },
} satisfies Partial<OptimizerDefinition<typeof fields>>;

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
  ...rule,
  defaultLearningRate: 0.01,
};

export const adamw: OptimizerDefinition<typeof fields> = {
  type: 'adamw',
  title: text('AdamW', 'AdamW'),
  doc: {
    summary: text(
      'Adam with weight decay beside the gradient, so that every weight shrinks at the same pace, whatever the size of its gradients. The strength stands with the regularisation.',
      '带解耦权重衰减的 Adam：衰减不经过梯度，因此无论梯度大小，所有权重以同样的速度收缩。衰减强度在“正则化”中设置。',
    ),
    formula: String.raw`\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, dw \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, dw^2 \\ w &\leftarrow w - \eta \lambda w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon} \end{aligned}`,
    references: [
      {
        title: 'Decoupled Weight Decay Regularization',
        authors: 'I. Loshchilov, F. Hutter',
        year: 2019,
        url: 'https://arxiv.org/abs/1711.05101',
      },
    ],
  },
  ...rule,
  defaultLearningRate: 0.001,
  defaultDecay: 0.01,
};
