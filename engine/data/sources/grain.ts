import type { NumberField } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';

/** Noise on every value of an image or a signal; one declaration, so that the Data layer shows the field once. */
export const grain: NumberField = {
  kind: 'number',
  label: text('Noise per value', '逐值噪声'),
  help: text(
    'Standard deviation of the random number added to every pixel or point in time.',
    '加到每个像素或每个时刻上的随机数的标准差。',
  ),
  min: 0,
  max: 10,
  default: 0.2,
  step: 0.05,
};
