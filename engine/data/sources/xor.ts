import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { anywhere, labelledPoints, pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

const field = 2;

export const xor: SourceDefinition<typeof sharedFields> = {
  type: 'xor',
  title: text('XOR', '异或（XOR）'),
  doc: {
    summary: text(
      'Have the two coordinates different signs? No straight line parts the classes, so one linear layer cannot learn it.',
      '两个坐标的符号是否不同？没有一条直线能分开这两类，单个线性层学不会。',
    ),
    formula: String.raw`y = [\,x_1 x_2 < 0\,]`,
    references: [{ title: 'Perceptrons', authors: 'M. Minsky, S. Papert', year: 1969 }],
  },
  fields: sharedFields,
  sampleType: () => pointIn([text('same sign', '同号'), text('opposite signs', '异号')]),
  generate: (params) =>
    labelledPoints(params, 2, (label, random) => {
      const [x1, x2] = anywhere(field, random);
      return x1 * x2 < 0 === (label === 1) ? [x1, x2] : [-x1, x2];
    }),
};
