import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { SourceDefinition } from './contract.ts';
import { sharedFields } from './shared-fields.ts';

const fields = {
  features: {
    kind: 'integer',
    label: text('Features', '特征数'),
    help: text('Numbers in each sample.', '每个样本有多少个数值。'),
    min: 1,
    max: 65_536,
    default: 784,
  },
  classes: {
    kind: 'integer',
    label: text('Classes', '类别数'),
    help: text('How many classes the labels are drawn from.', '标签取自多少个类别。'),
    min: 2,
    max: 1000,
    default: 10,
  },
  count: sharedFields.count,
  seed: sharedFields.seed,
} as const satisfies Fields;

export const randomLabels: SourceDefinition<typeof fields> = {
  type: 'random-labels',
  title: text('Random labels', '随机标签'),
  doc: {
    summary: text(
      'Random numbers with random labels: there is nothing to learn but by heart. It shows how much a network can memorise, and that test accuracy then stays at chance.',
      '随机数值配随机标签：除了死记没有可学的规律。可以看出网络能记住多少，而测试准确率只停留在瞎猜的水平。',
    ),
    formula: String.raw`x \sim \mathcal{N}(0, 1), \quad y \sim \mathcal{U}\{0, \ldots, C - 1\}`,
    references: [
      {
        title: 'Understanding Deep Learning Requires Rethinking Generalization',
        authors: 'C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals',
        year: 2017,
        url: 'https://arxiv.org/abs/1611.03530',
      },
    ],
  },
  fields,
  sampleType: ({ features, classes }) => ({
    input: { shape: [features], dtype: 'float32' },
    target: {
      kind: 'class',
      shape: [],
      classes: Array.from({ length: classes }, (_, i) => text(`${i}`, `${i}`)),
    },
  }),
  generate({ features, classes, count, seed }) {
    const values = new RandomStream(seed, streams.data);
    const labels = new RandomStream(seed, streams.data, 1);
    return {
      count,
      x: Float32Array.from({ length: count * features }, () => values.normal()), // [count, features]
      y: Int32Array.from({ length: count }, () => labels.below(classes)), // [count]
    };
  },
};
