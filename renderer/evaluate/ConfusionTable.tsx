import type { Text } from '../../engine/declaration/text.ts';
import type { Confusion } from '../charts/classes.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';

interface ConfusionTableProps {
  readonly confusion: Confusion;
  readonly classes: readonly Text[];
}

/** True classes down, answers across; the diagonal is right. */
export function ConfusionTable({ confusion, classes }: ConfusionTableProps) {
  const { title } = useShownPart();
  const t = useT();
  const text = useText();
  const { counts, right, total } = confusion;
  const of = (truth: number, answer: number): number => counts[truth * confusion.classes + answer] ?? 0;
  return (
    <table className={css['confusion']} data-testid="confusion">
      <caption>
        {t('evaluate.confusionCaption', {
          samples: title,
          right: formatWhole(right),
          total: formatWhole(total),
          share: formatShare(total > 0 ? right / total : undefined),
        })}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('evaluate.trueClass')}</th>
          {classes.map((name) => (
            <th key={name.en} scope="col">
              {t('evaluate.answered', { name: text(name) })}
            </th>
          ))}
          <th scope="col">{t('evaluate.classShare')}</th>
        </tr>
      </thead>
      <tbody>
        {classes.map((name, truth) => {
          const sum = classes.reduce((all, _, answer) => all + of(truth, answer), 0);
          return (
            <tr key={name.en}>
              <th scope="row">{text(name)}</th>
              {classes.map((other, answer) => (
                <td
                  key={other.en}
                  data-right={truth === answer || undefined}
                  data-wrong={(truth !== answer && of(truth, answer) > 0) || undefined}
                >
                  {formatWhole(of(truth, answer))}
                </td>
              ))}
              <td>{formatShare(sum > 0 ? of(truth, truth) / sum : undefined)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
