import { text } from '../declaration/text.ts';
import { dropoutChannels } from '../ops/dropout-channels.ts';
import { dropoutLayer, pytorchDropout } from './dropout-layer.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

export const dropout2d = dropoutLayer({
  type: 'dropout2d',
  title: text('Dropout2d', '通道失活（Dropout2d）'),
  doc: {
    summary: text(
      'Sets whole channels of an image or signal to 0 in every training step. Neighbouring pixels know nearly the same, so that Dropout of single ones takes little away behind a convolution; this does.',
      '每个训练步随机把图像或信号的若干整个通道置 0。相邻像素所含信息几乎相同，卷积之后逐个失活作用很小，整个通道失活才有效。',
    ),
    when: text(
      'When a network of convolutions learns its training images by heart, at a rate of 0.1 to 0.3.',
      '卷积网络把训练图像背下来时使用，比率取 0.1 至 0.3。',
    ),
    formula: String.raw`y_{c,i,j} = \frac{k_c\, x_{c,i,j}}{1 - \mathrm{rate}}, \quad k_c \sim \mathrm{Bernoulli}(1 - \mathrm{rate})`,
    references: [
      {
        title: 'Efficient Object Localization Using Convolutional Networks',
        authors: 'J. Tompson, R. Goroshin, A. Jain, Y. LeCun, C. Bregler',
        year: 2015,
        url: 'https://arxiv.org/abs/1411.4280',
      },
    ],
  },
  op: dropoutChannels,
  rateHelp: text(
    'Share of the channels that are set to 0 in each training step, drawn for each sample.',
    '每个训练步中被置 0 的通道所占比例，每个样本各自抽取。',
  ),
  example: { x: { shape: [2, 3, 4, 4], dtype: 'float32' } },
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')],
  pytorch: (params, { x }) => pytorchDropout(x?.shape.length === 3 ? 'nn.Dropout1d' : 'nn.Dropout2d', params),
});
