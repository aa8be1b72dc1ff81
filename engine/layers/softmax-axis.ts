import type { IntegerField } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { checkAxis } from './axis.ts';
import type { Face, InputTypes, LayerProblem } from './contract.ts';
import { checkFeatures } from './port-checks.ts';

/** The field that says which numbers share the whole. */
export const softmaxAxisField = {
  kind: 'integer',
  label: text('Axis', '轴'),
  help: text(
    'The numbers along this axis share the whole: −1 is the last axis, 1 the first behind the batch, such as the channels of an image.',
    '沿这个轴的数值共同分配总量：−1 为最后一个轴，1 为批之后的第一个轴，例如图像的通道。',
  ),
  min: -1,
  max: 5,
  default: -1,
} as const satisfies IntegerField;

/** The batch, whose samples know nothing of each other, or an axis that the input does not have. */
export const checkSoftmaxAxis = ({ x }: InputTypes, axis: number): LayerProblem[] => [
  ...checkFeatures({ x }, 'x'),
  ...(axis === 0
    ? [
        {
          code: 'axis-out-of-range',
          field: 'axis',
          message: text(
            'Axis 0 is the batch, whose samples know nothing of each other; choose −1 for the last axis, or 1 and above.',
            '轴 0 是批，各样本互不相干；请选 −1（最后一个轴），或 1 以上的轴。',
          ),
        },
      ]
    : checkAxis(x, axis)),
];

export const faceOfAxis = (axis: number): Face => (axis === -1 ? '' : text(`axis ${axis}`, `轴 ${axis}`));
