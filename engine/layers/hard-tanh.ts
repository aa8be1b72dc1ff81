import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { hardTanh as hardTanhOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

const fields = {
  bound: {
    kind: 'number',
    label: text('Bound', '界限'),
    help: text('No number that comes out is larger, on either side of 0.', '输出在 0 的两侧都不超过它。'),
    min: 0,
    max: 1e6,
    exclusiveMin: true,
    default: 1,
    step: 0.1,
  },
} as const satisfies Fields;

export const hardTanh = activation({
  type: 'hard-tanh',
  title: text('Hardtanh', 'Hardtanh'),
  doc: {
    summary: text(
      'A tanh of three straight lines: what lies between the bounds stays as it is, everything else becomes the bound.',
      '由三段直线构成的 tanh：界限之间的数原样保留，其余都取界限值。',
    ),
    when: text(
      'Where outputs must stay within bounds and every operation counts; take Tanh if the slope must not end abruptly.',
      '输出必须落在界限内、又要计算便宜时使用；若斜率不能突然变为 0，请用 Tanh。',
    ),
    formula: String.raw`y = \min(\max(x, -\mathrm{bound}), \mathrm{bound})`,
    references: [
      {
        title: 'Natural Language Processing (Almost) from Scratch',
        authors: 'R. Collobert, J. Weston, L. Bottou, M. Karlen, K. Kavukcuoglu, P. Kuksa',
        year: 2011,
        url: 'https://www.jmlr.org/papers/v12/collobert11a.html',
      },
    ],
  },
  fields,
  op: hardTanhOp,
  attributes: ({ bound }) => ({ bound }),
  face: ({ bound }) => `± ${bound}`,
  pytorch: ({ bound }) => `nn.Hardtanh(${-bound}, ${bound})`,
});
