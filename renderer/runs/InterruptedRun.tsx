import { CirclePlay } from 'lucide-react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import { declineOffer } from './follow-runs.ts';
import css from './InterruptedRun.module.css';
import { resumeOffer } from './run-actions.ts';
import { useRuns } from './runs-store.ts';

interface InterruptedRunProps {
  /** What was not saved when the studio was left; it comes back with the run. */
  readonly recovered: NetwrightDocument | undefined;
  readonly onResumed: () => void;
}

/** Offers to go on with the run that was under way when the studio was left. */
export function InterruptedRun({ recovered, onResumed }: InterruptedRunProps) {
  const t = useT();
  const offer = useRuns((state) => state.offer);
  if (offer === undefined) return null;
  const { label, epochs, epochsPlanned } = offer;
  const title = t('runs.offerTitle', { name: label.name });
  return (
    <section className={css['offer']} aria-label={title} data-run={offer.run}>
      <CirclePlay size={18} aria-hidden />
      <div className={css['words']}>
        <h2 className={css['title']}>{title}</h2>
        <p>{t('runs.offerText', { epochs: formatWhole(epochs), planned: formatWhole(epochsPlanned) })}</p>
      </div>
      <Button variant="ghost" onClick={declineOffer}>
        {t('runs.notNow')}
      </Button>
      <Button
        variant="primary"
        onClick={() => {
          void resumeOffer(offer, recovered).then((resumed) => {
            if (resumed) onResumed();
          });
        }}
      >
        {t('runs.resume')}
      </Button>
    </section>
  );
}
