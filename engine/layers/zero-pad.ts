import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { lowest } from '../ops/mask-scores.ts';
import { zeroPad as zeroPadOp } from '../ops/zero-pad.ts';
import type { InputTypes, LayerDefinition, LayerProblem } from './contract.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

const side = (en: string, zh: string, help: ReturnType<typeof text>, count: number) =>
  ({ kind: 'integer', label: text(en, zh), help, min: 0, max: 1024, default: count }) as const;

const fields = {
  left: side(
    'Left',
    '左',
    text(
      'Columns of zeros before an image, or zeros before a signal.',
      '图像左侧补零的列数，或信号之前补零的个数。',
    ),
    1,
  ),
  right: side(
    'Right',
    '右',
    text(
      'Columns of zeros behind an image, or zeros behind a signal.',
      '图像右侧补零的列数，或信号之后补零的个数。',
    ),
    1,
  ),
  top: side(
    'Top',
    '上',
    text('Rows of zeros above an image; none for a signal.', '图像上方补零的行数；信号没有。'),
    0,
  ),
  bottom: side(
    'Bottom',
    '下',
    text('Rows of zeros below an image; none for a signal.', '图像下方补零的行数；信号没有。'),
    0,
  ),
  value: {
    kind: 'number',
    label: text('Number', '填充值'),
    help: text('What is put around: 0, or any other number.', '填入的数：0 或其他任意数。'),
    min: lowest,
    max: -lowest,
    default: 0,
    step: 0.1,
  },
} as const satisfies Fields;

function checkRowsOfSignal(field: 'top' | 'bottom', rows: number, { x }: InputTypes): LayerProblem[] {
  if (rows === 0 || x?.shape.length !== 3) return [];
  return [
    {
      code: 'no-rows',
      field,
      message: text(
        `A signal (N×C×L) has no rows to add; expected 0, found ${rows}.`,
        `信号（N×C×L）没有行可补；此处须为 0，实际为 ${rows}。`,
      ),
    },
  ];
}

export const zeroPad: LayerDefinition<typeof fields> = {
  type: 'zero-pad',
  version: 1,
  title: text('ZeroPad', '零填充（ZeroPad）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Puts zeros, or another number, around images or signals, as many on each side as you like: where a layer needs another size, or padding that is not the same on both sides.',
      '在图像或信号四周补零（或其他数），每一侧可各补不同数量：用于凑成某层需要的大小，或两侧不等的填充。',
    ),
    when: text(
      'Where two branches differ by a row or a column, or a shortcut has to grow by channels without weights.',
      '两个分支的大小差一行或一列时使用，或捷径需要不带权重地增加通道。',
    ),
    formula: String.raw`y_{c,\; i + \mathrm{top},\; j + \mathrm{left}} = x_{c,i,j}, \quad 0 \text{ elsewhere}`,
    references: [
      {
        title: 'A guide to convolution arithmetic for deep learning',
        authors: 'V. Dumoulin, F. Visin',
        year: 2016,
        url: 'https://arxiv.org/abs/1603.07285',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face({ left, right, top, bottom, value }, { x }) {
    const sides = `← ${left} · → ${right}${x?.shape.length === 3 ? '' : ` · ↑ ${top} · ↓ ${bottom}`}`;
    return value === 0 ? sides : `${sides} · ${value}`;
  },
  check: ({ top, bottom }, inputs) => [
    ...checkNumbers(inputs, 'x'),
    ...checkImagesOrSignals(inputs, 'x'),
    ...checkRowsOfSignal('top', top, inputs),
    ...checkRowsOfSignal('bottom', bottom, inputs),
  ],
  weights: () => [],
  build(g, { left, right, top, bottom, value }, { x }) {
    const pads = x.shape.length === 3 ? [left, right] : [top, left, bottom, right];
    return g.emit(zeroPadOp, { x }, { pads, ...(value !== 0 && { value }) });
  },
  pytorch: ({ left, right, top, bottom, value }, { x }) =>
    x?.shape.length === 3
      ? `nn.ConstantPad1d((${left}, ${right}), ${value === 0 ? '0.0' : value})`
      : value === 0
        ? `nn.ZeroPad2d((${left}, ${right}, ${top}, ${bottom}))`
        : `nn.ConstantPad2d((${left}, ${right}, ${top}, ${bottom}), ${value})`,
};
