import { runLengthOf } from '../../engine/document/run-length.ts';
import { chosen, settingChoices } from '../../engine/document/training-settings.ts';
import { rateFactor } from '../../engine/schedules/rate-factor.ts';
import { formatFigure } from '../charts/figures.ts';
import { useDocumentStore } from '../document/store.ts';
import { useTraining } from '../document/training-settings.ts';
import { useRun, useRunActive } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import css from './RatePreview.module.css';

const points = 120;
/** Units of the drawing; it is stretched to its box. */
const [width, height] = [240, 48];

/** The learning rate over the whole run as the settings have it, and where the run is. */
export function RatePreview() {
  const t = useT();
  const training = useTraining();
  const data = useDocumentStore((state) => state.analysis.data[0]);
  const active = useRunActive();
  const live = useRun((state) => state.live);
  const isKnown = settingChoices.schedule.some(({ type }) => type === training.schedule.type);
  if (data === undefined || !isKnown) return null;
  const { definition, params } = chosen(training, 'schedule');
  const run = runLengthOf(training, data);
  const factor = rateFactor(definition, params, run);
  const rates = Array.from(
    { length: points },
    (_, i) => training.learningRate * factor(Math.round((i * (run.steps - 1)) / (points - 1))),
  );
  const most = Math.max(...rates);
  if (!Number.isFinite(most) || most <= 0) return null;
  const x = (i: number): string => ((i * width) / (points - 1)).toFixed(1);
  const y = (rate: number): string => (height - 2 - (rate / most) * (height - 4)).toFixed(1);
  const line = rates.map((rate, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(rate)}`).join('');
  const figures = {
    first: formatFigure(rates[0]),
    most: formatFigure(most),
    last: formatFigure(rates.at(-1)),
  };
  const isShown = active && live !== undefined;
  return (
    <figure className={css['figure']} data-testid="rate-preview">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('settings.rateCurve', figures)}
      >
        <path className={css['area']} d={`${line}L${width} ${height}L0 ${height}Z`} />
        <path className={css['line']} d={line} />
        {isShown ? (
          <line
            className={css['now']}
            x1={(live.step / Math.max(1, run.steps)) * width}
            x2={(live.step / Math.max(1, run.steps)) * width}
            y1={0}
            y2={height}
          />
        ) : null}
      </svg>
      <figcaption>
        {isShown
          ? t('settings.rateNow', { rate: formatFigure(live.learningRate) })
          : t('settings.rateRange', figures)}
      </figcaption>
    </figure>
  );
}
