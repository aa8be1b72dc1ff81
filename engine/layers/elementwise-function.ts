import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { elementwiseFunction as functionOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

/** By their names in ONNX, and what PyTorch calls them. */
const functions = {
  Abs: { label: text('absolute value', '绝对值'), face: '|x|', torch: 'abs' },
  Exp: { label: text('exponential', '指数'), face: 'eˣ', torch: 'exp' },
  Log: { label: text('logarithm', '对数'), face: 'ln x', torch: 'log' },
  Sqrt: { label: text('square root', '平方根'), face: '√x', torch: 'sqrt' },
  Reciprocal: { label: text('reciprocal', '倒数'), face: '1 / x', torch: 'reciprocal' },
  Sin: { label: text('sine', '正弦'), face: 'sin x', torch: 'sin' },
  Cos: { label: text('cosine', '余弦'), face: 'cos x', torch: 'cos' },
  Erf: { label: text('error function', '误差函数'), face: 'erf x', torch: 'erf' },
  Floor: { label: text('round down', '向下取整'), face: '⌊x⌋', torch: 'floor' },
  Ceil: { label: text('round up', '向上取整'), face: '⌈x⌉', torch: 'ceil' },
  Round: { label: text('round', '四舍六入五成双'), face: '⌊x⌉', torch: 'round' },
  Sign: { label: text('sign', '符号'), face: 'sgn x', torch: 'sign' },
} as const;

const of = (name: string): (typeof functions)[keyof typeof functions] =>
  functions[name as keyof typeof functions] ?? functions.Exp;

/** A function of PyTorch by its name in ONNX. */
export const torchFunction = (name: string): string => `torch.${of(name).torch}`;

const fields = {
  of: {
    kind: 'choice',
    label: text('Function', '函数'),
    help: text(
      'What becomes of each number. Rounding and the sign let no gradient through.',
      '对每个数做什么运算。取整与符号不传递梯度。',
    ),
    options: Object.entries(functions).map(([value, { label }]) => ({ value, label })),
    default: 'Exp',
  },
} as const satisfies Fields;

export const elementwiseFunction = activation({
  type: 'elementwise-function',
  title: text('Function', '逐元素函数'),
  doc: {
    summary: text(
      'Applies one function to each number by itself. Networks that were opened from files have such steps; a logarithm or a root keeps large numbers small.',
      '对每个数单独施加同一个函数。从文件打开的网络常有这样的步骤；对数或平方根可把很大的数变小。',
    ),
    when: text(
      'Where data or a formula asks for it, such as the logarithm of prices; as an activation take one of those made for it.',
      '数据或公式需要时使用，例如对价格取对数；作激活函数时，请用专门的激活层。',
    ),
    formula: String.raw`y_i = f(x_i)`,
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
  op: functionOp,
  attributes: ({ of: name }) => ({ of: name }),
  face: ({ of: name }) => of(name).face,
  pytorch: ({ of: name }) => `Function(${torchFunction(name)})`,
  pytorchClass: `class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)`,
});
