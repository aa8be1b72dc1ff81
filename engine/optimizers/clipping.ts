import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';

/** How gradients that are too large are kept in bounds before an update. */
export const clippingFields = {
  by: {
    kind: 'choice',
    label: text('Clip gradients', '梯度裁剪'),
    help: text(
      'By norm, all gradients together are shortened and keep their direction; by value, each number is cut off for itself.',
      '按范数：所有梯度一起缩短，方向不变；按数值：每个数单独截断。',
    ),
    options: [
      { value: 'none', label: text('not at all', '不裁剪') },
      { value: 'norm', label: text('by global norm', '按全局范数') },
      { value: 'value', label: text('by value', '按数值') },
    ],
    default: 'none',
  },
  limit: {
    kind: 'number',
    label: text('Largest', '上限'),
    help: text(
      'The greatest norm of all gradients, or the greatest size of each number in them.',
      '全部梯度的最大范数，或其中每个数的最大绝对值。',
    ),
    min: 0,
    max: 1e6,
    exclusiveMin: true,
    default: 1,
    step: 0.1,
    when: { field: 'by', is: ['norm', 'value'] },
  },
} as const satisfies Fields;
