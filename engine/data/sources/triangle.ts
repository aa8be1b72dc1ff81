import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { insideOrOutside, playground, pointsAround } from './inside-shape.ts';
import { pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

/** Radius of the inscribed circle of an equilateral triangle that stands on its side, its centre at the origin. */
const inradius = 1.25;

export const triangle: SourceDefinition<typeof sharedFields> = {
  type: 'triangle',
  title: text('Triangle', '三角形'),
  doc: {
    summary: text(
      'Is a point inside the triangle? One half of the points lies inside, the other outside.',
      '点在三角形内吗？一半的点在内，一半在外。',
    ),
    formula: String.raw`y = [\,-h \le x_2 \le 2h - \sqrt{3}\,|x_1|\,], \quad h = 1.25`,
    references: [playground],
  },
  fields: sharedFields,
  sampleType: () => pointIn(insideOrOutside),
  generate: (params) =>
    pointsAround(params, ([x1, x2]) => x2 >= -inradius && x2 <= 2 * inradius - Math.sqrt(3) * Math.abs(x1)),
};
