import type { IntegerField } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';

/** Losses over class labels have this field. */
export const ignored = {
  kind: 'integer',
  label: text('Ignored label', '忽略的标签'),
  help: text(
    'Places whose target is this label count neither in the loss nor in the accuracy, such as padding behind the end of a sequence.',
    '目标等于该标签的位置既不计入损失，也不计入准确率，例如序列末尾的填充。',
  ),
  min: -100,
  max: 1_000_000,
  default: -100,
} as const satisfies IntegerField;
