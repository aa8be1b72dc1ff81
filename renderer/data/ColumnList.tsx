import { listOf, namesIn, type Role, rolesFor, rolesOf } from '../../engine/data/sources/table.ts';
import { paramText } from '../../engine/declaration/fields.ts';
import type { FoundColumn, FoundFiles } from '../../engine/declaration/found-files.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Segments } from '../design/Segments.tsx';
import { setParam } from '../document/commands.ts';
import { useT } from '../i18n/i18n.ts';
import css from './ColumnList.module.css';

interface ColumnListProps {
  readonly node: DocumentNode;
  readonly files: FoundFiles;
}

/** Columns that are of no use show what others are for, so that all look alike. */
const shownRoles = (column: FoundColumn): readonly Role[] =>
  column.kind === 'part' ? rolesFor(column) : ['input', 'target', 'ignored'];

/** Every column of a table, and what it is for: a press changes that. */
export function ColumnList({ node, files }: ColumnListProps) {
  const t = useT();
  const { columns } = files;
  const target = paramText(node.params['target'] ?? '');
  const ignored = paramText(node.params['ignored'] ?? '');
  const now = rolesOf(columns, { target, ignored });

  const choose = (column: FoundColumn, role: Role): void => {
    if (role === 'target') {
      setParam(node.id, 'target', column.name);
      return;
    }
    const others = namesIn(ignored).filter((name) => name !== column.name);
    setParam(node.id, 'ignored', listOf(role === 'ignored' ? [...others, column.name] : others));
  };

  return (
    <ul className={css['list']} aria-label={t('data.columns')} tabIndex={columns.length > 10 ? 0 : undefined}>
      {columns.map((column, i) => (
        <li key={column.name} className={css['column']} data-role={now[i]}>
          <span className={css['name']} title={column.name}>
            {column.name}
          </span>
          <Segments
            inline
            label={t('data.useOf', { name: column.name })}
            value={now[i] ?? 'ignored'}
            options={shownRoles(column).map((role) => ({
              value: role,
              label: t(`data.role.${role}`),
              // A target gives way to another one.
              disabled: !rolesFor(column).includes(role) || now[i] === 'target' || now[i] === role,
            }))}
            onChange={(role) => choose(column, role)}
          />
          <span className={css['kind']}>{kindOf(column, t)}</span>
        </li>
      ))}
    </ul>
  );
}

function kindOf({ kind, values, missing = 0 }: FoundColumn, t: ReturnType<typeof useT>): string {
  const what = kind === 'category' ? t('data.categories', { count: values.length }) : t(`data.kind.${kind}`);
  return missing === 0 ? what : `${what} · ${t('data.missingOf', { count: missing })}`;
}
