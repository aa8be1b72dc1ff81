import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { type ClassFigures, classFigures } from '../charts/class-figures.ts';
import type { Confusion } from '../charts/classes.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';

interface ClassTableProps {
  readonly confusion: Confusion;
  readonly classes: readonly Text[];
}

const figures = ['precision', 'recall', 'f1', 'support'] as const satisfies (keyof ClassFigures)[];
type Column = 'class' | (typeof figures)[number];

/** How well each class is told from the others; sorted by any column. */
export function ClassTable({ confusion, classes }: ClassTableProps) {
  const t = useT();
  const text = useText();
  const [{ column, isDown }, sort] = useState<{ column: Column; isDown: boolean }>({
    column: 'class',
    isDown: false,
  });
  const rows = classFigures(confusion).map((figure, index) => ({ index, ...figure }));
  const valueOf = (row: (typeof rows)[number]): number =>
    column === 'class' ? row.index : (row[column] ?? Infinity);
  const sorted = rows.toSorted((a, b) => (valueOf(a) - valueOf(b)) * (isDown ? -1 : 1) || a.index - b.index);
  const head = (name: Column) => {
    const isSorted = name === column;
    return (
      <th
        key={name}
        scope="col"
        aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : 'none'}
        title={name === 'class' ? undefined : t(`evaluate.perClass.${name}Help`)}
      >
        <button type="button" onClick={() => sort({ column: name, isDown: isSorted ? !isDown : false })}>
          {t(`evaluate.perClass.${name}`)}
          {isSorted ? isDown ? <ArrowDown size={11} aria-hidden /> : <ArrowUp size={11} aria-hidden /> : null}
        </button>
      </th>
    );
  };
  return (
    <table className={css['perClass']} data-testid="per-class">
      <caption>{t('evaluate.perClass.caption')}</caption>
      <thead>
        <tr>{(['class', ...figures] as const).map(head)}</tr>
      </thead>
      <tbody>
        {sorted.map(({ index, precision, recall, f1, support }) => (
          <tr key={index}>
            <th scope="row">{classes[index] && text(classes[index])}</th>
            <td>{formatShare(precision)}</td>
            <td>{formatShare(recall)}</td>
            <td>{formatShare(f1)}</td>
            <td>{formatWhole(support)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
