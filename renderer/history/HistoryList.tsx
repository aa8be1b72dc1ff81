import { Check } from 'lucide-react';
import { CommandList } from '../design/CommandList.tsx';
import { goToStep, useDocumentStore } from '../document/store.ts';
import { useLanguage, useT } from '../i18n/i18n.ts';
import { stepLabel } from '../keys/menu-entries.ts';
import { showOverlay } from '../workspace/state.ts';
import css from './HistoryList.module.css';

/** A point in time that the document can be taken to: after so many steps. */
interface Moment {
  readonly done: number;
  readonly label: string;
}

/** Everything that was done since the document was opened, newest first; taking a step goes to where it was done. */
export function HistoryList({ open }: { readonly open: boolean }) {
  const t = useT();
  const language = useLanguage();
  const { past, future } = useDocumentStore((state) => state.history);
  const moments = open
    ? [...past, ...future]
        .map(({ label }, i): Moment => ({ done: i + 1, label: stepLabel(label, t, language) }))
        .toReversed()
    : [];
  const beginning: Moment = { done: 0, label: t('history.beginning') };
  const groups = [
    { value: t('history.undone'), items: moments.slice(0, future.length) },
    { value: t('history.done'), items: [...moments.slice(future.length), beginning] },
  ].filter(({ items }) => items.length > 0);

  return (
    <CommandList<Moment>
      open={open}
      onClose={() => showOverlay(undefined)}
      title={t('history.title')}
      placeholder={t('history.search')}
      empty={t('history.noStep')}
      groups={groups}
      keyOf={({ done }) => String(done)}
      rankOf={({ label }, query) =>
        label.toLowerCase().includes(query.trim().toLowerCase()) ? 0 : undefined
      }
      choose={({ done }) => goToStep(done)}
      show={({ done, label }) => (
        <>
          <span className={css['number']}>{done === 0 ? '' : done}</span>
          <span className={css['label']} data-undone={done > past.length || undefined}>
            {label}
          </span>
          {done === past.length ? (
            <span className={css['now']}>
              <Check size={13} aria-hidden />
              {t('history.now')}
            </span>
          ) : null}
        </>
      )}
    />
  );
}
