import { type ReactNode, useId } from 'react';
import css from './SettingRow.module.css';

interface SettingRowProps {
  readonly label: string;
  readonly help: string;
  /** What is wrong with the value. */
  readonly problem?: string | undefined;
  /** Takes effect on the run that is going on. */
  readonly live?: boolean;
  readonly nested?: boolean;
  /** The control stands under the label, as wide as both. */
  readonly wide?: boolean;
  readonly children: (ids: { readonly id: string; readonly describedBy: string }) => ReactNode;
}

/** One training setting: label, control, help. */
export function SettingRow({
  label,
  help,
  problem,
  live = false,
  nested = false,
  wide = false,
  children,
}: SettingRowProps) {
  const id = useId();
  return (
    <div
      className={css['row']}
      data-live={live || undefined}
      data-nested={nested || undefined}
      data-wide={wide || undefined}
    >
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: `${id}-help` })}
      <p id={`${id}-help`} className={css['help']}>
        {help}
      </p>
      {problem === undefined ? null : (
        <p role="alert" className={css['problem']}>
          {problem}
        </p>
      )}
    </div>
  );
}
