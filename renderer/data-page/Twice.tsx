import type { Params } from '../../engine/declaration/fields.ts';
import type { Duplicates, SamplePage } from '../../engine/protocol/data-messages.ts';
import { formatShare } from '../charts/figures.ts';
import { Remarks } from '../data/DataReport.tsx';
import section from '../data/DataSection.module.css';
import { useSamplePage } from '../data/data-node.ts';
import { useT } from '../i18n/i18n.ts';
import css from './DataPage.module.css';
import { SampleList } from './SampleList.tsx';

interface TwiceProps {
  readonly params: Params;
  readonly duplicates: Duplicates | undefined;
}

/** Samples that are there more than once: how many, and some of them to look at. */
export function Twice({ params, duplicates }: TwiceProps) {
  const t = useT();
  const { share = 0, remarks = [], leaks = [], repeats = [] } = duplicates ?? {};
  return (
    <section className={css['panel']} aria-label={t('dataPage.twice')}>
      <h2 className={css['heading']}>{t('dataPage.twice')}</h2>
      {share < 1 ? (
        <p className={section['note']} role="status">
          {t(remarks.length === 0 ? 'dataPage.searching' : 'dataPage.searchingFound', {
            share: formatShare(share, 0),
          })}
        </p>
      ) : remarks.length === 0 ? (
        <p className={section['note']}>{t('dataPage.noneTwice')}</p>
      ) : null}
      <Remarks remarks={remarks} />
      {share < 1 ? null : (
        <>
          <Pairs params={params} pairs={leaks} title={t('dataPage.leakedPairs')} />
          <Pairs params={params} pairs={repeats} title={t('dataPage.repeatedPairs')} />
        </>
      )}
    </section>
  );
}

const pairsShown = 4;

interface PairsProps {
  readonly params: Params;
  readonly pairs: Duplicates['leaks'];
  readonly title: string;
}

function Pairs({ params, pairs, title }: PairsProps) {
  return pairs.length === 0 ? null : <SomePairs params={params} pairs={pairs} title={title} />;
}

function SomePairs({ params, pairs, title }: PairsProps) {
  const rows = pairs.slice(0, pairsShown).flat();
  const { answer } = useSamplePage(params, { rows });
  // Until the answer to these comes, the one before it may be of other samples.
  return answer === undefined || !isOf(answer, rows) ? null : (
    <>
      <h3 className={section['title']}>{title}</h3>
      <SampleList samples={answer} label={title} />
    </>
  );
}

const isOf = ({ rows }: SamplePage, asked: readonly number[]): boolean =>
  rows.length === asked.length && asked.every((row, i) => rows[i] === row);
