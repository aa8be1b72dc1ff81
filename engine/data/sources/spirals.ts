import { cosineOfHalfTurns, sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { labelledPoints, pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

const outerRadius = 4;

const fields = {
  turns: {
    kind: 'number',
    label: text('Turns', '圈数'),
    help: text(
      'How often each arm winds around the centre. More turns need a larger network.',
      '每条旋臂绕中心几圈。圈数越多，需要的网络越大。',
    ),
    min: 0.25,
    max: 5,
    default: 1.5,
    step: 0.25,
  },
  ...sharedFields,
} as const satisfies Fields;

export const spirals: SourceDefinition<typeof fields> = {
  type: 'spirals',
  title: text('Spirals', '双螺旋'),
  doc: {
    summary: text(
      'Two arms wound around each other: which one is a point on? A hard test for small networks.',
      '两条互相缠绕的旋臂：点在哪一条上？对小网络是一道难题。',
    ),
    formula: String.raw`x = r\,(\cos\varphi, \sin\varphi), \quad \varphi = 2\pi \cdot \mathrm{turns} \cdot r / 4 + \pi y`,
    references: [
      {
        title: 'Learning to Tell Two Spirals Apart',
        authors: 'K. J. Lang, M. J. Witbrock',
        year: 1988,
      },
    ],
  },
  fields,
  sampleType: () => pointIn([text('first arm', '第一臂'), text('second arm', '第二臂')]),
  generate: (params) =>
    labelledPoints(params, 2, (label, random) => {
      // Points are as dense near the rim as near the centre, which itself belongs to neither arm.
      const share = 0.05 + 0.95 * Math.sqrt(random.uniform());
      const halfTurns = 2 * params.turns * share + label;
      const radius = outerRadius * share;
      return [radius * cosineOfHalfTurns(halfTurns), radius * sineOfHalfTurns(halfTurns)];
    }),
};
