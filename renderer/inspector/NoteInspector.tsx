import { Button } from '../design/Button.tsx';
import { removeSelection } from '../document/commands.ts';
import { useT } from '../i18n/i18n.ts';
import { ColorRow } from './ColorRow.tsx';
import css from './Inspector.module.css';

/** One note: its colour, and how it is written on. */
export function NoteInspector() {
  const t = useT();
  return (
    <div className={css['section']} style={{ borderTop: 0 }}>
      <h2 className={css['title']}>{t('notes.title')}</h2>
      <p className={css['text']}>{t('notes.help')}</p>
      <ColorRow />
      <div className={css['buttons']}>
        <Button variant="danger" onClick={() => removeSelection()}>
          {t('menu.delete')}
        </Button>
      </div>
    </div>
  );
}
