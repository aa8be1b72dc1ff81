import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { lowest, maskScores } from '../ops/mask-scores.ts';
import type { LayerDefinition, LayerProblem, Port } from './contract.ts';
import { checkNumbers, checkScores } from './port-checks.ts';

/** The port for marks: 0 where there is nothing to look at. */
export const maskPort = { name: 'mask', label: text('mask', '掩码'), carries: 'any' } as const satisfies Port;

/** Marks that are not one row of as many as there are keys. */
export function checkMarks(mask: TensorType | undefined, keys: number | undefined): LayerProblem[] {
  if (mask === undefined || keys === undefined) return [];
  if (mask.shape.length === 2 && mask.shape[1] === keys) return [];
  return [
    {
      code: 'mask-mismatch',
      port: 'mask',
      message: text(
        `The mask must hold one mark for each of the ${keys} positions that are looked at (N×${keys}), found ${shapeLabel(mask.shape)}.`,
        `掩码须为被关注的 ${keys} 个位置各给一个标记（N×${keys}），实际为 ${shapeLabel(mask.shape)}。`,
      ),
    },
  ];
}

export const paddingMask: LayerDefinition = {
  type: 'padding-mask',
  version: 1,
  title: text('Padding mask', '填充掩码'),
  category: 'attention',
  doc: {
    summary: text(
      'Hides positions that only fill up short sequences: where the mask is 0, the scores become the lowest number there is. Tokens themselves will do as a mask where 0 is padding.',
      '遮住只用来补齐短序列的位置：掩码为 0 处，得分变成最小的数。若以 0 为填充词元，词元本身即可作掩码。',
    ),
    when: text(
      'Where sequences of different lengths share a batch and attention is built of single layers.',
      '不同长度的序列同在一批、且用单个层搭建注意力时使用。',
    ),
    formula: String.raw`y_{n, t, s} = \begin{cases} x_{n, t, s} & m_{n, s} \ne 0 \\ -\infty & m_{n, s} = 0 \end{cases}`,
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
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }, maskPort],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: {
    x: { shape: [2, 2, 3, 5], dtype: 'float32' },
    mask: { shape: [2, 5], dtype: 'int32', classes: 9 },
  },
  face: () => '',
  check(_params, inputs) {
    const problems = [...checkNumbers(inputs, 'x'), ...checkScores(inputs, 'x')];
    return problems.length > 0 ? problems : checkMarks(inputs.mask, inputs.x?.shape.at(-1));
  },
  weights: () => [],
  build: (g, _params, { x, mask }) => g.emit(maskScores, { x, mask }, { fill: lowest }),
  pytorch: () => 'PaddingMask()  # x.masked_fill(mask[:, None, None] == 0, -inf)',
  pytorchClass: `class PaddingMask(nn.Module):
    def forward(self, x, mask):
        return x.masked_fill(mask[:, None, None] == 0, torch.finfo(x.dtype).min)`,
};
