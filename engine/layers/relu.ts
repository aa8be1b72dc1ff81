import { text } from '../declaration/text.ts';
import { relu as reluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const relu = activation({
  type: 'relu',
  title: text('ReLU', 'ReLU'),
  doc: {
    summary: text(
      'Lets positive numbers pass and turns the rest into 0. Cheap and the usual choice; a unit that is 0 for every sample gets no gradient any more and is dead.',
      '正数原样通过，其余变为 0。计算便宜，最为常用；若一个单元对所有样本都为 0，就再也得不到梯度，称为“死亡”。',
    ),
    when: text(
      'Between two layers with weights, unless something speaks for another one; initialise with He.',
      '放在两个带权重的层之间，没有特别理由就用它；初始化选 He。',
    ),
    formula: String.raw`y = \max(x, 0)`,
    references: [
      {
        title: 'Rectified Linear Units Improve Restricted Boltzmann Machines',
        authors: 'V. Nair, G. E. Hinton',
        year: 2010,
        url: 'https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf',
      },
    ],
  },
  fields: {},
  op: reluOp,
  pytorch: () => 'nn.ReLU()',
});
