import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { embedding as embeddingOp } from '../ops/embedding.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';
import { checkTokens } from './port-checks.ts';

const fields = {
  vocabulary: {
    kind: 'integer',
    label: text('Vocabulary', '词表大小'),
    help: text(
      'How many different tokens there are: rows of the table. At least as many as the wire brings.',
      '共有多少种词元，即嵌入表的行数。不得少于连线上的词元种数。',
    ),
    min: 1,
    max: 1000000,
    default: 64,
  },
  width: {
    kind: 'integer',
    label: text('Width', '宽度'),
    help: text('How many numbers stand for each token.', '每个词元用几个数值表示。'),
    min: 1,
    max: 65536,
    default: 32,
  },
  padding: {
    kind: 'integer',
    label: text('Padding token', '填充词元'),
    help: text(
      'A token that only fills up short sequences: it becomes zeros and is not learned. −1 means that there is none.',
      '只用来补齐短序列的词元：其表示恒为 0，也不参与学习。−1 表示没有。',
    ),
    min: -1,
    max: 999999,
    default: -1,
  },
} as const satisfies Fields;

export const embedding: LayerDefinition<typeof fields> = {
  type: 'embedding',
  version: 1,
  title: text('Embedding', '嵌入'),
  category: 'linear',
  doc: {
    summary: text(
      'Looks up a row of trained numbers for each token. It is where a network for text or other symbols begins.',
      '为每个词元查出一行可训练的数值。处理文字或其他符号的网络由此开始。',
    ),
    when: text(
      'First behind Data whenever samples are tokens or numbers of categories rather than measurements.',
      '样本是词元或类别编号而不是测量值时，紧跟在数据之后使用。',
    ),
    formula: String.raw`y_{n, t} = E_{x_{n, t}}, \quad E \in \mathbb{R}^{\mathrm{vocabulary} \times \mathrm{width}}`,
    references: [
      {
        title: 'A Neural Probabilistic Language Model',
        authors: 'Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin',
        year: 2003,
        url: 'https://www.jmlr.org/papers/v3/bengio03a.html',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('tokens', '词元'), carries: 'labels' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3], dtype: 'int32', classes: 9 } },
  face: ({ vocabulary, width }) => `${vocabulary} → ${width}`,
  check({ vocabulary, padding }, inputs) {
    const problems: LayerProblem[] = checkTokens(inputs, 'x');
    const classes = inputs.x?.classes ?? 0;
    if (classes > vocabulary) {
      problems.push({
        code: 'vocabulary-too-small',
        field: 'vocabulary',
        message: text(
          `The wire brings ${classes} different tokens, but the table has ${vocabulary} rows; expected at least ${classes}.`,
          `连线上有 ${classes} 种词元，而嵌入表只有 ${vocabulary} 行；至少应为 ${classes}。`,
        ),
      });
    }
    if (padding >= vocabulary) {
      problems.push({
        code: 'padding-out-of-range',
        field: 'padding',
        message: text(
          `The padding token must be below the vocabulary of ${vocabulary}, found ${padding}.`,
          `填充词元须小于词表大小 ${vocabulary}，实际为 ${padding}。`,
        ),
      });
    }
    return problems;
  },
  // Only one row of the table meets each token, so the fan of a matrix product says nothing here; with the width in its
  // place the row of a token has length about 1.
  weights: ({ vocabulary, width }, { x }) =>
    x === undefined
      ? []
      : [
          {
            name: 'weight',
            shape: [vocabulary, width],
            initializer: 'project',
            fanIn: width,
            fanOut: width,
          },
        ],
  build: (g, { padding }, { x }, { weight }) =>
    g.emit(embeddingOp, { tokens: x, table: weight }, { padding }),
  pytorch: ({ vocabulary, width, padding }) =>
    `nn.Embedding(${vocabulary}, ${width}${padding < 0 ? '' : `, padding_idx=${padding}`})`,
  pytorchWeights: { weight: { name: 'weight', zeroRow: ({ padding }) => Number(padding) } },
};
