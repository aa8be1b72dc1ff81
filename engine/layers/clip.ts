import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { atLeast, atMost } from '../ops/activations.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  hasLow: {
    kind: 'boolean',
    label: text('Has a least number', '有下限'),
    help: text('Whether smaller numbers become the least one.', '小于下限的数是否改为下限。'),
    default: true,
  },
  low: {
    kind: 'number',
    label: text('Least', '下限'),
    help: text('No number that comes out is smaller.', '输出的数都不小于它。'),
    min: -1e30,
    max: 1e30,
    default: 0,
    step: 0.1,
    when: { field: 'hasLow', is: [true] },
  },
  hasHigh: {
    kind: 'boolean',
    label: text('Has a largest number', '有上限'),
    help: text('Whether larger numbers become the largest one.', '大于上限的数是否改为上限。'),
    default: true,
  },
  high: {
    kind: 'number',
    label: text('Largest', '上限'),
    help: text('No number that comes out is larger.', '输出的数都不大于它。'),
    min: -1e30,
    max: 1e30,
    default: 1,
    step: 0.1,
    when: { field: 'hasHigh', is: [true] },
  },
} as const satisfies Fields;

export const clip: LayerDefinition<typeof fields> = {
  type: 'clip',
  version: 1,
  title: text('Clip', '数值截断'),
  category: 'activation',
  doc: {
    summary: text(
      'Keeps numbers between two bounds, or on one side of one: what lies beyond becomes the bound, and lets no gradient through.',
      '把数限制在两个界限之间，或某个界限的一侧：超出的部分取界限值，且不传递梯度。',
    ),
    when: text(
      'Before a logarithm or a division, so that nothing comes too near to 0; or for pixels, which must stay within their range.',
      '用在对数或除法之前，避免过于接近 0；或用于像素，使其不超出取值范围。',
    ),
    formula: String.raw`y = \min(\max(x, \mathrm{low}), \mathrm{high})`,
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
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ hasLow, low, hasHigh, high }) =>
    [hasLow ? `${low} ≤` : '', 'y', hasHigh ? `≤ ${high}` : ''].filter((part) => part !== '').join(' '),
  check({ hasLow, low, hasHigh, high }, inputs) {
    const ofPort = checkNumbers(inputs, 'x');
    if (!hasLow && !hasHigh) {
      const message = text(
        'It does nothing without a bound; expected at least one of them.',
        '没有界限时什么都不做；至少应有其中之一。',
      );
      return [...ofPort, { code: 'does-nothing', field: 'hasLow', message }];
    }
    if (!hasLow || !hasHigh || low < high) return ofPort;
    const message = text(
      `The largest number must be above the least, ${low}; found ${high}.`,
      `上限须大于下限 ${low}，实际为 ${high}。`,
    );
    return [...ofPort, { code: 'bounds-out-of-order', field: 'high', message }];
  },
  weights: () => [],
  build(g, { hasLow, low, hasHigh, high }, { x }) {
    const raised = hasLow ? g.emit(atLeast, { x }, { bound: low }).y : x;
    return { y: hasHigh ? g.emit(atMost, { x: raised }, { bound: high }).y : raised };
  },
  pytorch: ({ hasLow, low, hasHigh, high }) =>
    `Clip(${hasLow ? low : 'None'}, ${hasHigh ? high : 'None'})  # x.clamp`,
  pytorchClass: `class Clip(nn.Module):
    def __init__(self, low, high):
        super().__init__()
        self.low, self.high = low, high

    def forward(self, x):
        return x.clamp(self.low, self.high)`,
};
