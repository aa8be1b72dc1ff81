import type { Fields } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { slice as sliceOp } from '../ops/slice.ts';
import { axisField, checkAxis } from './axis.ts';
import type { LayerDefinition } from './contract.ts';

const fields = {
  axis: axisField(
    text(
      'The axis that is cut: 1 is the first behind the batch, such as features or positions.',
      '沿哪个轴截取：1 为批之后的第一个轴，例如特征或位置。',
    ),
  ),
  start: {
    kind: 'integer',
    label: text('Start', '起点'),
    help: text(
      'The first position that is kept, counted from 0; −1 is the last one.',
      '保留的第一个位置，从 0 数起；−1 为最后一个。',
    ),
    min: -1000000,
    max: 1000000,
    default: 0,
  },
  end: {
    kind: 'integer',
    label: text('End', '终点'),
    help: text(
      'The first position that is no longer kept; negative numbers count from the end, and 0 keeps everything up to the end.',
      '不再保留的第一个位置；负数从末尾数起，0 表示一直保留到末尾。',
    ),
    min: -1000000,
    max: 1000000,
    default: 0,
  },
} as const satisfies Fields;

/** Positions [start, end) of an axis of that size. */
function range(size: number, start: number, end: number): { start: number; end: number } {
  return { start: start < 0 ? size + start : start, end: end <= 0 ? size + end : end };
}

const sizeOf = (x: TensorType | undefined, axis: number): number => x?.shape[axis] ?? 1;

export const slice: LayerDefinition<typeof fields> = {
  type: 'slice',
  version: 1,
  title: text('Slice', '截取'),
  category: 'shape',
  doc: {
    summary: text(
      'Keeps a range of one axis. With start −1 on the axis of positions it keeps the last token, from which a sequence can be classified.',
      '保留某个轴上的一段。在位置轴上以 −1 为起点，便只保留最后一个词元，可据此对序列分类。',
    ),
    when: text(
      'Where only part of what comes in is needed: the last token, some of the features, a crop.',
      '只需要输入的一部分时使用：最后一个词元、若干特征，或裁剪一块。',
    ),
    formula: String.raw`y_{n, \ldots, i, \ldots} = x_{n, \ldots, \mathrm{start} + i, \ldots}, \quad 0 \le i < \mathrm{end} - \mathrm{start}`,
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
  face: ({ start, end }) => `${start} : ${end === 0 ? '' : end}`.trim(),
  check({ axis, start, end }, { x }) {
    const wrongAxis = checkAxis(x, axis);
    if (x === undefined || wrongAxis.length > 0) return wrongAxis;
    const size = sizeOf(x, axis);
    const taken = range(size, start, end);
    if (taken.start >= 0 && taken.start < taken.end && taken.end <= size) return [];
    return [
      {
        code: 'slice-out-of-range',
        field: taken.start < 0 || taken.start >= size ? 'start' : 'end',
        message: text(
          `From ${start} to ${end === 0 ? 'the end' : end} there is nothing to keep: axis ${axis} has the positions 0 to ${size - 1}.`,
          `从 ${start} 到 ${end === 0 ? '末尾' : end} 没有可保留的内容：轴 ${axis} 的位置为 0 到 ${size - 1}。`,
        ),
      },
    ];
  },
  weights: () => [],
  build: (g, { axis, start, end }, { x }) =>
    g.emit(sliceOp, { x }, { axis, ...range(sizeOf(x, axis), start, end) }),
  pytorch: ({ axis, start, end }) =>
    `Slice(dim=${axis}, start=${start}, end=${end === 0 ? 'None' : end})  # x[..., start:end]`,
  pytorchClass: `class Slice(nn.Module):
    def __init__(self, dim, start, end):
        super().__init__()
        self.where = (slice(None),) * dim + (slice(start, end),)

    def forward(self, x):
        return x[self.where]`,
};
