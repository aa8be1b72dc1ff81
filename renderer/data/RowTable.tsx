import type { DataReport } from '../../engine/protocol/data-messages.ts';
import { useT } from '../i18n/i18n.ts';
import css from './DataSection.module.css';

/** The first rows of a table, as they stand in the file. */
export function RowTable({ rows }: { readonly rows: NonNullable<DataReport['rows']> }) {
  const t = useT();
  return (
    <>
      <h3 className={css['title']}>{t('data.firstRows')}</h3>
      <section className={css['rows']} aria-label={t('data.firstRows')} tabIndex={0}>
        <table className={css['table']}>
          <thead>
            <tr>
              {rows.names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.cells.map((cells, row) => (
              <tr key={`${row} ${cells[0]}`}>
                {cells.map((cell, i) => (
                  <td key={rows.names[i]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
