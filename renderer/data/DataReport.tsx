import { TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import type { ChannelStatistics } from '../../engine/data/sources/contract.ts';
import { type ClassBalance, type DataReport, parts } from '../../engine/protocol/data-messages.ts';
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
  const all = ({ train, validation, test }: ClassBalance): number => train + validation + test;
  const most = Math.max(1, ...classes.map(all));
  const hasValidation = classes.some(({ validation }) => validation > 0);
  const share = (count: number): string => `${(100 * count) / most}%`;
  return (
    <>
      <h3 className={css['title']}>{t('data.balance', { count: classes.length })}</h3>
      <ul className={css['balance']} tabIndex={classes.length > 12 ? 0 : undefined}>
        {classes.map((one, i) => (
          // Two classes may be called the same.
          <li
            key={`${i} ${one.name.en}`}
            title={t(hasValidation ? 'data.ofClassParts' : 'data.ofClass', { ...one, name: text(one.name) })}
          >
            <span className={css['name']}>{text(one.name)}</span>
            <span className={css['bar']} aria-hidden>
              {parts.map((part) => (
                <span key={part} className={css[part]} style={{ width: share(one[part]) }} />
              ))}
            </span>
            <span className={css['count']}>{formatWhole(all(one))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const statisticsShown = 32;

export function Statistics({ statistics }: { readonly statistics: readonly ChannelStatistics[] }) {
  const t = useT();
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
            </tr>
          </thead>
          <tbody>
            {statistics.slice(0, statisticsShown).map(({ name, mean, deviation, min, max, missing }) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                  {missing > 0 ? (
                    <span className={css['missing']}>{t('data.missingOf', { count: missing })}</span>
                  ) : null}
                </th>
                <td>{formatFigure(mean)}</td>
                <td>{formatFigure(deviation)}</td>
                <td className={css['range']}>
                  <span>{formatFigure(min)} –</span> <span>{formatFigure(max)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How many samples each part has, and who says which. */
export function Parts({ report }: { readonly report: DataReport }) {
  const t = useT();
  const { train, origins } = report;
  const held = (['validation', 'test'] as const).filter((part) => part === 'test' || report[part] > 0);
  return (
    <dl className={css['facts']}>
      <dt>{t('data.train')}</dt>
      <dd>{formatWhole(train)}</dd>
      {held.map((part) => (
        <Fragment key={part}>
          <dt>
            {t(`data.${part}`)} <span className={css['note']}>{t(`data.origin.${origins[part]}`)}</span>
          </dt>
          <dd>{formatWhole(report[part])}</dd>
        </Fragment>
      ))}
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
