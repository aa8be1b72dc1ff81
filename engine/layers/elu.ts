import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { elu as eluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

const fields = {
  alpha: {
    kind: 'number',
    label: text('Alpha', '系数 α'),
    help: text(
      'What large negative numbers tend to, with the sign turned.',
      '很小的负数趋近的值（取反号）。',
    ),
    min: 0,
    max: 100,
    exclusiveMin: true,
    default: 1,
    step: 0.1,
  },
} as const satisfies Fields;

export const elu = activation({
  type: 'elu',
  title: text('ELU', 'ELU'),
  doc: {
    summary: text(
      'Passes positive numbers on and bends negative ones smoothly towards −α, so that outputs average nearer to 0 than those of ReLU.',
      '正数原样通过，负数平滑地弯向 −α，使输出的平均值比 ReLU 更接近 0。',
    ),
    when: text(
      'In deep networks without normalisation, where units of ReLU die; it costs an exponential for each negative number.',
      '深层网络没有归一化、ReLU 单元容易死亡时使用；每个负数要多算一次指数。',
    ),
    formula: String.raw`y = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}`,
    references: [
      {
        title: 'Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)',
        authors: 'D.-A. Clevert, T. Unterthiner, S. Hochreiter',
        year: 2015,
        url: 'https://arxiv.org/abs/1511.07289',
      },
    ],
  },
  fields,
  op: eluOp,
  attributes: ({ alpha }) => ({ alpha }),
  face: ({ alpha }) => `α ${alpha}`,
  pytorch: ({ alpha }) => `nn.ELU(alpha=${alpha})`,
});
