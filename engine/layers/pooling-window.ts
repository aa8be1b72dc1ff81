import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Face, InputTypes, LayerProblem } from './contract.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

/** A window that moves over images or signals, as a person sets it. */
export const windowFields = {
  kernelSize: {
    kind: 'integer',
    label: text('Window', '窗口大小'),
    help: text(
      'How many neighbouring elements one output is made of, along each axis.',
      '每个输出由每个方向上相邻的多少个元素得出。',
    ),
    min: 1,
    max: 1024,
    default: 2,
  },
  stride: {
    kind: 'integer',
    label: text('Stride', '步幅'),
    help: text(
      'How far the window moves from one output to the next; 2 halves the size.',
      '窗口从一个输出到下一个输出移动的距离；取 2 时尺寸减半。',
    ),
    min: 1,
    max: 1024,
    default: 2,
  },
  padding: {
    kind: 'integer',
    label: text('Padding', '填充'),
    help: text(
      'How far the window may reach beyond each edge; at most half of it.',
      '窗口可以超出每一侧边缘多少，至多为窗口的一半。',
    ),
    min: 0,
    max: 512,
    default: 0,
  },
  rectangular: {
    kind: 'boolean',
    label: text('Rectangular', '长方形窗口'),
    help: text(
      'For images: the numbers above are for rows, and columns have their own.',
      '用于图像：以上数值只管行方向，列方向另行设置。',
    ),
    default: false,
  },
  kernelWidth: {
    kind: 'integer',
    label: text('Window width', '窗口宽度'),
    help: text('Columns that the window covers.', '窗口覆盖的列数。'),
    min: 1,
    max: 1024,
    default: 2,
    when: { field: 'rectangular', is: [true] },
  },
  strideWidth: {
    kind: 'integer',
    label: text('Stride of columns', '列步幅'),
    help: text('Columns from one output to the next.', '从一个输出到下一个输出移动的列数。'),
    min: 1,
    max: 1024,
    default: 2,
    when: { field: 'rectangular', is: [true] },
  },
  paddingWidth: {
    kind: 'integer',
    label: text('Padding of columns', '列填充'),
    help: text(
      'How far the window may reach beyond the left and the right edge.',
      '窗口可以超出左右边缘多少列。',
    ),
    min: 0,
    max: 512,
    default: 0,
    when: { field: 'rectangular', is: [true] },
  },
  ceil: {
    kind: 'boolean',
    label: text('Ceil mode', '向上取整'),
    help: text(
      'Whether what is left at the end and does not fill a window gets an output too: the size is rounded up, not down.',
      '末尾剩下、不足一个窗口的部分是否也产生一个输出：尺寸向上取整，而不是向下取整。',
    ),
    default: false,
  },
} as const satisfies Fields;

export type WindowParams = ParamsOf<typeof windowFields>;

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** The window along each axis of what goes in; along both axes of an image as long as nothing does. */
function axesOf(params: WindowParams, x: TensorType | undefined): readonly Axis[] {
  const { kernelSize, stride, padding, rectangular } = params;
  const first = { kernel: kernelSize, stride, padding };
  if (x?.shape.length === 3) return [first];
  const { kernelWidth, strideWidth, paddingWidth } = params;
  return [first, rectangular ? { kernel: kernelWidth, stride: strideWidth, padding: paddingWidth } : first];
}

/** Places where a window stops; one that would begin in the padding behind is none. */
function stopsOf({ kernel, stride, padding }: Axis, size: number, ceil: boolean): number {
  const room = (size + 2 * padding - kernel) / stride;
  if (!ceil) return Math.floor(room) + 1;
  const stops = Math.ceil(room) + 1;
  return (stops - 1) * stride >= size + padding ? stops - 1 : stops;
}

