import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { insideOrOutside, playground, pointsAround } from './inside-shape.ts';
import { pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

/** Half the length of a side. */
const half = 1.5;

export const square: SourceDefinition<typeof sharedFields> = {
  type: 'square',
  title: text('Square', '正方形'),
  doc: {
    summary: text(
      'Is a point inside the square? One half of the points lies inside, the other outside.',
      '点在正方形内吗？一半的点在内，一半在外。',
    ),
    formula: String.raw`y = [\,\max(|x_1|, |x_2|) \le a\,], \quad a = 1.5`,
    references: [playground],
  },
  fields: sharedFields,
  sampleType: () => pointIn(insideOrOutside),
  generate: (params) => pointsAround(params, ([x1, x2]) => Math.max(Math.abs(x1), Math.abs(x2)) <= half),
};
