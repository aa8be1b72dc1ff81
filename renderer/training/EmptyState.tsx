import type { ReactNode } from 'react';
import css from './EmptyState.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly detail: string;
  readonly children?: ReactNode;
}

/** What a panel shows while there is nothing to show: what it is for, and what to do. */
export function EmptyState({ title, detail, children }: EmptyStateProps) {
  return (
    <div className={css['empty']}>
      <p className={css['title']}>{title}</p>
      <p className={css['detail']}>{detail}</p>
      {children}
    </div>
  );
}
