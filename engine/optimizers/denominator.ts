import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';

/** What optimizers that divide by the root of a sum of squares s let a person set about it. */
export const denominatorFields = {
  epsilon: {
    kind: 'number',
    label: text('ε', 'ε'),
    help: text('Keeps the division from blowing up where gradients vanish.', '防止梯度趋于零时除法失控。'),
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 1e-8,
    step: 1e-8,
  },
  form: {
    kind: 'choice',
    label: text('Place of ε', 'ε 的位置'),
    help: text(
      'Under the root, or added to it as PyTorch does. It matters where gradients are about as small as ε or √ε.',
      '放在根号内，或像 PyTorch 那样加在根号外。只有梯度小到 ε 或 √ε 的量级时才有差别。',
    ),
    options: [
      { value: 'inside', label: text('under the root: √(s + ε)', '根号内：√(s + ε)') },
      {
        value: 'pytorch',
        label: text('beside it, as in PyTorch: √s + ε', '根号外（PyTorch 的形式）：√s + ε'),
      },
    ],
    default: 'inside',
  },
} as const satisfies Fields;

/** The two numbers that √(s + inner) + outer takes; one of them is 0. */
export const denominator = (epsilon: number, form: string): { inner: number; outer: number } =>
  form === 'pytorch' ? { inner: 0, outer: epsilon } : { inner: epsilon, outer: 0 };
