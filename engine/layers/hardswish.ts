import { text } from '../declaration/text.ts';
import { hardswish as hardswishOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const hardswish = activation({
  type: 'hardswish',
  title: text('Hardswish', 'Hardswish'),
  doc: {
    summary: text(
      'SiLU made of straight pieces: cheap enough for phones, and close to it.',
      '由折线拼成的 SiLU：足够便宜，手机也能用，效果相近。',
    ),
    when: text(
      'In small networks for phones, in the layers behind the first few; on a desktop computer SiLU costs hardly more.',
      '用于手机上的小网络的较深层；在台式机上 SiLU 几乎不更费时。',
    ),
    formula: String.raw`y = x \, \frac{\min(\max(x + 3, 0), 6)}{6}`,
    references: [
      {
        title: 'Searching for MobileNetV3',
        authors:
          'A. Howard, M. Sandler, G. Chu, L.-C. Chen, B. Chen, M. Tan, W. Wang, Y. Zhu, R. Pang, V. Vasudevan, Q. V. Le, H. Adam',
        year: 2019,
        url: 'https://arxiv.org/abs/1905.02244',
      },
    ],
  },
  fields: {},
  op: hardswishOp,
  pytorch: () => 'nn.Hardswish()',
});
