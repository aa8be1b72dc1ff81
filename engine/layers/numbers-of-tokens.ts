import { text } from '../declaration/text.ts';
import { numbersOf } from '../ops/convert.ts';
import type { LayerDefinition } from './contract.ts';
import { checkTokens } from './port-checks.ts';

export const numbersOfTokens: LayerDefinition = {
  type: 'numbers-of-tokens',
  version: 1,
  title: text('Numbers of tokens', '词元转数值'),
  category: 'shape',
  doc: {
    summary: text(
      'Tokens as numbers to reckon with: the number of each, such as 7 for the token 7. No gradient goes back.',
      '把词元变成可参与运算的数：每个词元取其编号，例如词元 7 得 7。不传回梯度。',
    ),
    when: text(
      'Where it is asked of tokens which of them are padding, or where they stand. Their meaning is learnt by an Embedding instead.',
      '需要由词元判断哪些是填充、各在何处时使用；词元的含义应由嵌入层学习。',
    ),
    formula: String.raw`y_i = t_i`,
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
    inputs: [{ name: 'x', label: text('tokens', '词元'), carries: 'labels' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 5], dtype: 'int32', classes: 9 } },
  face: () => '',
  check: (_params, inputs) => checkTokens(inputs, 'x'),
  weights: () => [],
  build: (g, _params, { x }) => g.emit(numbersOf, { x }),
  pytorch: () => 'NumbersOfTokens()  # x.float()',
  pytorchClass: `class NumbersOfTokens(nn.Module):
    def forward(self, x):
        return x.float()`,
};
