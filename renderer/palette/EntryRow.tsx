import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { useText } from '../i18n/i18n.ts';
import css from './EntryRow.module.css';
import type { PaletteEntry } from './entries.ts';

/** A layer in a list that is searched by typing: what it is, and what it is for. */
export function EntryRow({ type, category, title, summary }: PaletteEntry) {
  const text = useText();
  return (
    <>
      <span className={css['icon']} style={{ color: categoryColor(category) }}>
        <LayerIcon type={type} category={category} size={16} />
      </span>
      <span className={css['title']}>{text(title)}</span>
      <span className={css['summary']}>{text(summary)}</span>
    </>
  );
}
