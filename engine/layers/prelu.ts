import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { prelu as preluOp } from '../ops/prelu.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import { checkFeatures, checkNumbers } from './port-checks.ts';

const fields = {
  slopes: {
    kind: 'choice',
    label: text('Slopes', '斜率个数'),
    help: text(
      'One slope for all, or one for each channel: the first axis behind the batch.',
      '全体共用一个斜率，或每个通道（批之后的第一个轴）各有一个。',
    ),
    options: [
      { value: 'one', label: text('one', '共用一个') },
      { value: 'channel', label: text('one per channel', '每个通道一个') },
    ],
    default: 'one',
  },
  initial: {
    kind: 'number',
    label: text('Initial slope', '斜率初值'),
    help: text(
      'What negative numbers are multiplied by before anything is learnt.',
      '学习开始前负数要乘的系数。',
    ),
    min: -10,
    max: 10,
    default: 0.25,
    step: 0.05,
  },
} as const satisfies Fields;

const slopeCount = (slopes: string, { x }: InputTypes): number | undefined =>
  slopes === 'one' ? 1 : x?.shape[1];

export const prelu: LayerDefinition<typeof fields> = {
  type: 'prelu',
  version: 1,
  title: text('PReLU', 'PReLU'),
  category: 'activation',
  doc: {
    summary: text(
      'LeakyReLU whose slope is learnt with the weights: the network finds out how much of the negative side it wants.',
      '斜率与权重一起学习的 LeakyReLU：负半轴要保留多少，由网络自己决定。',
    ),
    when: text(
      'Where LeakyReLU helps and the best slope is not known; without weight decay on its slopes.',
      'LeakyReLU 有效、但不知斜率取多少时使用；其斜率不加权重衰减。',
    ),
    formula: String.raw`y_c = \begin{cases} x_c & x_c > 0 \\ \alpha_c\, x_c & x_c \le 0 \end{cases}`,
    references: [
      {
        title: 'Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2015,
        url: 'https://arxiv.org/abs/1502.01852',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ slopes }, inputs) => (slopes === 'one' ? '' : `${slopeCount(slopes, inputs) ?? '?'}`),
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkFeatures(inputs, 'x')],
  weights({ slopes, initial }, inputs) {
    const count = slopeCount(slopes, inputs);
    if (inputs['x'] === undefined || count === undefined) return [];
    const initializer = { type: 'constant', params: { value: initial } };
    return [{ name: 'slope', shape: [count], initializer, fanIn: 1, fanOut: 1, decays: false }];
  },
  build: (g, _params, { x }, { slope }) => g.emit(preluOp, { x, slope }),
  pytorch: ({ slopes, initial }, inputs) =>
    `nn.PReLU(${slopeCount(slopes, inputs) ?? '?'}${initial === 0.25 ? '' : `, init=${initial}`})`,
  pytorchWeights: { slope: { name: 'weight' } },
};