/** Attributes of the op. Where sizes are rounded up, the last window reaches beyond the padding behind. */
export function windowOf(params: WindowParams, x: TensorType) {
  const axes = axesOf(params, x);
  const ends = axes.map((axis, at) => {
    const size = x.shape[at + 2] as number;
    const last = (stopsOf(axis, size, params.ceil) - 1) * axis.stride - axis.padding;
    return Math.max(axis.padding, last + axis.kernel - size);
  });
  return {
    kernel: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pads: [...axes.map(({ padding }) => padding), ...ends],
  };
}

export function checkWindow(params: WindowParams, inputs: InputTypes): LayerProblem[] {
  const { x } = inputs;
  const problems = [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')];
  const axes = axesOf(params, x);
  if (params.rectangular && x?.shape.length === 3) {
    problems.push({
      code: 'no-width',
      field: 'rectangular',
      message: text(
        'A window with a height and a width needs images (N×C×H×W), found a signal (N×C×L).',
        '分别设置高和宽的窗口需要图像（N×C×H×W），实际输入为信号（N×C×L）。',
      ),
    });
  }
  for (const [axis, { kernel, padding }] of axes.entries()) {
    const field = axis === 0 ? 'padding' : 'paddingWidth';
    if (2 * padding <= kernel || (axis === 1 && !params.rectangular)) continue;
    problems.push({
      code: 'padding-too-large',
      field,
      message: text(
        `Padding may be at most half of the window of ${kernel}, found ${padding}.`,
        `填充至多为窗口大小 ${kernel} 的一半，实际为 ${padding}。`,
      ),
    });
  }
  if (x === undefined || problems.length > 0) return problems;
  const padded = axes.map(({ padding }, axis) => (x.shape[axis + 2] as number) + 2 * padding);
  const tooLarge = axes.findIndex((axis, at) => stopsOf(axis, x.shape[at + 2] as number, params.ceil) < 1);
  if (tooLarge === -1) return [];
  const [window, size] = [axes.map(({ kernel }) => kernel).join('×'), padded.join('×')];
  return [
    {
      code: 'kernel-too-large',
      field: tooLarge === 1 && params.rectangular ? 'kernelWidth' : 'kernelSize',
      message: text(
        `The window of ${window} is larger than the padded input of ${size}.`,
        `${window} 的窗口大于填充后的输入 ${size}。`,
      ),
    },
  ];
}

const together = (values: readonly number[], separator: string): string =>
  new Set(values).size === 1 ? `${values[0]}` : values.join(separator);

/** `3×3 · s2 · p1`; without padding where there is none, and with a word where sizes are rounded up. */
export function windowFace(params: WindowParams, { x }: InputTypes): Face {
  const axes = axesOf(params, x);
  const padding = together(
    axes.map((axis) => axis.padding),
    '×',
  );
  const kernel = axes.map((axis) => axis.kernel).join('×');
  const stride = together(
    axes.map((axis) => axis.stride),
    '×',
  );
  const line = [kernel, `s${stride}`, ...(padding === '0' ? [] : [`p${padding}`])].join(' · ');
  return params.ceil ? text(`${line} · ceil`, `${line} · 向上取整`) : line;
}

/** `nn.MaxPool2d(3, stride=2, padding=1)` for `MaxPool`. */
export function windowPytorch(
  name: string,
  params: WindowParams,
  { x }: InputTypes,
  ...further: readonly string[]
): string {
  const axes = axesOf(params, x);
  const values = (of: (axis: Axis) => number): string => {
    const text = together(axes.map(of), ', ');
    return text.includes(',') ? `(${text})` : text;
  };
  const padding = values((axis) => axis.padding);
  const options = [
    values((axis) => axis.kernel),
    `stride=${values((axis) => axis.stride)}`,
    ...(padding === '0' ? [] : [`padding=${padding}`]),
    ...(params.ceil ? ['ceil_mode=True'] : []),
    ...further,
  ];
  return `nn.${name}${axes.length}d(${options.join(', ')})`;
}
