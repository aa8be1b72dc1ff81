import { Footprints } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './TourOffer.module.css';
import { leaveTour, startTour, useTour } from './tour-store.ts';

/** Offered in the gallery until the person took it or said no. */
export function TourOffer() {
  const t = useT();
  const met = useTour((state) => state.met);
  if (met) return null;
  return (
    <section className={css['offer']} aria-label={t('tour.offerTitle')}>
      <Footprints size={18} aria-hidden />
      <div className={css['words']}>
        <h2 className={css['title']}>{t('tour.offerTitle')}</h2>
        <p>{t('tour.offerText')}</p>
      </div>
      <Button variant="ghost" onClick={leaveTour}>
        {t('tour.notNow')}
      </Button>
      <Button variant="primary" onClick={() => void startTour()}>
        {t('tour.start')}
      </Button>
    </section>
  );
}
