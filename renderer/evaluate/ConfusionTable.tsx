import type { Text } from '../../engine/declaration/text.ts';
import { type Confusion, samplesOf } from '../charts/classes.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { type GridPlace, movedInGrid, usePointed } from '../charts/use-pointed.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';
import { useCellTold } from './use-cell-told.ts';

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
  const told = useCellTold(confusion, classes);
  const size = classes.length;
  const { pointed, handlers } = usePointed<GridPlace>({
    at({ target }) {
      const cell = target.closest<HTMLElement>('td[data-row]');
      return cell === null
        ? undefined
        : { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
    },
    moved: (key, from) => movedInGrid(key, from, { rows: size, columns: size, start: { row: 0, column: 0 } }),
  });
  return (
    <div>
      <table className={css['confusion']} data-testid="confusion" {...handlers}>
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
            const sum = samplesOf(confusion, truth);
            return (
              <tr key={name.en}>
                <th scope="row">{text(name)}</th>
                {classes.map((other, answer) => (
                  <td
                    key={other.en}
                    data-row={truth}
                    data-column={answer}
                    data-pointed={(pointed?.row === truth && pointed.column === answer) || undefined}
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
      <Pointed
        told={pointed && told({ truth: pointed.row, answer: pointed.column })}
        testId="confusion-pointed"
      />
    </div>
  );
}
