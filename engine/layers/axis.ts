import type { IntegerField } from '../declaration/fields.ts';
import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { LayerProblem } from './contract.ts';

/** The field that names a dimension of each sample; 0 would be the batch, which no layer cuts. */
export const axisField = (help: Text): IntegerField => ({
  kind: 'integer',
  label: text('Axis', '轴'),
  help,
  min: 1,
  max: 5,
  default: 1,
});

/** An axis that the input does not have. */
export function checkAxis(type: TensorType | undefined, axis: number): LayerProblem[] {
  if (type === undefined || axis < type.shape.length) return [];
  const last = type.shape.length - 1;
  return [
    {
      code: 'axis-out-of-range',
      field: 'axis',
      message:
        last === 0
          ? text(
              `Axis ${axis} was chosen, but the input ${shapeLabel(type.shape)} has no axis behind the batch.`,
              `选择了轴 ${axis}，但输入 ${shapeLabel(type.shape)} 在批之后没有其他轴。`,
            )
          : text(
              `Axis ${axis} was chosen, but the input ${shapeLabel(type.shape)} has axes 1 to ${last}.`,
              `选择了轴 ${axis}，但输入 ${shapeLabel(type.shape)} 只有轴 1 到 ${last}。`,
            ),
    },
  ];
}
