import { cosineOfHalfTurns, sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { labelledPoints, pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

/** The centres stand on a circle of this radius. */
const radius = 2;
const classes = [text('A', 'A'), text('B', 'B'), text('C', 'C')];

const fields = {
  spread: {
    kind: 'number',
    label: text('Spread', '离散度'),
    help: text(
      'Standard deviation of each cloud. From about 1 on the clouds run into each other.',
      '每团点的标准差。约从 1 起各团开始相互混杂。',
    ),
    min: 0,
    max: 5,
    default: 0.5,
    step: 0.1,
  },
  ...sharedFields,
} as const satisfies Fields;

export const blobs: SourceDefinition<typeof fields> = {
  type: 'blobs',
  title: text('Blobs', '点团'),
  doc: {
    summary: text(
      'Three round clouds of points: which one is a point from? Three classes, so three logits.',
      '三团圆形的点云：点来自哪一团？三个类别，对应三个 logit。',
    ),
    formula: String.raw`x \sim \mathcal{N}(c_y, \mathrm{spread}^2)`,
    references: [
      {
        title: 'The Use of Multiple Measurements in Taxonomic Problems',
        authors: 'R. A. Fisher',
        year: 1936,
        url: 'https://doi.org/10.1111/j.1469-1809.1936.tb02137.x',
      },
    ],
  },
  fields,
  sampleType: () => pointIn(classes),
  generate: (params) =>
    labelledPoints(params, classes.length, (label, random) => {
      const halfTurns = 0.5 + (2 * label) / classes.length;
      return [
        radius * cosineOfHalfTurns(halfTurns) + params.spread * random.normal(),
        radius * sineOfHalfTurns(halfTurns) + params.spread * random.normal(),
      ];
    }),
};
