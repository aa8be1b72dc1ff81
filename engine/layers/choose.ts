import type { Fields } from '../declaration/fields.ts';
import { sameShape, shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { choose as chooseOp } from '../ops/choose.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  value: {
    kind: 'number',
    label: text('Instead', '替代值'),
    help: text(
      'What stands where nothing is wired to b, and the condition is 0.',
      '端口 b 未连线时，条件为 0 处取的值。',
    ),
    min: -1e38,
    max: 1e38,
    default: 0,
    step: 0.1,
  },
} as const satisfies Fields;

export const choose: LayerDefinition<typeof fields> = {
  type: 'choose',
  version: 1,
  title: text('Choose', '按条件选取'),
  category: 'shape',
  doc: {
    summary: text(
      'Takes each number from one of two tensors, as a third one of the same shape says: where that is not 0 from a, elsewhere from b, or one number for all.',
      '按第三个同形状的张量，逐个从两个张量中取数：该张量不为 0 处取 a，其余处取 b，或统一取一个数。',
    ),
    when: text(
      'Where a function has pieces, or a mask hides part of what comes in. The condition is made of numbers, such as by Sign, and gets no gradient.',
      '函数分段定义，或掩码遮住部分输入时使用。条件由数值得出（例如用符号函数），不接收梯度。',
    ),
    formula: String.raw`y_i = \begin{cases} a_i & c_i \ne 0 \\ b_i & c_i = 0 \end{cases}`,
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
    inputs: [
      { name: 'condition', label: text('condition', '条件'), carries: 'numbers' },
      { name: 'a', label: text('a', 'a'), carries: 'numbers' },
      { name: 'b', label: text('b', 'b'), carries: 'numbers', optional: true },
    ],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ value }, { b }) => (b === undefined ? `c ? a : ${value}` : 'c ? a : b'),
  check(_params, inputs) {
    const ports = ['condition', 'a', 'b'] as const;
    const problems: LayerProblem[] = ports.flatMap((port) => checkNumbers(inputs, port));
    const { condition } = inputs;
    if (problems.length > 0 || condition === undefined) return problems;
    for (const port of ['a', 'b'] as const) {
      const operand = inputs[port];
      if (operand === undefined || sameShape(operand.shape, condition.shape)) continue;
      const [expected, found] = [shapeLabel(condition.shape), shapeLabel(operand.shape)];
      problems.push({
        code: 'shape-mismatch',
        port,
        message: text(
          `It must have the shape of the condition, ${expected}; found ${found}.`,
          `形状须与条件相同，即 ${expected}；实际为 ${found}。`,
        ),
      });
    }
    return problems;
  },
  weights: () => [],
  build: (g, { value }, { condition, a, b }) =>
    g.emit(chooseOp, { condition, a, b }, b === undefined ? { value } : {}),
  pytorch: ({ value }, { b }) =>
    `Choose(${b === undefined ? value : ''})  # torch.where(condition != 0, a, b)`,
  pytorchClass: `class Choose(nn.Module):
    def __init__(self, value=0.0):
        super().__init__()
        self.value = value

    def forward(self, condition, a, b=None):
        return torch.where(condition != 0, a, torch.full_like(a, self.value) if b is None else b)`,
};
