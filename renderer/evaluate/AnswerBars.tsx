import type { Text } from '../../engine/declaration/text.ts';
import { topClasses } from '../charts/classes.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Images.module.css';

interface AnswerBarsProps {
  /** What the network gives to each class, or its numbers. */
  readonly row: Float32Array;
  readonly classes: readonly Text[] | undefined;
  readonly truth?: number | undefined;
}

const most = 5;

/** The classes that a network thinks likeliest, with their probabilities. */
export function AnswerBars({ row, classes, truth }: AnswerBarsProps) {
  const t = useT();
  const text = useText();
  if (classes === undefined)
    return <p className={css['numbers']}>{Array.from(row.subarray(0, most), formatFigure).join(', ')}</p>;
  // One probability is that of the second of two.
  const shares = row.length === 1 ? Float32Array.of(1 - (row[0] ?? 0), row[0] ?? 0) : row;
  return (
    <ol className={css['bars']} data-testid="answer-bars" aria-label={t('evaluate.likeliest')}>
      {topClasses(shares, most).map((index) => {
        const share = shares[index] ?? 0;
        return (
          <li key={index} data-true={index === truth || undefined}>
            <span className={css['barName']} title={classes[index] && text(classes[index])}>
              {classes[index] === undefined ? index : text(classes[index])}
            </span>
            <span className={css['bar']} aria-hidden>
              <i style={{ width: `${100 * share}%` }} />
            </span>
            <span className={css['share']}>{formatShare(share)}</span>
          </li>
        );
      })}
    </ol>
  );
}
