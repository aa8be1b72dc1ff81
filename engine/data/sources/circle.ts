import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { insideOrOutside, playground, pointsAround } from './inside-shape.ts';
import { pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

const radius = 2;

export const circle: SourceDefinition<typeof sharedFields> = {
  type: 'circle',
  title: text('Circle', '圆'),
  doc: {
    summary: text(
      'Is a point inside the circle? One half of the points lies inside, the other outside.',
      '点在圆内吗？一半的点在圆内，一半在圆外。',
    ),
    formula: String.raw`y = [\,x_1^2 + x_2^2 \le r^2\,], \quad r = 2`,
    references: [playground],
  },
  fields: sharedFields,
  sampleType: () => pointIn(insideOrOutside),
  generate: (params) => pointsAround(params, ([x1, x2]) => x1 * x1 + x2 * x2 <= radius * radius),
};
