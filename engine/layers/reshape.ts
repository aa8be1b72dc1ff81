import type { Fields } from '../declaration/fields.ts';
import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { reshape as reshapeOp } from '../ops/reshape.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';
import { numberList } from './number-list.ts';
import { sampleSize } from './port-checks.ts';

const fields = {
  shape: {
    kind: 'text',
    label: text('Shape', '形状'),
    help: text(
      'Sizes of each sample, such as 8, 8. One of them may be −1 and is then found from the others.',
      '每个样本的各维大小，例如 8, 8。其中一个可以写 −1，由其余各维推出。',
    ),
    maxLength: 60,
    default: '-1',
  },
} as const satisfies Fields;

/** Sizes behind the batch; undefined for a text that says none. */
function sizesOf(written: string): readonly number[] | undefined {
  const sizes = numberList(written);
  const isShape =
    sizes?.every((size) => size >= 1 || size === -1) === true &&
    sizes.filter((size) => size === -1).length <= 1;
  return isShape ? sizes : undefined;
}

function checkCount(written: string, sizes: readonly number[], x: TensorType): LayerProblem[] {
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const count = sampleSize(x);
  if (sizes.includes(-1) ? count % known === 0 : count === known) return [];
  return [
    {
      code: 'shape-mismatch',
      field: 'shape',
      message: text(
        `Each sample ${shapeLabel(x.shape)} holds ${count} values, which do not fill the shape ${written.trim()} (${known} values).`,
        `每个样本 ${shapeLabel(x.shape)} 有 ${count} 个值，与形状 ${written.trim()}（${known} 个值）不符。`,
      ),
    },
  ];
}

export const reshape: LayerDefinition<typeof fields> = {
  type: 'reshape',
  version: 1,
  title: text('Reshape', '变形'),
  category: 'shape',
  doc: {
    summary: text(
      'Sees the values of each sample in another shape; their order stays. Use it to make an image or a sequence of a row.',
      '以另一种形状看待每个样本的数值，顺序不变。可把一行数值变成图像或序列。',
    ),
    when: text(
      'Where a row of numbers is really a picture or a sequence, such as the output of a Linear layer before a decoder.',
      '一行数值其实是图像或序列时使用，例如解码器之前的线性层输出。',
    ),
    formula: String.raw`[N, d_1, \ldots, d_k] \to [N, e_1, \ldots, e_m], \quad \prod_i d_i = \prod_j e_j`,
    references: [
      {
        title: 'Array Programming with NumPy',
        authors: 'C. R. Harris et al.',
        year: 2020,
        url: 'https://doi.org/10.1038/s41586-020-2649-2',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'any' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'any' }],
  },
  face: ({ shape }) => shape.trim(),
  check({ shape }, { x }) {
    const sizes = sizesOf(shape);
    if (sizes !== undefined) return x === undefined ? [] : checkCount(shape, sizes, x);
    return [
      {
        code: 'not-a-shape',
        field: 'shape',
        message: text(
          `A shape is a list of sizes from 1 on, such as 8, 8, at most one of them −1; found "${shape}".`,
          `形状应为一列不小于 1 的大小，例如 8, 8，其中至多一个 −1；实际为“${shape}”。`,
        ),
      },
    ];
  },
  weights: () => [],
  build: (g, { shape }, { x }) => g.emit(reshapeOp, { x }, { shape: [0, ...(sizesOf(shape) ?? [])] }),
  pytorch: ({ shape }) => `Reshape(-1, ${(sizesOf(shape) ?? []).join(', ')})  # x.reshape`,
  pytorchClass: `class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(self.shape)`,
};
