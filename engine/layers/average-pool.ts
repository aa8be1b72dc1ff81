import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { averagePool as averagePoolOp } from '../ops/average-pool.ts';
import { zeroPad } from '../ops/zero-pad.ts';
import type { LayerDefinition } from './contract.ts';
import { checkWindow, windowFace, windowFields, windowOf, windowPytorch } from './pooling-window.ts';

const fields = {
  ...windowFields,
  countPadding: {
    kind: 'boolean',
    label: text('Count the padding', '填充计入平均'),
    help: text(
      'Whether positions beyond the edge count as zeros, which darkens the border, or not at all.',
      '超出边缘的位置按 0 计入平均（边缘因此变暗），还是完全不计。',
    ),
    default: true,
  },
} as const satisfies Fields;

export const averagePool: LayerDefinition<typeof fields> = {
  type: 'average-pool',
  version: 1,
  title: text('AvgPool', '平均池化（AvgPool）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Replaces each window by its mean, so that images or signals get smaller and smoother.',
      '用每个窗口的平均值代替它，图像或信号随之变小、变平滑。',
    ),
    when: text(
      'Where everything in the window counts, such as brightness; where it only matters whether a pattern is there at all, take MaxPool.',
      '窗口内的内容都重要时使用，例如亮度；若只关心图案是否出现，请用最大池化。',
    ),
    formula: String.raw`y_{c,i,j} = \frac{1}{|K|} \sum_{k,l} x_{c,\; i s + k - p,\; j s + l - p}`,
    references: [
      {
        title: 'Gradient-Based Learning Applied to Document Recognition',
        authors: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner',
        year: 1998,
        url: 'https://doi.org/10.1109/5.726791',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face: windowFace,
  check: checkWindow,
  weights: () => [],
  build(g, params, { x }) {
    const window = windowOf(params, x);
    const before = window.pads.slice(0, window.kernel.length);
    const reach = window.pads.slice(window.kernel.length);
    if (!params.countPadding || reach.join() === before.join())
      return g.emit(averagePoolOp, { x }, { ...window, countPadding: params.countPadding ? 1 : 0 });
    // The padding counts, what the last window reaches beyond it does not.
    const padded = before.some((n) => n > 0) ? g.emit(zeroPad, { x }, { pads: [...before, ...before] }).y : x;
    const beyond = [...before.map(() => 0), ...reach.map((n, axis) => n - (before[axis] as number))];
    return g.emit(averagePoolOp, { x: padded }, { ...window, pads: beyond, countPadding: 0 });
  },
  pytorch: (params, inputs) =>
    windowPytorch('AvgPool', params, inputs, ...(params.countPadding ? [] : ['count_include_pad=False'])),
};
