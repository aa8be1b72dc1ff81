import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';

/** Pressure on all weights to stay small; the same settings for every optimizer. */
export const regularisationFields = {
  l2: {
    kind: 'number',
    label: text('L2 penalty λ', 'L2 惩罚 λ'),
    help: text(
      'Adds λ · Σ w² to the loss, training and test, and with it 2λw to every gradient. 0 is off. weight_decay in PyTorch’s SGD and Adam is 2λ.',
      '在损失（训练与测试）中加上 λ · Σ w²，相应地每个梯度加上 2λw。取 0 即关闭。PyTorch 的 SGD 与 Adam 中的 weight_decay 相当于 2λ。',
    ),
    min: 0,
    max: 1000,
    default: 0,
    step: 1e-4,
  },
  decay: {
    kind: 'number',
    label: text('Weight decay', '权重衰减'),
    help: text(
      'In every step each weight loses this share of itself, times the learning rate, past the gradient and the optimizer (decoupled, as in AdamW). 0 is off.',
      '每一步每个权重按“学习率 × 此值”的比例缩小，不经过梯度和优化器（即 AdamW 的解耦衰减）。取 0 即关闭。',
    ),
    min: 0,
    max: 1000,
    default: 0,
    step: 0.001,
  },
  biases: {
    kind: 'boolean',
    label: text('Biases and norms too', '也用于偏置和归一化'),
    help: text(
      'Off, biases and the weights of normalisation layers are left free: they are few, and hardly overfit.',
      '关闭时，偏置和归一化层的权重不受约束：它们数量少，几乎不会造成过拟合。',
    ),
    default: false,
  },
} as const satisfies Fields;
