import type { NumberField } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { GraphBuilder, Tensor } from '../ops/contract.ts';
import { scale } from '../ops/scale.ts';

/** Every loss has this field, last. */
export const weight = {
  kind: 'number',
  label: text('Weight', '权重'),
  help: text(
    'What this loss is multiplied by: how much it counts beside the other losses of the network.',
    '本损失要乘以的系数：网络有多个损失时，它所占的分量。',
  ),
  min: 0,
  exclusiveMin: true,
  max: 1e6,
  default: 1,
  step: 0.1,
} as const satisfies NumberField;

/** The loss [1] times its weight. */
export const weighted = (g: GraphBuilder, loss: Tensor, factor: number): Tensor =>
  factor === 1 ? loss : g.emit(scale, { x: loss }, { factor }).y;

/** What stands on the node's face, with the weight behind it where there is one. */
export const weightedFace = (face: string, factor: number): string =>
  [face, factor === 1 ? '' : `× ${factor}`].filter((part) => part !== '').join(' · ');

/** A PyTorch loss has no weight of its own. */
export const weightedPytorch = (line: string, factor: number): string =>
  factor === 1 ? line : `${line}  # times ${factor}`;
