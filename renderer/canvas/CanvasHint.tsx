import { Plus } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { KeyCaps } from '../design/KeyCaps.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './CanvasHint.module.css';

/** What to do with an empty canvas. */
export function CanvasHint({ onAdd }: { readonly onAdd: () => void }) {
  const t = useT();
  return (
    <div className={css['hint']}>
      <p className={css['title']}>{t('canvas.emptyTitle')}</p>
      <p className={css['text']}>{t('canvas.emptyText')}</p>
      <Button variant="primary" icon={<Plus size={15} aria-hidden />} onClick={onAdd}>
        {t('palette.addLayer')}
      </Button>
      <span className={css['keys']}>
        <KeyCaps binding="/" />
      </span>
    </div>
  );
}
