import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem } from './contract.ts';

/** Whole numbers where measured ones are needed; `label` is what a person sees at the port. */
export function checkNumbers(
  inputs: InputTypes,
  port: string,
  label: Text = text(port, port),
): LayerProblem[] {
  if (inputs[port] === undefined || inputs[port].dtype === 'float32') return [];
  return [
    {
      code: 'labels-not-numbers',
      port,
      message: text(
        `Numbers are expected at "${label.en}", but whole numbers (labels, tokens) are wired to it; labels go to the target of a loss, tokens to an Embedding.`,
        `“${label.zh}”需要数值，接入的却是整数（标签、词元）；标签应接到损失的“目标”，词元应接到“嵌入”。`,
      ),
    },
  ];
}

/** Anything but images [N, C, H, W] or signals [N, C, L]. */
export function checkImagesOrSignals(inputs: InputTypes, port: string): LayerProblem[] {
  const type = inputs[port];
  if (type === undefined || type.shape.length === 3 || type.shape.length === 4) return [];
  return [
    {
      code: 'rank-mismatch',
      port,
      message: text(
        `Expected images (N×C×H×W) or signals (N×C×L), found ${shapeLabel(type.shape)}.`,
        `输入须为图像（N×C×H×W）或信号（N×C×L），实际为 ${shapeLabel(type.shape)}。`,
      ),
    },
  ];
}

/** Less than one row of features per sample: [N]. */
export function checkFeatures(inputs: InputTypes, port: string): LayerProblem[] {
  const type = inputs[port];
  if (type?.dtype !== 'float32' || type.shape.length >= 2) return [];
  return [
    {
      code: 'rank-mismatch',
      port,
      message: text(
        `Each sample must have at least one row of numbers (N×features), found ${shapeLabel(type.shape)}.`,
        `每个样本至少须有一行数值（N×特征数），实际为 ${shapeLabel(type.shape)}。`,
      ),
    },
  ];
}

/** Anything but a sequence of rows: [N, positions, width]. */
export function checkSequence(inputs: InputTypes, port: string): LayerProblem[] {
  const type = inputs[port];
  if (type?.dtype !== 'float32' || type.shape.length === 3) return [];
  return [
    {
      code: 'rank-mismatch',
      port,
      message: text(
        `Each sample must be a sequence of rows (N×positions×width), found ${shapeLabel(type.shape)}.`,
        `每个样本须为由行组成的序列（N×位置数×宽度），实际为 ${shapeLabel(type.shape)}。`,
      ),
    },
  ];
}

/** Anything but scores of queries and keys: [N, …, queries, keys]. */
export function checkScores(inputs: InputTypes, port: string): LayerProblem[] {
  const type = inputs[port];
  if (type?.dtype !== 'float32' || type.shape.length >= 3) return [];
  return [
    {
      code: 'rank-mismatch',
      port,
      message: text(
        `Each sample must hold a score for each query and key (N×…×queries×keys), found ${shapeLabel(type.shape)}.`,
        `每个样本须含每个查询与键的得分（N×…×查询×键），实际为 ${shapeLabel(type.shape)}。`,
      ),
    },
  ];
}

/** Measured numbers where whole ones that count something are needed. */
export function checkTokens(inputs: InputTypes, port: string): LayerProblem[] {
  if (inputs[port] === undefined || inputs[port].dtype === 'int32') return [];
  return [
    {
      code: 'numbers-not-tokens',
      port,
      message: text(
        'Whole numbers (labels, tokens) are expected here, but measured numbers are wired to it; use a Linear layer for those.',
        '这里需要整数（标签、词元），接入的却是普通数值；数值请用“线性层”。',
      ),
    },
  ];
}

/** Number of values per sample, in all dimensions behind the batch. */
export const sampleSize = (type: TensorType): number => type.shape.slice(1).reduce((size, n) => size * n, 1);
