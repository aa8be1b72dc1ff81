import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { permute } from '../ops/permute.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';
import { checkNumbers, checkSequence } from './port-checks.ts';

/** The field that says into how many parts attention cuts the width. */
export const headsField = {
  kind: 'integer',
  label: text('Heads', '头数'),
  help: text(
    'How many times the width is cut, each part looking by itself. It must divide the width.',
    '把宽度分成几份，每份各自去看。头数须能整除宽度。',
  ),
  min: 1,
  max: 1024,
  default: 2,
} as const;

/** A width that the heads do not divide. */
export function checkHeads(heads: number, width: number | undefined): LayerProblem[] {
  if (width === undefined || width % heads === 0) return [];
  return [
    {
      code: 'heads-mismatch',
      field: 'heads',
      message: text(
        `Expected a number of heads that divides the width ${width}, found ${heads}.`,
        `头数应能整除宽度 ${width}，实际为 ${heads}。`,
      ),
    },
  ];
}

const fields = { heads: headsField } as const satisfies Fields;

export const splitHeads: LayerDefinition<typeof fields> = {
  type: 'split-heads',
  version: 1,
  title: text('Split heads', '拆分头'),
  category: 'attention',
  doc: {
    summary: text(
      'Cuts the width of a sequence into heads, so that each has a sequence of its own: the first step of attention with several heads.',
      '把序列的宽度拆成若干头，每个头各有自己的序列：多头注意力的第一步。',
    ),
    when: text(
      'Only where attention is built of single layers: once each for queries, keys and values.',
      '只在用单个层搭建注意力时使用：查询、键、值各用一次。',
    ),
    formula: String.raw`[N, T, H \cdot D] \to [N, H, T, D]`,
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
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: ({ heads }) => text(`${heads} heads`, `${heads} 头`),
  check({ heads }, inputs) {
    const problems = [...checkNumbers(inputs, 'x'), ...checkSequence(inputs, 'x')];
    return problems.length > 0 ? problems : checkHeads(heads, inputs.x?.shape[2]);
  },
  weights: () => [],
  build(g, { heads }, { x }) {
    const cut = g.emit(reshape, { x }, { shape: [0, 0, heads, -1] }).y;
    return g.emit(permute, { x: cut }, { axes: [0, 2, 1, 3] });
  },
  pytorch: ({ heads }) => `SplitHeads(${heads})  # x.unflatten(2, (${heads}, -1)).transpose(1, 2)`,
  pytorchClass: `class SplitHeads(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, x):
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)`,
};
