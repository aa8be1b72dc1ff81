import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { permute } from '../ops/permute.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

export const mergeHeads: LayerDefinition = {
  type: 'merge-heads',
  version: 1,
  title: text('Merge heads', '合并头'),
  category: 'attention',
  doc: {
    summary: text(
      'Puts the heads of each position beside one another again, undoing Split heads.',
      '把每个位置的各个头重新并排放在一起，是“拆分头”的逆操作。',
    ),
    when: text(
      'Only where attention is built of single layers: behind its second MatMul.',
      '只在用单个层搭建注意力时使用：放在第二个矩阵乘法之后。',
    ),
    formula: String.raw`[N, H, T, D] \to [N, T, H \cdot D]`,
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
  fields: {},
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 2, 3, 4], dtype: 'float32' } },
  face: () => '',
  check(_params, inputs) {
    const problems = checkNumbers(inputs, 'x');
    const { x } = inputs;
    if (problems.length > 0 || x === undefined || x.shape.length === 4) return problems;
    return [
      {
        code: 'rank-mismatch',
        port: 'x',
        message: text(
          `Each sample must have heads (N×heads×positions×width), found ${shapeLabel(x.shape)}.`,
          `每个样本须带有头（N×头数×位置数×宽度），实际为 ${shapeLabel(x.shape)}。`,
        ),
      },
    ];
  },
  weights: () => [],
  build(g, _params, { x }) {
    const rows = g.emit(permute, { x }, { axes: [0, 2, 1, 3] }).y;
    const [, , heads, width] = rows.shape as [number, number, number, number];
    return g.emit(reshape, { x: rows }, { shape: [0, 0, heads * width] });
  },
  pytorch: () => 'MergeHeads()  # x.transpose(1, 2).flatten(2)',
  pytorchClass: `class MergeHeads(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2).flatten(2)`,
};
