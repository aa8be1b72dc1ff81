import { Dices } from 'lucide-react';
import { useState } from 'react';
import type { Params } from '../../engine/declaration/fields.ts';
import { useSamplePage } from '../data/data-node.ts';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './DataPage.module.css';
import { SampleList } from './SampleList.tsx';

const imagesShown = 8;

/** The same training images as they are, and as training varies them in one epoch and another. */
export function Variations({ params }: { readonly params: Params }) {
  const t = useT();
  const [epoch, setEpoch] = useState(0);
  const from = { part: 'train', first: 0, count: imagesShown } as const;
  const { answer: plain } = useSamplePage(params, from);
  const { answer: varied } = useSamplePage(params, from, epoch);
  if (plain === undefined || varied === undefined) return null;
  const title = t('dataPage.variedIn', { epoch: epoch + 1 });
  return (
    <section className={css['panel']} aria-label={t('dataPage.augmentation')}>
      <div className={css['bar']}>
        <h2 className={css['heading']}>{t('dataPage.asTheyAre')}</h2>
      </div>
      <SampleList samples={plain} label={t('dataPage.asTheyAre')} />
      <div className={css['bar']}>
        <h2 className={css['heading']}>{title}</h2>
        <Button icon={<Dices size={14} aria-hidden />} onClick={() => setEpoch(epoch + 1)}>
          {t('dataPage.anotherDraw')}
        </Button>
      </div>
      <SampleList samples={varied} label={title} />
    </section>
  );
}
