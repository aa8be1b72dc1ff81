import { text } from '../declaration/text.ts';
import { add } from '../ops/add.ts';
import { padAxis } from '../ops/slice.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers, checkSequence } from './port-checks.ts';

export const classToken: LayerDefinition = {
  type: 'class-token',
  version: 1,
  title: text('Class token', '分类词元'),
  category: 'attention',
  doc: {
    summary: text(
      'Puts one trained position before a sequence. Attention gathers there what the whole sequence says; a Slice of the first position hands it to the classifier.',
      '在序列之前加上一个可训练的位置。注意力把整个序列的信息汇集到这里；再用“截取”取出第一个位置交给分类层。',
    ),
    when: text(
      'For classifying a sequence as a Transformer for images does. The mean over all positions does about as well and needs no weights.',
      '像图像 Transformer 那样对整个序列分类时使用；对所有位置取平均效果相近，且不需要权重。',
    ),
    formula: String.raw`y_{n, 0} = c, \quad y_{n, t + 1} = x_{n, t}`,
    references: [
      {
        title: 'An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale',
        authors: 'A. Dosovitskiy et al.',
        year: 2020,
        url: 'https://arxiv.org/abs/2010.11929',
      },
    ],
  },
  fields: {},
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 4], dtype: 'float32' } },
  face: () => '+ 1',
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkSequence(inputs, 'x')],
  weights(_params, { x }) {
    const width = x?.shape[2];
    return width === undefined
      ? []
      : [{ name: 'weight', shape: [1, width], initializer: 'project', fanIn: width, fanOut: width }];
  },
  // The token stands where the sequence has a row of zeros, and the sequence where the token has them.
  build(g, _params, { x }, { weight }) {
    const length = x?.shape[1] as number;
    const a = g.emit(padAxis, { x }, { axis: 1, before: 1, after: 0 }).y;
    const b = g.emit(padAxis, { x: weight }, { axis: 0, before: 0, after: length }).y;
    return g.emit(add, { a, b });
  },
  pytorch: (_params, { x }) => `ClassToken(${x?.shape[2] ?? '?'})`,
  pytorchClass: `class ClassToken(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, width) / width**0.5)

    def forward(self, x):
        return torch.cat([self.weight.expand(x.shape[0], 1, -1), x], dim=1)`,
};
