import type { Fields } from '../declaration/fields.ts';
import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { concat as concatOp } from '../ops/concat.ts';
import { axisField, checkAxis } from './axis.ts';
import type { InputTypes, LayerDefinition, LayerProblem, Port } from './contract.ts';

const fields = {
  axis: axisField(
    text(
      'The axis along which they are put behind one another: 1 is the first behind the batch, such as features or channels.',
      '沿哪个轴首尾相接：1 为批之后的第一个轴，例如特征或通道。',
    ),
  ),
} as const satisfies Fields;

const parts = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const ports: readonly Port[] = parts.map((name, at) => ({
  name,
  label: text(name, name),
  carries: 'any',
  ...(at > 1 && { optional: true as const }),
}));

/** Parts that differ from the first in more than the axis. */
function checkParts(axis: number, inputs: InputTypes): LayerProblem[] {
  const { a } = inputs;
  if (a === undefined) return [];
  return parts.flatMap((port) => {
    const part = inputs[port];
    const fits =
      part === undefined ||
      (part.dtype === a.dtype &&
        part.shape.length === a.shape.length &&
        part.shape.every((size, at) => at === axis || size === a.shape[at]));
    if (fits) return [];
    if (part.dtype !== a.dtype) {
      return [
        {
          code: 'dtype-mismatch',
          port,
          message: text(
            `"a" and "${port}" must both hold whole numbers or both measured ones; one holds each.`,
            `“a”与“${port}”须同为整数或同为普通数值；实际两者不同。`,
          ),
        },
      ];
    }
    return [
      {
        code: 'shape-mismatch',
        port,
        message: text(
          `"a" is ${shapeLabel(a.shape)} and "${port}" is ${shapeLabel(part.shape)}; they may differ in axis ${axis} only.`,
          `“a”为 ${shapeLabel(a.shape)}，“${port}”为 ${shapeLabel(part.shape)}；二者只能在轴 ${axis} 上不同。`,
        ),
      },
    ];
  });
}

export const concat: LayerDefinition<typeof fields> = {
  type: 'concat',
  version: 1,
  title: text('Concat', '拼接'),
  category: 'shape',
  doc: {
    summary: text(
      'Puts two to six inputs behind one another along one axis. Branches that saw the same input in different ways come together here without being mixed.',
      '把两到六个输入沿一个轴首尾相接。以不同方式看同一输入的各支路在此汇合，而不混在一起。',
    ),
    when: text(
      'Where what two branches have found is to stand side by side, as in a U-Net; if both have the same shape and one only corrects the other, Add is enough.',
      '需要让两个分支的结果并排保留时使用，例如 U-Net；若形状相同、一支只是修正另一支，相加即可。',
    ),
    formula: String.raw`y = [\,a \mid b \mid \cdots\,]_{\mathrm{axis}}`,
    references: [
      {
        title: 'Densely Connected Convolutional Networks',
        authors: 'G. Huang, Z. Liu, L. van der Maaten, K. Q. Weinberger',
        year: 2017,
        url: 'https://arxiv.org/abs/1608.06993',
      },
    ],
  },
  fields,
  ports: { inputs: ports, outputs: [{ name: 'y', label: text('y', 'y'), carries: 'any' }] },
  example: Object.fromEntries(parts.map((name) => [name, { shape: [2, 3], dtype: 'float32' }])),
  face: ({ axis }) => text(`axis ${axis}`, `轴 ${axis}`),
  check({ axis }, inputs) {
    const wrongAxis = checkAxis(inputs.a, axis);
    return wrongAxis.length > 0 ? wrongAxis : checkParts(axis, inputs);
  },
  weights: () => [],
  build: (g, { axis }, inputs) => g.emit(concatOp, inputs, { axis }),
  pytorch: ({ axis }) => `Concat(dim=${axis})  # torch.cat`,
  pytorchClass: `class Concat(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, *parts):
        return torch.cat(parts, self.dim)`,
};
