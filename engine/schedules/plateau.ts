import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';

const fields = {
  gamma: {
    kind: 'number',
    label: text('Factor γ', '衰减系数 γ'),
    help: text('What the learning rate is multiplied by each time.', '每次学习率乘以的系数。'),
    min: 0,
    max: 1,
    exclusiveMin: true,
    exclusiveMax: true,
    default: 0.1,
    step: 0.05,
  },
  patience: {
    kind: 'integer',
    label: text('Patience', '耐心'),
    unit: text('epochs', '轮'),
    help: text(
      'So many epochs may pass without progress; after one more the learning rate falls.',
      '允许连续这么多轮没有进展，再多一轮就降低学习率。',
    ),
    min: 0,
    max: 1_000_000,
    default: 10,
  },
  minChange: {
    kind: 'number',
    label: text('Progress, as a share', '进展的最小比例'),
    help: text(
      'The loss must fall below its best value by more than this share of it to count as progress.',
      '损失须比最好值再低这一比例以上，才算有进展。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 1e-4,
    step: 1e-4,
  },
  minimum: {
    kind: 'number',
    label: text('Never below, as a share', '最低比例'),
    help: text('The least learning rate, as a share of the one that is set.', '最低学习率与所设学习率之比。'),
    min: 0,
    max: 1,
    default: 0,
    step: 0.001,
  },
} as const satisfies Fields;

export const plateau: ScheduleDefinition<typeof fields> = {
  type: 'plateau',
  title: text('On plateau', '停滞时降低'),
  doc: {
    summary: text(
      'Lowers the learning rate when the loss on the validation part (without one on the test part, else on the training part) has stopped falling.',
      '当验证损失（没有验证集时为测试损失，再没有则为训练损失）不再下降时，降低学习率。',
    ),
    formula: String.raw`L > (1 - \delta)\, L_{\min} \text{ for more than } p \text{ epochs} \;\Rightarrow\; \eta \leftarrow \gamma\, \eta`,
    references: [
      {
        title: 'ImageNet Classification with Deep Convolutional Neural Networks',
        authors: 'A. Krizhevsky, I. Sutskever, G. E. Hinton',
        year: 2012,
        url: 'https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html',
      },
    ],
  },
  fields,
  pytorch: () => 'plateau.factor',
  factor: () => () => 1,
  afterEpoch({ gamma, patience, minChange, minimum }, { best, waited, factor }, loss) {
    if (best === null || loss < best * (1 - minChange)) return { best: loss, waited: 0, factor };
    if (waited < patience) return { best, waited: waited + 1, factor };
    return { best, waited: 0, factor: Math.max(minimum, factor * gamma) };
  },
};
