import { cosineOfHalfTurns, sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import { text } from '../../declaration/text.ts';
import type { SourceDefinition } from './contract.ts';
import { labelledPoints, pointIn } from './points.ts';
import { sharedFields } from './shared-fields.ts';

const radius = 2;

export const moons: SourceDefinition<typeof sharedFields> = {
  type: 'moons',
  title: text('Moons', '双月'),
  doc: {
    summary: text(
      'Two half circles that reach into each other. A straight line gets most points right, a bent one all of them.',
      '两个互相嵌入的半圆。直线能分对大部分点，弯曲的边界才能全部分对。',
    ),
    formula: String.raw`x = \pm 2\,(\cos\varphi - \tfrac12,\; \sin\varphi - \tfrac14), \quad 0 \le \varphi \le \pi`,
    references: [
      {
        title: 'Scikit-learn: Machine Learning in Python',
        authors: 'F. Pedregosa et al.',
        year: 2011,
        url: 'https://jmlr.org/papers/v12/pedregosa11a.html',
      },
    ],
  },
  fields: sharedFields,
  sampleType: () => pointIn([text('upper moon', '上月牙'), text('lower moon', '下月牙')]),
  generate: (params) =>
    labelledPoints(params, 2, (label, random) => {
      const halfTurns = random.uniform();
      const side = label === 0 ? radius : -radius;
      return [side * (cosineOfHalfTurns(halfTurns) - 0.5), side * (sineOfHalfTurns(halfTurns) - 0.25)];
    }),
};
