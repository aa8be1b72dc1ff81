import type { ReactNode } from 'react';
import css from './EmptyState.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly detail: string;
  /** It is on its way, and said so to who hears the page. */
  readonly isBusy?: boolean;
  readonly children?: ReactNode;
}

/** What a panel shows while there is nothing to show: what it is for, and what to do. */
export function EmptyState({ title, detail, isBusy = false, children }: EmptyStateProps) {
  return (
    <div className={css['empty']} role={isBusy ? 'status' : undefined}>
      <p className={css['title']}>{title}</p>
      <p className={css['detail']}>{detail}</p>
      {children}
    </div>
  );
}
