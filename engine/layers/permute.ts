import type { Fields } from '../declaration/fields.ts';
import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { permute as permuteOp } from '../ops/permute.ts';
import { mostCopiedDimensions } from '../ops/strided-copy.ts';
import type { LayerDefinition } from './contract.ts';
import { numberList } from './number-list.ts';

const fields = {
  axes: {
    kind: 'text',
    label: text('Order of axes', '轴的顺序'),
    help: text(
      'The axes behind the batch in their new order: 2, 1 swaps two of them. Each stands once.',
      '批之后各轴的新顺序：2, 1 表示交换两个轴。每个轴恰好出现一次。',
    ),
    maxLength: 40,
    default: '2, 1',
  },
} as const satisfies Fields;

/** The axes 1 … n, each once; undefined for a text that says no such order. */
function orderOf(written: string): readonly number[] | undefined {
  const axes = numberList(written);
  if (axes === undefined || axes.length >= mostCopiedDimensions) return undefined;
  return axes.every((_, at) => axes.includes(at + 1)) ? axes : undefined;
}

export const permute: LayerDefinition<typeof fields> = {
  type: 'permute',
  version: 1,
  title: text('Permute', '轴置换'),
  category: 'shape',
  doc: {
    summary: text(
      'Puts the axes of each sample into another order, as turning a table puts its columns where its rows were.',
      '改变每个样本各轴的顺序，就像转置表格把列换到行的位置。',
    ),
    when: text(
      'Where the next layer looks along another axis, such as Conv1d, which wants channels before time.',
      '下一层要沿另一个轴处理时使用，例如一维卷积要求通道在时间之前。',
    ),
    formula: String.raw`y_{n, i_1, \ldots, i_k} = x_{n, j_1, \ldots, j_k}, \quad j_{\mathrm{axes}(m)} = i_m`,
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
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: ({ axes }) => axes.trim(),
  check({ axes }, { x }) {
    const order = orderOf(axes);
    if (order === undefined) {
      return [
        {
          code: 'not-an-order',
          field: 'axes',
          message: text(
            `An order names the axes 1, 2, … up to at most ${mostCopiedDimensions - 1}, each once, such as 2, 1; found "${axes}".`,
            `轴的顺序应把 1、2……（最多到 ${mostCopiedDimensions - 1}）各写一次，例如 2, 1；实际为“${axes}”。`,
          ),
        },
      ];
    }
    const found = x && x.shape.length - 1;
    if (x === undefined || found === order.length) return [];
    return [
      {
        code: 'axes-mismatch',
        field: 'axes',
        message: text(
          `The order ${axes.trim()} is for ${order.length} axes behind the batch, but the input ${shapeLabel(x.shape)} has ${found}.`,
          `顺序 ${axes.trim()} 适用于批之后的 ${order.length} 个轴，而输入 ${shapeLabel(x.shape)} 有 ${found} 个。`,
        ),
      },
    ];
  },
  weights: () => [],
  build: (g, { axes }, { x }) => g.emit(permuteOp, { x }, { axes: [0, ...(orderOf(axes) ?? [])] }),
  pytorch: ({ axes }) => `Permute(0, ${(orderOf(axes) ?? []).join(', ')})  # x.permute`,
  pytorchClass: `class Permute(nn.Module):
    def __init__(self, *order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x.permute(self.order)`,
};
