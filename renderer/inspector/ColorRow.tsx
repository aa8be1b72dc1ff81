import { setColor } from '../document/commands.ts';
import { colorOf, markChoices, markCss, markOf } from '../document/marks.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import css from './ColorRow.module.css';

/** The colour that the selected nodes are marked with. */
export function ColorRow() {
  const t = useT();
  const mark = useDocumentStore(markOf);
  return (
    <fieldset className={css['row']}>
      <legend className={css['label']}>{t('color.title')}</legend>
      <div className={css['choices']}>
        {markChoices.map((choice) => (
          <label key={choice} className={css['choice']} title={t(`color.${choice}`)}>
            <input
              type="radio"
              name="mark"
              // There is nothing in it that the keys to undo could be for.
              data-pristine
              className={css['input']}
              aria-label={t(`color.${choice}`)}
              checked={mark === choice}
              onChange={() => setColor(colorOf(choice))}
            />
            <i
              aria-hidden
              className={css['swatch']}
              data-none={choice === 'none' || undefined}
              style={{ background: markCss(choice) }}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
