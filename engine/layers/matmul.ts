import type { Fields } from '../declaration/fields.ts';
import { sameShape, shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { batchedMatmul } from '../ops/batched-matmul.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  transposeB: {
    kind: 'boolean',
    label: text('Transpose b', '转置 b'),
    help: text(
      'Multiplies rows of a with rows of b, as queries with keys, instead of with its columns.',
      '用 a 的行乘 b 的行（如查询乘键），而不是乘 b 的列。',
    ),
    default: false,
  },
  scale: {
    kind: 'number',
    label: text('Scale', '缩放'),
    help: text(
      'The product is multiplied by it. In attention it is 1 / √width of a head.',
      '乘积再乘以此数。在注意力中为 1 / √每头宽度。',
    ),
    min: -1000,
    max: 1000,
    default: 1,
    step: 0.1,
  },
} as const satisfies Fields;

function checkProduct(transposeB: boolean, a: TensorType, b: TensorType): LayerProblem[] {
  for (const [port, { shape }] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (shape.length >= 3) continue;
    return [
      {
        code: 'rank-mismatch',
        port,
        message: text(
          `Each sample must hold at least one matrix (N×rows×columns), found ${shapeLabel(shape)}.`,
          `每个样本至少须含一个矩阵（N×行×列），实际为 ${shapeLabel(shape)}。`,
        ),
      },
    ];
  }
  const K = a.shape.at(-1);
  const inner = b.shape.at(transposeB ? -1 : -2);
  const meets = sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) && K === inner;
  if (meets) return [];
  return [
    {
      code: 'shape-mismatch',
      port: 'b',
      message: text(
        `The matrices do not meet: a ${shapeLabel(a.shape)} has ${K} columns, b ${shapeLabel(b.shape)} has ${inner} ${transposeB ? 'columns' : 'rows'}; these and all dimensions before the matrices must be equal.`,
        `两个矩阵不相合：a ${shapeLabel(a.shape)} 有 ${K} 列，b ${shapeLabel(b.shape)} 有 ${inner} ${transposeB ? '列' : '行'}；二者须相等，矩阵之前的维度也须全部相同。`,
      ),
    },
  ];
}

export const matmul: LayerDefinition<typeof fields> = {
  type: 'matmul',
  version: 1,
  title: text('MatMul', '矩阵乘法'),
  category: 'linear',
  doc: {
    summary: text(
      'Multiplies two matrices of each sample, neither of which is trained. Attention is made of two of these: queries with keys, then weights with values.',
      '把每个样本的两个矩阵相乘，二者都不是可训练的权重。注意力由两次这样的乘法组成：查询乘键，再用权重乘值。',
    ),
    when: text(
      'For building attention of single steps, or wherever two things that the network computed are to be compared pair by pair.',
      '把注意力拆成单步搭建时使用，或需要把网络算出的两组结果两两比较时使用。',
    ),
    formula: String.raw`y = \mathrm{scale} \cdot a\, b \quad \text{or} \quad y = \mathrm{scale} \cdot a\, b^\top`,
    references: [
      {
        title: 'Attention Is All You Need',
        authors:
          'A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, Ł. Kaiser, I. Polosukhin',
        year: 2017,
        url: 'https://arxiv.org/abs/1706.03762',
      },
    ],
  },
  fields,
  ports: {
    inputs: [
      { name: 'a', label: text('a', 'a'), carries: 'numbers' },
      { name: 'b', label: text('b', 'b'), carries: 'numbers' },
    ],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { a: { shape: [2, 3, 4], dtype: 'float32' }, b: { shape: [2, 4, 5], dtype: 'float32' } },
  face: ({ transposeB }) => (transposeB ? 'a · bᵀ' : 'a · b'),
  check({ transposeB }, inputs) {
    const problems = [...checkNumbers(inputs, 'a'), ...checkNumbers(inputs, 'b')];
    const { a, b } = inputs;
    if (problems.length > 0 || a === undefined || b === undefined) return problems;
    return checkProduct(transposeB, a, b);
  },
  weights: () => [],
  build: (g, { transposeB, scale }, { a, b }) =>
    g.emit(batchedMatmul, { a, b }, { transposeB: transposeB ? 1 : 0, alpha: scale }),
  pytorch: ({ transposeB, scale }) =>
    `MatMul(transpose_b=${transposeB ? 'True' : 'False'}, scale=${scale})  # a @ b`,
  pytorchClass: `class MatMul(nn.Module):
    def __init__(self, transpose_b, scale):
        super().__init__()
        self.transpose_b, self.scale = transpose_b, scale

    def forward(self, a, b):
        return self.scale * (a @ (b.transpose(-2, -1) if self.transpose_b else b))`,
};
