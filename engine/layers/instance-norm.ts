import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import {
  affineArgument,
  affineField,
  checkChannels,
  checkEnough,
  epsArgument,
  epsilonField,
  normPorts,
  normWeights,
  planeSize,
} from './norm-declarations.ts';
import { checkNumbers } from './port-checks.ts';
import { emitRowNorm } from './row-norm-layer.ts';

const fields = { ...epsilonField, ...affineField } as const satisfies Fields;

const channels = (inputs: InputTypes): number | undefined => inputs['x']?.shape[1];

export const instanceNorm: LayerDefinition<typeof fields> = {
  type: 'instance-norm',
  version: 1,
  title: text('InstanceNorm', '实例归一化（InstanceNorm）'),
  category: 'normalisation',
  doc: {
    summary: text(
      'Brings each channel of each sample to mean 0 and variance 1, which takes contrast and brightness out of an image. At home in style transfer and image generation.',
      '把每个样本的每个通道单独变为均值 0、方差 1，从而去掉图像的亮度与对比度差异。常用于风格迁移与图像生成。',
    ),
    when: text(
      'Where the style of an image is to be changed and its contrast must not matter. For recognising things it takes too much away.',
      '改变图像风格、不希望受对比度影响时使用；用于识别则会丢掉过多信息。',
    ),
    formula: String.raw`y = \gamma_c \, \frac{x - \mu_{nc}}{\sqrt{\sigma_{nc}^2 + \varepsilon}} + \beta_c`,
    references: [
      {
        title: 'Instance Normalization: The Missing Ingredient for Fast Stylization',
        authors: 'D. Ulyanov, A. Vedaldi, V. Lempitsky',
        year: 2016,
        url: 'https://arxiv.org/abs/1607.08022',
      },
    ],
  },
  fields,
  ports: normPorts,
  example: { x: { shape: [2, 3, 4, 4], dtype: 'float32' } },
  face: (_params, inputs) => `${channels(inputs) ?? ''}`,
  check(_params, inputs) {
    const x = inputs['x'];
    const wrong = [...checkNumbers(inputs, 'x'), ...checkChannels(inputs, 3)];
    return x === undefined || wrong.length > 0
      ? wrong
      : checkEnough(planeSize(x), 'in each channel of a sample', '每个样本的每个通道');
  },
  weights({ affine }, inputs) {
    const C = channels(inputs);
    return C === undefined || !affine ? [] : normWeights([C], { gamma: 'ones', beta: true });
  },
  build(g, { epsilon }, { x }, weights) {
    const size = planeSize(x);
    return emitRowNorm(g, x, weights, { size, inner: size, epsilon });
  },
  pytorch({ epsilon, affine }, inputs) {
    const rank = inputs['x']?.shape.length ?? 4;
    return `nn.InstanceNorm${rank - 2}d(${channels(inputs) ?? '?'}${epsArgument(epsilon)}${affineArgument(affine, false)})`;
  },
  pytorchWeights: { gamma: { name: 'weight' }, beta: { name: 'bias' } },
};
