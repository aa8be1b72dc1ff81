import { sameShape, shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { add as addOp } from '../ops/add.ts';
import type { Tensor } from '../ops/contract.ts';
import type { InputTypes, LayerDefinition, LayerProblem, Port } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const port = (name: string): Port => ({ name, label: text(name, name), carries: 'numbers' });

function checkShapes(inputs: InputTypes): LayerProblem[] {
  const { a } = inputs;
  if (a === undefined) return [];
  return names.slice(1).flatMap((name): LayerProblem[] => {
    const other = inputs[name];
    if (other === undefined || sameShape(a.shape, other.shape)) return [];
    const [first, second] = [shapeLabel(a.shape), shapeLabel(other.shape)];
    return [
      {
        code: 'shape-mismatch',
        port: name,
        message: text(
          `Only equal shapes can be added: "a" is ${first}, found ${second} at "${name}"; a 1×1 convolution or a Linear layer makes them equal.`,
          `只有形状相同才能相加：“a”为 ${first}，“${name}”实际为 ${second}；可用 1×1 卷积或线性层使其一致。`,
        ),
      },
    ];
  });
}

export const add: LayerDefinition<Record<string, never>> = {
  type: 'add',
  version: 1,
  title: text('Add', '相加'),
  category: 'linear',
  doc: {
    summary: text(
      'The sum of two to four inputs of one shape. Around a branch it is the shortcut of a residual block: the branch has to learn only what is to be changed.',
      '两到四个形状相同的输入之和。绕过一个分支相加，就是残差块的捷径：分支只需学习要改变的部分。',
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
    inputs: [port('a'), port('b'), { ...port('c'), optional: true }, { ...port('d'), optional: true }],
    outputs: [port('y')],
  },
  example: {
    a: { shape: [2, 4, 3, 3], dtype: 'float32' },
    b: { shape: [2, 4, 3, 3], dtype: 'float32' },
  },
  face: () => '',
  check: (_params, inputs) => [
    ...names.flatMap((name) => checkNumbers(inputs, name)),
    ...checkShapes(inputs),
  ],
  weights: () => [],
  build(g, _params, inputs: Readonly<Record<string, Tensor | undefined>>) {
    const [first, ...more] = names.flatMap((name) => inputs[name] ?? []);
    return { y: more.reduce((sum, next) => g.emit(addOp, { a: sum, b: next }).y, first as Tensor) };
  },
  pytorch: () => 'Add()',
};
