import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { groupFigures } from '../charts/class-figures.ts';
import type { Confusion } from '../charts/classes.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';

interface GroupTableProps {
  /** Of the classes. */
  readonly confusion: Confusion;
  readonly groups: NonNullable<SampleSet['groups']>;
}

const columns = ['group', 'classes', 'support', 'rightClass', 'rightGroup'] as const;

/** How well the classes of each superclass are told, and how well the superclass itself. */
export function GroupTable({ confusion, groups: { of, names } }: GroupTableProps) {
  const t = useT();
  const text = useText();
  return (
    <table className={css['perClass']} data-testid="per-group">
      <caption>{t('evaluate.perGroup.caption')}</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th
              key={name}
              scope="col"
              title={name === 'group' ? undefined : t(`evaluate.perGroup.${name}Help`)}
            >
              {t(`evaluate.perGroup.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groupFigures(confusion, of, names.length).map(
          ({ classes, support, rightClass, rightGroup }, index) => (
            <tr key={names[index]?.en}>
              <th scope="row">{names[index] && text(names[index])}</th>
              <td>{formatWhole(classes)}</td>
              <td>{formatWhole(support)}</td>
              <td>{formatShare(rightClass)}</td>
              <td>{formatShare(rightGroup)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
