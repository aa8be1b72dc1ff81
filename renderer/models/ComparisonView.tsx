import type { OpenedModel } from '../../engine/protocol/model-messages.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { useT } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { useModel } from './model-store.ts';

/** How far two models are apart on the same rows. */
export function ComparisonView({
  model,
  names,
}: {
  readonly model: OpenedModel;
  readonly names: readonly string[] | undefined;
}) {
  const t = useT();
  const { phase, compared } = useModel();
  if (phase === 'comparing') {
    return (
      <p className={css['muted']} role="status">
        {t('models.comparing')}
      </p>
    );
  }
  if (!compared) return null;
  const { comparison, other } = compared;
  const { rows, maxAbsDiff, meanAbsDiff, agreement, accuracy, otherAccuracy, furthest } = comparison;
  const figure = (label: string, value: string, testId: string) => (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
  return (
    <div className={css['result']} data-testid="model-comparison">
      <p role="status">
        {t('models.compared', { a: model.name, b: other.name, count: rows, rows: formatWhole(rows) })}
      </p>
      <dl className={css['accuracy']}>
        {figure(t('models.maxAbsDiff'), formatFigure(maxAbsDiff), 'comparison-max')}
        {figure(t('models.meanAbsDiff'), formatFigure(meanAbsDiff), 'comparison-mean')}
        {agreement === undefined
          ? null
          : figure(t('models.agreement'), formatShare(agreement, 2), 'comparison-agreement')}
        {accuracy === undefined
          ? null
          : figure(
              t('models.accuracyOf', { name: model.name }),
              formatShare(accuracy, 2),
              'comparison-accuracy',
            )}
        {otherAccuracy === undefined
          ? null
          : figure(
              t('models.accuracyOf', { name: other.name }),
              formatShare(otherAccuracy, 2),
              'comparison-other-accuracy',
            )}
      </dl>
      {furthest.length === 0 ? null : (
        <table className={css['table']}>
          <caption>{t('models.furthest')}</caption>
          <tbody>
            {furthest.map(({ row, maxAbsDiff: apart }) => (
              <tr key={row}>
                <th scope="row">{names?.[row] ?? row + 1}</th>
                <td>{formatFigure(apart)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
