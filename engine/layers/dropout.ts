import { text } from '../declaration/text.ts';
import { dropout as dropoutOp } from '../ops/dropout.ts';
import { dropoutLayer, pytorchDropout } from './dropout-layer.ts';

export const dropout = dropoutLayer({
  type: 'dropout',
  title: text('Dropout', '随机失活（Dropout）'),
  doc: {
    summary: text(
      'Sets random values to 0 in every training step, so that no unit relies on a single other one. Off when the network is used.',
      '每个训练步随机把一部分数值置 0，使单元不依赖某一个别的单元。使用网络时关闭。',
    ),
    when: text(
      'When the training loss falls on and the test loss does not: a rate of 0.1 to 0.5, behind wide Linear layers. Where BatchNorm is used it seldom helps.',
      '训练损失仍在下降、测试损失却不再下降时使用：放在较宽的线性层之后，比率取 0.1 至 0.5。已用批归一化时很少再有帮助。',
    ),
    formula: String.raw`y = \frac{k \odot x}{1 - \mathrm{rate}}, \quad k_i \sim \mathrm{Bernoulli}(1 - \mathrm{rate})`,
    references: [
      {
        title: 'Dropout: A Simple Way to Prevent Neural Networks from Overfitting',
        authors: 'N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov',
        year: 2014,
        url: 'https://jmlr.org/papers/v15/srivastava14a.html',
      },
    ],
  },
  op: dropoutOp,
  rateHelp: text(
    'Share of the values that are set to 0 in each training step.',
    '每个训练步中被置 0 的数值所占比例。',
  ),
  pytorch: (params) => pytorchDropout('nn.Dropout', params),
});
