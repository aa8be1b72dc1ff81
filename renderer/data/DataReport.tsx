import { TriangleAlert } from 'lucide-react';
import type { ChannelStatistics } from '../../engine/data/sources/contract.ts';
import type { DataReport } from '../../engine/protocol/data-messages.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './DataSection.module.css';
import { RowTable } from './RowTable.tsx';

/** Parts, remarks, classes and statistics. */
export function Report({ report }: { readonly report: DataReport }) {
  const { classes, statistics, remarks, rows } = report;
  return (
    <>
      <Parts report={report} />
      <Remarks remarks={remarks} />
      {classes === undefined ? null : <Balance classes={classes} />}
      {rows === undefined ? null : <RowTable rows={rows} />}
      {statistics.length === 0 ? null : <Statistics statistics={statistics} />}
    </>
  );
}

export function Balance({ classes }: { readonly classes: NonNullable<DataReport['classes']> }) {
  const t = useT();
  const text = useText();
  const most = Math.max(1, ...classes.map(({ train, test }) => train + test));
  const share = (count: number): string => `${(100 * count) / most}%`;
  return (
    <>
      <h3 className={css['title']}>{t('data.balance', { count: classes.length })}</h3>
      <ul className={css['balance']} tabIndex={classes.length > 12 ? 0 : undefined}>
        {classes.map(({ name, train, test }, i) => (
          // Two classes may be called the same.
          <li key={`${i} ${name.en}`} title={t('data.ofClass', { name: text(name), train, test })}>
            <span className={css['name']}>{text(name)}</span>
            <span className={css['bar']} aria-hidden>
              <span className={css['train']} style={{ width: share(train) }} />
              <span className={css['test']} style={{ width: share(test) }} />
            </span>
            <span className={css['count']}>{formatWhole(train + test)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const statisticsShown = 32;

export function Statistics({ statistics }: { readonly statistics: readonly ChannelStatistics[] }) {
  const t = useT();
  const hasMissing = statistics.some(({ missing }) => missing > 0);
  return (
    <>
      <h3 className={css['title']}>{t('data.statistics')}</h3>
      <div className={css['scroll']}>
        <table className={css['table']}>
          <thead>
            <tr>
              <th scope="col">{t('data.channel')}</th>
              <th scope="col">{t('data.mean')}</th>
              <th scope="col">{t('data.deviation')}</th>
              <th scope="col">{t('data.range')}</th>
              {hasMissing ? <th scope="col">{t('data.missing')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {statistics.slice(0, statisticsShown).map(({ name, mean, deviation, min, max, missing }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatFigure(mean)}</td>
                <td>{formatFigure(deviation)}</td>
                <td>
                  {formatFigure(min)} – {formatFigure(max)}
                </td>
                {hasMissing ? <td>{formatWhole(missing)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How many samples there are to train on and to test with, and who says which. */
export function Parts({ report }: { readonly report: DataReport }) {
  const t = useT();
  const { train, test, testPart } = report;
  return (
    <dl className={css['facts']}>
      <dt>{t('data.train')}</dt>
      <dd>{formatWhole(train)}</dd>
      <dt>
        {t('data.test')} <span className={css['note']}>{t(`data.testPart.${testPart}`)}</span>
      </dt>
      <dd>{formatWhole(test)}</dd>
    </dl>
  );
}

export function Remarks({ remarks }: { readonly remarks: DataReport['remarks'] }) {
  const text = useText();
  return remarks.map((remark) => (
    <p key={remark.en} className={css['remark']}>
      <TriangleAlert size={13} aria-hidden />
      <span>{text(remark)}</span>
    </p>
  ));
}
