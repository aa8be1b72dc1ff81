import { text } from '../declaration/text.ts';
import { wholeNumbersOf } from '../ops/convert.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

export const tokensOfNumbers: LayerDefinition = {
  type: 'tokens-of-numbers',
  version: 1,
  title: text('Tokens of numbers', '数值转词元'),
  category: 'shape',
  doc: {
    summary: text(
      'Numbers as tokens, which an Embedding looks up in its table; what stands behind the point is cut off. No gradient goes back.',
      '把数变成词元，供嵌入层查表；小数部分舍去。不传回梯度。',
    ),
    when: text(
      'Where positions that were counted, or places that were computed, have rows of their own in a table.',
      '数出来的位置或算出来的编号在表中各有一行时使用。',
    ),
    formula: String.raw`t_i = \lfloor x_i \rfloor \quad (x_i \ge 0)`,
    references: [
      {
        title: 'Array Programming with NumPy',
        authors: 'C. R. Harris et al.',
        year: 2020,
        url: 'https://doi.org/10.1038/s41586-020-2649-2',
      },
    ],
  },
  fields: {},
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('tokens', '词元'), carries: 'labels' }],
  },
  face: () => '',
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  build: (g, _params, { x }) => g.emit(wholeNumbersOf, { x }),
  pytorch: () => 'TokensOfNumbers()  # x.long()',
  pytorchClass: `class TokensOfNumbers(nn.Module):
    def forward(self, x):
        return x.long()`,
};
