import { useMemo } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { classOf } from '../charts/classes.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { classLosses, numberLosses, probabilityOf, worstFirst } from '../charts/sample-losses.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';

interface WorstTableProps {
  readonly prediction: { readonly values: Float32Array; readonly columns: number };
  /** Rows of the prediction before the first sample. */
  readonly offset?: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly rows: number;
  /** Which of them are looked at. */
  readonly take?: (row: number) => boolean;
  readonly classes: SampleSet['classes'];
}

const mostShown = 10;
const mostInputs = 4;

/** The samples with the highest loss among those that were not trained on: what went in, what it is, what was answered and how surely. */
export function WorstTable(props: WorstTableProps) {
  const { prediction, offset = 0, x, y, rows, take = always, classes } = props;
  const t = useT();
  const { title } = useShownPart();
  const text = useText();
  const losses = useMemo(
    () => (classes ? classLosses : numberLosses)(prediction, y, rows, offset),
    [prediction, y, rows, offset, classes],
  );
  const tested = Array.from({ length: rows }, (_, row) => row).filter(take);
  const worst = worstFirst(tested, losses).slice(0, mostShown);
  const width = rows === 0 ? 0 : x.length / rows;
  const targets = rows === 0 ? 1 : y.length / rows;
  const { values, columns } = prediction;
  const inputOf = (row: number): string => {
    const shown = Array.from(
      x.subarray(row * width, row * width + Math.min(width, mostInputs)),
      formatFigure,
    );
    return width > mostInputs ? `${shown.join(', ')} …` : shown.join(', ');
  };
  const cells = (row: number): readonly [truth: string, answer: string, sure: string | undefined] => {
    if (!classes) {
      const first = (from: Float32Array, start: number): string => formatFigure(from[start]);
      return [first(y, row * targets), first(values, (row + offset) * columns), undefined];
    }
    const answer = classOf(values, columns, row + offset);
    const name = (index: number): string => (classes[index] ? text(classes[index]) : String(index));
    const sure = probabilityOf(values, columns, row + offset, answer);
    return [name(y[row] ?? 0), name(answer), formatShare(sure)];
  };
  return (
    <table className={css['perClass']} data-testid="worst-samples">
      <caption>{t('evaluate.worst.caption', { samples: title })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('evaluate.worst.input')}</th>
          <th scope="col">{t('evaluate.worst.truth')}</th>
          <th scope="col">{t('evaluate.worst.answer')}</th>
          {classes ? <th scope="col">{t('evaluate.worst.sure')}</th> : null}
          <th scope="col">{t('evaluate.worst.loss')}</th>
        </tr>
      </thead>
      <tbody>
        {worst.map((row, rank) => {
          const [truth, answer, sure] = cells(row);
          return (
            // By its rank: rows keep their places while it trains, and what they tell changes.
            // biome-ignore lint/suspicious/noArrayIndexKey: the rank is what a row stands for
            <tr key={rank} data-wrong={(classes && truth !== answer) || undefined}>
              <th scope="row">{inputOf(row)}</th>
              <td>{truth}</td>
              <td>{answer}</td>
              {sure === undefined ? null : <td>{sure}</td>}
              <td>{formatFigure(losses[row])}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const always = (): boolean => true;
