import type { ChoiceField, Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';

/** What every source in this folder lets a person set; one declaration, so that the Data layer shows each field once. */
export const sharedFields = {
  count: {
    kind: 'integer',
    label: text('Samples', '样本数'),
    help: text('How many samples are made, training and test together.', '生成的样本数，训练与测试合计。'),
    min: 2,
    max: 200_000,
    default: 2000,
  },
  noise: {
    kind: 'number',
    label: text('Noise', '噪声'),
    help: text(
      'Standard deviation of the random shift of every point after it got its label; for the line, of y.',
      '每个点定下标签后再随机偏移的标准差；对直线而言是 y 的标准差。',
    ),
    min: 0,
    max: 10,
    default: 0,
    step: 0.05,
  },
  seed: {
    kind: 'integer',
    label: text('Data seed', '数据种子'),
    help: text(
      'The same seed gives the same samples. Training has a seed of its own.',
      '同一种子得到同样的样本。训练另有自己的种子。',
    ),
    min: 0,
    max: 0x7fffffff,
    default: 1,
  },
} as const satisfies Fields;

/** Of images; one declaration, so that the Data layer shows the field once. */
export const colour: ChoiceField = {
  kind: 'choice',
  label: text('Colours', '颜色'),
  help: text('Three channels, or their brightness alone.', '三个通道，或仅保留亮度。'),
  options: [
    { value: 'colour', label: text('colour', '彩色') },
    { value: 'grey', label: text('grey', '灰度') },
  ],
  default: 'colour',
};
