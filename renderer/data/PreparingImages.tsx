import { formatWhole } from '../charts/figures.ts';
import { ProgressBar } from '../design/ProgressBar.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './PreparingImages.module.css';
import { cancelPreparing, usePreparing } from './preparing.ts';

/** How far the images are that are being brought to size; nothing where none are. */
export function PreparingImages() {
  const t = useT();
  const [first] = usePreparing((state) => state.preparing);
  if (first === undefined) return null;
  const { path, done, all } = first;
  return (
    <div className={css['preparing']}>
      <span className={css['told']} title={path} data-cited>
        {t('data.preparing', { done: formatWhole(done), all: formatWhole(all) })}
      </span>
      <ProgressBar className={css['bar']} label={t('data.preparingBar')} max={all} value={done} />
      <button type="button" className={css['stop']} onClick={() => void cancelPreparing(path)}>
        {t('data.stopPreparing')}
      </button>
    </div>
  );
}
