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
  step: {
    kind: 'integer',
    label: text('Step', '步长'),
    help: text(
      'Which of these positions are kept: 1 all of them, 2 every second one; −1 all of them the other way round. 0 keeps all.',
      '保留其中哪些位置：1 为全部，2 为每隔一个取一个；−1 为全部但顺序相反。0 与 1 相同。',
    ),
    min: -1000000,
    max: 1000000,
    default: 1,
  },
} as const satisfies Fields;

/** Positions [start, end) of an axis of that size. */
function range(size: number, start: number, end: number): { start: number; end: number } {
  return { start: start < 0 ? size + start : start, end: end <= 0 ? size + end : end };
}

const stepOf = (step: number): number => (step === 0 ? 1 : step);
const sizeOf = (x: TensorType | undefined, axis: number): number => x?.shape[axis] ?? 1;

export const slice: LayerDefinition<typeof fields> = {
  type: 'slice',
  version: 1,
  title: text('Slice', '截取'),
  category: 'shape',
  doc: {
    summary: text(
      'Keeps a range of one axis, or every so-many-th position of it. With start −1 on the axis of positions it keeps the last token, from which a sequence can be classified.',
      '保留某个轴上的一段，也可每隔若干位置取一个。在位置轴上以 −1 为起点，便只保留最后一个词元，可据此对序列分类。',
    ),
    when: text(
      'Where only part of what comes in is needed: the last token, some of the features, a crop.',
      '只需要输入的一部分时使用：最后一个词元、若干特征，或裁剪一块。',
    ),
    formula: String.raw`y_{n, \ldots, i, \ldots} = x_{n, \ldots, \mathrm{start} + i \cdot \mathrm{step}, \ldots}, \quad 0 \le i \cdot \mathrm{step} < \mathrm{end} - \mathrm{start}`,
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
  face: ({ start, end, step }) =>
    `${start} : ${end === 0 ? '' : end}${stepOf(step) === 1 ? '' : ` : ${step}`}`.trim(),
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
  build(g, { axis, start, end, step }, { x }) {
    const taken = range(sizeOf(x, axis), start, end);
    const apart = stepOf(step);
    return g.emit(sliceOp, { x }, { axis, ...taken, ...(apart !== 1 && { step: apart }) });
  },
  pytorch({ axis, start, end, step }) {
    const apart = stepOf(step);
    const range = `start=${start}, end=${end === 0 ? 'None' : end}`;
    return `Slice(dim=${axis}, ${range}${apart === 1 ? '' : `, step=${apart}`})  # x[..., start:end]`;
  },
  pytorchClass: `class Slice(nn.Module):
    def __init__(self, dim, start, end, step=1):
        super().__init__()
        self.dim, self.step = dim, step
        self.where = (slice(None),) * dim + (slice(start, end),)
        self.every = (slice(None),) * dim + (slice(None, None, abs(step)),)

    def forward(self, x):
        taken = x[self.where]
        if self.step < 0:
            taken = taken.flip(self.dim)
        return taken[self.every]`,
};
