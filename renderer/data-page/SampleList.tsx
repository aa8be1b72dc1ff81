import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SamplePage } from '../../engine/protocol/data-messages.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { sampleKind, usualRange } from '../charts/samples.ts';
import { ImageView, TraceView } from '../data/SampleView.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import css from './DataPage.module.css';

interface SampleListProps {
  readonly samples: SamplePage;
  readonly label: string;
}

/** Samples with their numbers and what they are: pictures where they have one, rows of a table otherwise. */
export function SampleList({ samples, label }: SampleListProps) {
  const { inputShape, inputClasses, cells, x } = samples;
  const kind = cells === undefined ? sampleKind(inputShape, inputClasses) : undefined;
  const size = elementCount(inputShape);
  const range = useMemo(() => usualRange(x), [x]);
  const nameOf = useNames(samples);
  if (kind !== 'image' && kind !== 'signal') return <SampleTable samples={samples} label={label} />;
  const View = kind === 'image' ? ImageView : TraceView;
  return (
    <ul className={css['grid']} data-kind={kind} aria-label={label}>
      {Array.from(samples.rows, (row, i) => (
        <li key={row} title={nameOf(i)}>
          <View
            className={css[kind]}
            values={x.subarray(i * size, (i + 1) * size)}
            shape={inputShape}
            range={range}
          />
          <span className={css['name']}>{nameOf(i)}</span>
          <span className={css['number']}>#{formatWhole(row)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What the i-th sample is. */
export function useNames({ y, classes, targetShape }: SamplePage): (i: number) => string {
  const text = useText();
  const size = elementCount(targetShape);
  return (i) => {
    const values = Array.from(y.subarray(i * size, i * size + Math.min(size, mostColumns)));
    const names = values.map((value) => {
      const known = classes?.[value];
      return known === undefined ? formatFigure(value) : text(known);
    });
    return names.join(' ');
  };
}

const mostColumns = 32;

function SampleTable({ samples, label }: SampleListProps) {
  const t = useT();
  const { x, rows, cells, inputShape, inputClasses } = samples;
  const nameOf = useNames(samples);
  const size = elementCount(inputShape);
  const shown = Math.min(size, mostColumns);
  const names = cells?.names ?? [
    ...Array.from({ length: shown }, (_, i) => `x${size === 1 ? '' : i + 1}`),
    t('dataPage.target'),
  ];
  const rowOf = (i: number): readonly string[] => {
    if (cells !== undefined) return cells.cells[i] ?? [];
    const values = Array.from(x.subarray(i * size, i * size + shown), (value) =>
      inputClasses === undefined ? formatFigure(value) : `${value}`,
    );
    return [...values, nameOf(i)];
  };
  return (
    // A table that is wider than its place is scrolled with the keyboard too.
    <section className={css['scroll']} aria-label={label} tabIndex={0}>
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">#</th>
            {names.map((name, i) => (
              <th key={`${i} ${name}`} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from(rows, (row, i) => (
            <tr key={row}>
              <th scope="row">{formatWhole(row)}</th>
              {rowOf(i).map((cell, column) => (
                <td key={`${column} ${names[column]}`}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
