import type { IntegerField } from '../declaration/fields.ts';
import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { LayerProblem } from './contract.ts';

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
export function checkSoftmaxAxis(type: TensorType | undefined, axis: number): LayerProblem[] {
  if (type !== undefined && type.shape.length === 1) {
    return [
      {
        code: 'rank-mismatch',
        port: 'x',
        message: text(
          `Each sample must have at least one row of numbers (N×features), found ${shapeLabel(type.shape)}.`,
          `每个样本至少须有一行数值（N×特征数），实际为 ${shapeLabel(type.shape)}。`,
        ),
      },
    ];
  }
  if (axis === 0) {
    return [
      {
        code: 'axis-out-of-range',
        field: 'axis',
        message: text(
          'Axis 0 is the batch, whose samples know nothing of each other; choose −1 for the last axis, or 1 and above.',
          '轴 0 是批，各样本互不相干；请选 −1（最后一个轴），或 1 以上的轴。',
        ),
      },
    ];
  }
  if (type === undefined || axis < type.shape.length) return [];
  const last = type.shape.length - 1;
  return [
    {
      code: 'axis-out-of-range',
      field: 'axis',
      message: text(
        `Axis ${axis} was chosen, but the input ${shapeLabel(type.shape)} has axes 1 to ${last}.`,
        `选择了轴 ${axis}，但输入 ${shapeLabel(type.shape)} 只有轴 1 到 ${last}。`,
      ),
    },
  ];
}

export const faceOfAxis = (axis: number): string => (axis === -1 ? '' : `axis ${axis}`);
