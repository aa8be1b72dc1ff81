import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { linear as linearOp } from '../ops/linear.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import { biasOf, initialFields, initialWeights } from './initial-weights.ts';
import { checkFeatures, checkNumbers } from './port-checks.ts';

const fields = {
  outFeatures: {
    kind: 'integer',
    label: text('Out features', '输出特征数'),
    help: text(
      'How many numbers come out for each sample. The number that goes in follows from the wire.',
      '每个样本输出几个数值。输入几个由连线决定。',
    ),
    min: 1,
    max: 65536,
    default: 4,
  },
  bias: {
    kind: 'boolean',
    label: text('Bias', '偏置'),
    help: text(
      'Adds a trained number to each output, so that it need not be 0 where all inputs are.',
      '给每个输出加上一个可训练的数，使输入全为 0 时输出不必为 0。',
    ),
    default: true,
  },
  ...initialFields,
} as const satisfies Fields;

const inFeatures = (inputs: InputTypes): number | undefined =>
  inputs.x && inputs.x.shape.length >= 2 ? inputs.x.shape.at(-1) : undefined;

export const linear: LayerDefinition<typeof fields> = {
  type: 'linear',
  version: 1,
  title: text('Linear', '线性层'),
  category: 'linear',
  doc: {
    summary: text(
      'Every output is a weighted sum of all inputs, plus a bias. The weights are what the network learns. Of a sequence or an image, each row is treated alike.',
      '每个输出都是全部输入的加权和，再加一个偏置。网络学的就是这些权重。输入为序列或图像时，每一行都以同样的方式处理。',
    ),
    when: text(
      'For data in rows, with an activation between two of them, and last in nearly every network: one output for each class or number.',
      '用于成行的数据，两层之间放一个激活；几乎所有网络也以它收尾：每个类别或数值一个输出。',
    ),
    formula: String.raw`y = x W + b, \quad W \in \mathbb{R}^{\mathrm{in} \times \mathrm{out}}`,
    references: [
      {
        title: 'The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain',
        authors: 'F. Rosenblatt',
        year: 1958,
        url: 'https://doi.org/10.1037/h0042519',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ outFeatures }, inputs) => `${inFeatures(inputs) ?? '?'} → ${outFeatures}`,
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkFeatures(inputs, 'x')],
  weights({ outFeatures, bias, ...initial }, inputs) {
    const fanIn = inFeatures(inputs);
    if (fanIn === undefined) return [];
    const fan = { fanIn, fanOut: outFeatures };
    return [
      { name: 'weight', shape: [fanIn, outFeatures], ...initialWeights(initial), ...fan },
      ...(bias ? [biasOf('bias', outFeatures, fan)] : []),
    ];
  },
  build: (g, _params, { x }, { weight, bias }) => g.emit(linearOp, { x, w: weight, b: bias }),
  pytorch: ({ outFeatures, bias }, inputs) =>
    `nn.Linear(${inFeatures(inputs) ?? '?'}, ${outFeatures}${bias ? '' : ', bias=False'})`,
  pytorchWeights: { weight: { name: 'weight', transposed: true } },
};
