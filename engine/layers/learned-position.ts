import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { add } from '../ops/add.ts';
import { slice } from '../ops/slice.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers, checkSequence } from './port-checks.ts';

const fields = {
  positions: {
    kind: 'integer',
    label: text('Positions', '位置数'),
    help: text(
      'Rows of the table: the longest sequence that it can be used with.',
      '位置表的行数，即可处理的最长序列。',
    ),
    min: 1,
    max: 1000000,
    default: 128,
  },
} as const satisfies Fields;

export const learnedPosition: LayerDefinition<typeof fields> = {
  type: 'learned-position',
  version: 1,
  shortName: 'position',
  title: text('Learned position', '可学习位置编码'),
  category: 'attention',
  doc: {
    summary: text(
      'Adds a trained row to each position of a sequence, so that attention, which sees a set, can tell first from last. Put it behind the Embedding.',
      '给序列的每个位置加上一行可训练的数值：注意力看到的只是一个集合，借此才能区分先后。放在“嵌入”之后。',
    ),
    when: text(
      'Where all sequences have about the length that was trained. For longer ones than those take the sinusoidal one.',
      '序列长度与训练时相仿时使用；若会遇到更长的序列，请用正弦位置编码。',
    ),
    formula: String.raw`y_{n, t} = x_{n, t} + P_t`,
    references: [
      {
        title: 'Convolutional Sequence to Sequence Learning',
        authors: 'J. Gehring, M. Auli, D. Grangier, D. Yarats, Y. N. Dauphin',
        year: 2017,
        url: 'https://arxiv.org/abs/1705.03122',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: ({ positions }) => `${positions}`,
  check({ positions }, inputs) {
    const problems = [...checkNumbers(inputs, 'x'), ...checkSequence(inputs, 'x')];
    const length = inputs.x?.shape[1] ?? 0;
    if (problems.length > 0 || length <= positions) return problems;
    return [
      {
        code: 'sequence-too-long',
        field: 'positions',
        message: text(
          `The sequence has ${length} positions, but the table has ${positions}; expected at least ${length}.`,
          `序列有 ${length} 个位置，而位置表只有 ${positions} 个；至少应为 ${length}。`,
        ),
      },
    ];
  },
  weights({ positions }, { x }) {
    const width = x?.shape[2];
    if (width === undefined) return [];
    return [
      {
        name: 'weight',
        shape: [positions, width],
        initializer: 'project',
        fanIn: width,
        fanOut: width,
      },
    ];
  },
  build(g, { positions }, { x }, { weight }) {
    const length = x?.shape[1] as number;
    const b =
      length === positions ? weight : g.emit(slice, { x: weight }, { axis: 0, start: 0, end: length }).y;
    return g.emit(add, { a: x, b });
  },
  pytorch: ({ positions }, { x }) => `LearnedPosition(${positions}, ${x?.shape[2] ?? '?'})  # x + weight[:T]`,
  pytorchClass: `class LearnedPosition(nn.Module):
    def __init__(self, positions, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(positions, width) / width**0.5)

    def forward(self, x):
        return x + self.weight[: x.shape[1]]`,
};
