import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { SourceDefinition } from './contract.ts';
import { sharedFields } from './shared-fields.ts';

/** x lies in [−5, 5). */
const reach = 5;

const fields = {
  slope: {
    kind: 'number',
    label: text('Slope', '斜率'),
    help: text('By how much y grows when x grows by 1.', 'x 增加 1 时 y 增加多少。'),
    min: -100,
    max: 100,
    default: 1,
    step: 0.1,
  },
  intercept: {
    kind: 'number',
    label: text('Intercept', '截距'),
    help: text('The value of y at x = 0.', 'x = 0 处 y 的值。'),
    min: -100,
    max: 100,
    default: 0,
    step: 0.1,
  },
  ...sharedFields,
} as const satisfies Fields;

export const line: SourceDefinition<typeof fields> = {
  type: 'line',
  title: text('Line', '直线'),
  doc: {
    summary: text(
      'Points on a straight line, with as much noise as you like: y is a number to predict.',
      '一条直线上的点，可加任意大小的噪声；y 是要预测的数值。',
    ),
    formula: String.raw`y = \mathrm{slope} \cdot x + \mathrm{intercept} + \mathrm{noise}`,
    references: [
      {
        title: 'Nouvelles méthodes pour la détermination des orbites des comètes',
        authors: 'A.-M. Legendre',
        year: 1805,
      },
    ],
  },
  fields,
  sampleType: () => ({ input: { shape: [1], dtype: 'float32' }, target: { kind: 'number', shape: [1] } }),
  generate({ slope, intercept, count, noise, seed }) {
    const x = new Float32Array(count); // [count, 1]
    const y = new Float32Array(count); // [count, 1]
    const places = new RandomStream(seed, streams.data);
    const shifts = new RandomStream(seed, streams.data, 1);
    for (let i = 0; i < count; i++) {
      const at = Math.fround(reach * (2 * places.uniform() - 1));
      x[i] = at;
      y[i] = slope * at + intercept + noise * shifts.normal();
    }
    return { count, x, y };
  },
};
