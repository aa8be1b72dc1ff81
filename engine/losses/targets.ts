import { sameShape, shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from '../layers/contract.ts';
import { sampleSize } from '../layers/port-checks.ts';

/** What MSE and its like need: numbers in the shape of the prediction. */
export function checkDistance(loss: string, { prediction, target }: InputTypes): LayerProblem[] {
  if (target !== undefined && target.dtype !== 'float32') {
    const found = target.classes === undefined ? '' : ` (${target.classes})`;
    return [
      {
        code: 'labels-not-numbers',
        port: 'target',
        message: text(
          `${loss} compares numbers, but the target holds class labels${found}, whose distances mean nothing; use Cross-Entropy or BCE with logits.`,
          `${loss} 比较的是数值，而目标是类别标签${found}，标签之差没有意义；请改用交叉熵或 BCE（logits）。`,
        ),
      },
    ];
  }
  if (prediction === undefined || target === undefined || prediction.dtype !== 'float32') return [];
  return checkSameShape(loss, prediction, target);
}

function checkSameShape(loss: string, prediction: TensorType, target: TensorType): LayerProblem[] {
  if (sameShape(prediction.shape, target.shape)) return [];
  return [
    {
      code: 'shape-mismatch',
      port: 'prediction',
      message: text(
        `The prediction is ${shapeLabel(prediction.shape)} and the target ${shapeLabel(target.shape)}; ${loss} needs the same shape.`,
        `预测的形状为 ${shapeLabel(prediction.shape)}，目标为 ${shapeLabel(target.shape)}；${loss} 要求二者相同。`,
      ),
    },
  ];
}

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

/** What binary cross-entropies need: for each number of the prediction a label 0 or 1, or a number from 0 to 1. */
export function checkBinary(unit: Text, { prediction, target }: InputTypes): LayerProblem[] {
  if (target === undefined) return [];
  const problems: LayerProblem[] = [];
  if (target.classes !== undefined && target.classes !== 2) {
    problems.push({
      code: 'class-count',
      port: 'target',
      message: text(
        `BCE tells 2 classes apart, but the target has ${target.classes}; use Cross-Entropy.`,
        `BCE 只能区分 2 个类别，而目标有 ${target.classes} 个；请改用交叉熵。`,
      ),
    });
  }
  if (prediction === undefined || prediction.dtype !== 'float32') return problems;
  if (target.dtype === 'float32') return [...problems, ...checkSameShape('BCE', prediction, target)];
  if (sameShape(withoutOnes(prediction.shape), withoutOnes(target.shape))) return problems;
  const found = shapeLabel(prediction.shape);
  const message =
    sampleSize(target) === 1
      ? text(
          `BCE needs 1 ${unit.en} per sample (N×1), found ${sampleSize(prediction)} (${found}); give the last Linear 1 output, or use Cross-Entropy.`,
          `BCE 要求每个样本 1 个${unit.zh}（N×1），实际为 ${sampleSize(prediction)} 个（${found}）；请把最后的线性层输出改为 1，或改用交叉熵。`,
        )
      : text(
          `BCE needs 1 ${unit.en} for each label (${shapeLabel(target.shape)}), found ${found}.`,
          `BCE 要求每个标签对应 1 个${unit.zh}（${shapeLabel(target.shape)}），实际为 ${found}。`,
        );
  return [...problems, { code: 'logit-count', port: 'prediction', message }];
}

/** A shape without the dimensions behind the batch that have one element only. */
const withoutOnes = ([batch = 1, ...rest]: readonly number[]): number[] => [
  batch,
  ...rest.filter((size) => size !== 1),
];

/** What losses over classes need of the prediction: a row of C numbers, `unit`s, for each label. */
export function checkClassRows(loss: string, unit: Text, prediction: TensorType | undefined): LayerProblem[] {
  if (prediction === undefined || prediction.shape.length >= 2) return [];
  return [
    {
      code: 'rank-mismatch',
      port: 'prediction',
      message: text(
        `${loss} needs one ${unit.en} per class (N×C, sequences N×T×C), found ${shapeLabel(prediction.shape)}.`,
        `${loss} 要求每个类别 1 个${unit.zh}（N×C，序列为 N×T×C），实际为 ${shapeLabel(prediction.shape)}。`,
      ),
    },
  ];
}

/** Whether labels fit a prediction [N, …, C]: one for each of its rows, out of C classes. */
export function checkClassLabels(units: Text, prediction: TensorType, target: TensorType): LayerProblem[] {
  const C = prediction.shape.at(-1);
  if (prediction.shape.length < 2 || C === undefined) return [];
  const problems: LayerProblem[] = [];
  const rows = prediction.shape.slice(0, -1);
  if (!sameShape(rows, target.shape)) {
    problems.push({
      code: 'shape-mismatch',
      port: 'prediction',
      message: text(
        `Labels ${shapeLabel(target.shape)} ask for ${shapeLabel(target.shape)}×C ${units.en}, a row for each label; found ${shapeLabel(prediction.shape)}.`,
        `形状为 ${shapeLabel(target.shape)} 的标签要求${units.zh}的形状为 ${shapeLabel(target.shape)}×C，每个标签对应一行；实际为 ${shapeLabel(prediction.shape)}。`,
      ),
    });
  }
  if (target.classes !== undefined && C !== target.classes) {
    problems.push({
      code: 'class-count',
      port: 'prediction',
      message: text(
        `There are ${C} ${units.en} per sample but ${target.classes} classes; give the last Linear ${target.classes} outputs.`,
        `每个样本有 ${C} 个${units.zh}，而类别有 ${target.classes} 个；请把最后的线性层输出改为 ${target.classes}。`,
      ),
    });
  }
  return problems;
}
