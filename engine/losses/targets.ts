import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { LayerProblem } from '../layers/contract.ts';

/** Numbers where class labels are needed. */
export function checkLabels(loss: string, target: TensorType): LayerProblem[] {
  if (target.dtype === 'int32') return [];
  return [
    {
      code: 'numbers-not-labels',
      port: 'target',
      message: text(
        `${loss} needs class labels, but the target holds numbers (${shapeLabel(target.shape)}); use MSE for numbers.`,
        `${loss} 需要类别标签，而目标是数值（${shapeLabel(target.shape)}）；数值请用 MSE。`,
      ),
    },
  ];
}
