import { X } from 'lucide-react';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import { heldOutOf } from '../training/held-out.ts';
import type { Overlays } from './overlaid.ts';
import css from './Runs.module.css';
import { runColor } from './run-color.ts';
import { pick } from './runs-store.ts';

/** Which line is whose, where more than one run is drawn. */
export function RunLegend({ overlays: { others, current } }: { readonly overlays: Overlays }) {
  const t = useT();
  const ring = useRun((state) => state.ring);
  return (
    <ul className={css['legend']} aria-label={t('runs.legend')}>
      <li data-key>
        <i aria-hidden data-part="train" />
        {t('curves.train')}
      </li>
      <li data-key>
        <i aria-hidden data-part="test" />
        {t(`curves.${heldOutOf({ ring, others })}`)}
      </li>
      {current === undefined ? null : (
        <li className={css['current']}>
          <i aria-hidden style={{ color: runColor(current.color) }} />
          <span className={css['legendName']}>{t('runs.current', { name: current.name })}</span>
        </li>
      )}
      {others.map(({ run, label: { name, color } }) => (
        <li key={run}>
          <i aria-hidden style={{ color: runColor(color) }} />
          <span className={css['legendName']}>{name}</span>
          <button type="button" aria-label={t('runs.leaveOut', { name })} onClick={() => pick(run, false)}>
            <X size={12} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
