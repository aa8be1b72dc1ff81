import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './Question.module.css';
import type { Asked } from './use-asked.ts';

interface QuestionProps {
  readonly title: string;
  readonly asked: Pick<Asked<unknown>, 'isChanged' | 'restore'>;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** A sample that a person changes, and what the network answers to it now. */
export function Question({ title, asked, hint, children }: QuestionProps) {
  const t = useT();
  return (
    <section className={css['question']} aria-label={title}>
      <header className={css['header']}>
        <h4 className={css['title']}>{title}</h4>
        <IconButton
          label={t('evaluate.restore')}
          className={css['restore']}
          disabled={!asked.isChanged}
          onClick={asked.restore}
        >
          <RotateCcw size={12} aria-hidden />
        </IconButton>
      </header>
      {hint === undefined ? null : <p className={css['hint']}>{hint}</p>}
      {children}
    </section>
  );
}
