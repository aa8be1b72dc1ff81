import type { Text } from '../../engine/declaration/text.ts';
import { type Confusion, samplesOf } from '../charts/classes.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';

export interface Cell {
  readonly truth: number;
  readonly answer: number;
  /** Both are groups of classes: that of each class. */
  readonly groupOf?: readonly number[] | undefined;
}

/** What a cell of the answers by true class says, in words. */
export function useCellTold(confusion: Confusion, classes: readonly Text[]): (cell: Cell) => string {
  const t = useT();
  const text = useText();
  const name = (index: number): string => (classes[index] ? text(classes[index]) : `${index}`);
  return ({ truth, answer }) => {
    const count = confusion.counts[truth * confusion.classes + answer] ?? 0;
    const total = samplesOf(confusion, truth);
    return t('evaluate.confusionCell', {
      truth: name(truth),
      answer: name(answer),
      count: formatWhole(count),
      total: formatWhole(total),
      share: formatShare(total > 0 ? count / total : undefined),
    });
  };
}
