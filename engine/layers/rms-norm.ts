import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import { epsilonField, normPorts, normWeights } from './norm-declarations.ts';
import { checkNumbers, sampleSize } from './port-checks.ts';
import { emitRowNorm } from './row-norm-layer.ts';

const fields = {
  ...epsilonField,
  scale: {
    kind: 'boolean',
    label: text('Scale', '缩放'),
    help: text('Multiplies each feature by a trained γ afterwards.', '归一化之后每个特征再乘以可训练的 γ。'),
    default: true,
  },
} as const satisfies Fields;

const features = (inputs: InputTypes): number | undefined => {
  const shape = inputs['x']?.shape ?? [];
  return shape.length < 2 ? undefined : shape.at(-1);
};

export const rmsNorm: LayerDefinition<typeof fields> = {
  type: 'rms-norm',
  version: 1,
  title: text('RMSNorm', '均方根归一化（RMSNorm）'),
  category: 'normalisation',
  doc: {
    summary: text(
      'LayerNorm without the mean: divides the features of each sample or position by their root mean square. Cheaper, and about as good; common in large language models.',
      '不减均值的层归一化：每个样本或位置的特征除以它们的均方根。更省计算，效果相当，大语言模型中常见。',
    ),
    when: text(
      'Instead of LayerNorm in Transformers, above all in large ones.',
      '在 Transformer 中代替层归一化，尤其是较大的模型。',
    ),
    formula: String.raw`y = \gamma \odot \frac{x}{\sqrt{\frac{1}{D} \sum_d x_d^2 + \varepsilon}}`,
    references: [
      {
        title: 'Root Mean Square Layer Normalization',
        authors: 'B. Zhang, R. Sennrich',
        year: 2019,
        url: 'https://arxiv.org/abs/1910.07467',
      },
    ],
  },
  fields,
  ports: normPorts,
  example: { x: { shape: [2, 5, 8], dtype: 'float32' } },
  face: (_params, inputs) => `${features(inputs) ?? ''}`,
  check(_params, inputs) {
    const x = inputs['x'];
    if (x === undefined || x.shape.length >= 2) return checkNumbers(inputs, 'x');
    return [
      {
        code: 'rank-mismatch',
        port: 'x',
        message: text(
          `Each sample must have features to normalise (N×features), found ${sampleSize(x)} number without a dimension.`,
          `每个样本须有可归一化的特征（N×特征数），实际为 ${sampleSize(x)} 个不成维的数值。`,
        ),
      },
    ];
  },
  weights({ scale }, inputs) {
    const size = features(inputs);
    return size === undefined || !scale ? [] : normWeights([size], { gamma: 'ones', beta: false });
  },
  build: (g, { epsilon }, { x }, weights) =>
    emitRowNorm(g, x, weights, { size: features({ x }) ?? 1, inner: 1, epsilon, centred: 0 }),
  pytorch: ({ epsilon, scale }, inputs) =>
    `RMSNorm(${features(inputs) ?? '?'}, eps=${epsilon}${scale ? '' : ', elementwise_affine=False'})`,
  pytorchWeights: { gamma: { name: 'weight' } },
  pytorchClass: `class RMSNorm(nn.Module):
    """Divides the last dimension by its root mean square."""

    def __init__(self, width, eps, elementwise_affine=True):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width)) if elementwise_affine else None

    def forward(self, x):
        y = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)
        return y if self.weight is None else y * self.weight`,
};
