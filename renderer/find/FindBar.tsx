import { ChevronDown, ChevronUp, Search, X } from 'lucide-react';
import { IconButton } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './FindBar.module.css';
import { findFor, findStep, showFind, useFind } from './find.ts';

/** At once: whoever opened it types already. What was looked for last gives way to the first letter. */
function takeKeyboard(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}

/** Looks for layers by name, type, shape or problem: Enter goes to the next, Shift-Enter to the one before. */
export function FindBar() {
  const t = useT();
  const { open, query, places, at } = useFind();
  if (!open) return null;
  const count = places.length;
  return (
    <div className={css['bar']} role="search" aria-label={t('find.title')} data-find>
      <Search size={14} aria-hidden />
      <input
        className={css['input']}
        aria-label={t('find.title')}
        placeholder={t('find.placeholder')}
        value={query}
        ref={takeKeyboard}
        onChange={(event) => findFor(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') findStep(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') showFind(false);
        }}
      />
      <span className={css['count']} role="status">
        {query.trim() === '' ? '' : count === 0 ? t('find.none') : t('find.count', { at: at + 1, count })}
      </span>
      <IconButton
        label={t('find.previous')}
        keys="Shift+F3"
        onClick={() => findStep(-1)}
        disabled={count === 0}
      >
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('find.next')} keys="F3" onClick={() => findStep(1)} disabled={count === 0}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('common.close')} keys="Escape" onClick={() => showFind(false)}>
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
