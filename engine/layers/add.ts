import { text } from '../declaration/text.ts';
import { add as addOp } from '../ops/add.ts';
import type { Tensor } from '../ops/contract.ts';
import type { LayerDefinition } from './contract.ts';
import { aligned, checkOperands, operandPort } from './operands.ts';

const names = ['a', 'b', 'c', 'd'] as const;

export const add: LayerDefinition<Record<string, never>> = {
  type: 'add',
  version: 1,
  title: text('Add', '相加'),
  category: 'linear',
  doc: {
    summary: text(
      'The sum of two to four inputs. Around a branch it is the shortcut of a residual block: the branch has to learn only what is to be changed. Sizes of 1 are repeated to fit the other input.',
      '两到四个输入之和。绕过一个分支相加，就是残差块的捷径：分支只需学习要改变的部分。大小为 1 的维度会重复，以适合另一输入。',
    ),
    when: text(
      'To lead a shortcut around one or more layers: with shortcuts, networks of dozens of layers still train.',
      '需要让捷径绕过一层或几层时使用；有了捷径，几十层的网络也能训练。',
    ),
    formula: String.raw`y = a + b + \ldots`,
    references: [
      {
        title: 'Deep Residual Learning for Image Recognition',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2015,
        url: 'https://arxiv.org/abs/1512.03385',
      },
    ],
  },
  fields: {},
  ports: {
    inputs: [
      operandPort('a'),
      operandPort('b'),
      { ...operandPort('c'), optional: true },
      { ...operandPort('d'), optional: true },
    ],
    outputs: [operandPort('y')],
  },
  example: {
    a: { shape: [2, 4, 3, 3], dtype: 'float32' },
    b: { shape: [2, 4, 3, 3], dtype: 'float32' },
  },
  face: () => '',
  check: (_params, inputs) => checkOperands(inputs, names, '+'),
  weights: () => [],
  build(g, _params, inputs: Readonly<Record<string, Tensor | undefined>>) {
    const given = names.flatMap((name) => inputs[name] ?? []);
    const rank = Math.max(...given.map(({ shape }) => shape.length));
    const [first, ...more] = given.map((x) => aligned(g, x, rank));
    return { y: more.reduce((sum, next) => g.emit(addOp, { a: sum, b: next }).y, first as Tensor) };
  },
  pytorch: (_params, inputs) => {
    const given = names.filter((name, at) => at < 2 || inputs[name] !== undefined);
    return `Add()  # ${given.join(' + ')}`;
  },
  pytorchClass: `class Add(nn.Module):
    def forward(self, first, *others):
        return sum(others, first)`,
};
