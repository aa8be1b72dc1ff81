import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { classOf } from '../charts/classes.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { probabilityOf, type WorstRow } from '../charts/sample-losses.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';

interface WorstTableProps {
  readonly prediction: { readonly values: Float32Array; readonly columns: number };
  /** Rows of the prediction before the first sample. */
  readonly offset?: number;
  /** What went in, number by number; undefined before it is there. */
  readonly inputOf: (row: number) => readonly string[] | undefined;
  /** [rows, targets] */
  readonly y: Float32Array;
  readonly targets: number;
  readonly worst: readonly WorstRow[];
  readonly classes: SampleSet['classes'];
}

const mostInputs = 4;

/** The samples with the highest loss among those that were not trained on: what went in, what it is, what was answered and how surely. */
export function WorstTable(props: WorstTableProps) {
  const { prediction, offset = 0, inputOf, y, targets, worst, classes } = props;
  const t = useT();
  const { title } = useShownPart();
  const text = useText();
  const { values, columns } = prediction;
  const inputText = (row: number): string => {
    const told = inputOf(row) ?? [];
    const shown = told.slice(0, mostInputs).join(', ');
    return told.length > mostInputs ? `${shown} …` : shown;
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
        {worst.map(({ row, loss }, rank) => {
          const [truth, answer, sure] = cells(row);
          return (
            // By its rank: rows keep their places while it trains, and what they tell changes.
            // biome-ignore lint/suspicious/noArrayIndexKey: the rank is what a row stands for
            <tr key={rank} data-wrong={(classes && truth !== answer) || undefined}>
              <th scope="row">{inputText(row)}</th>
              <td>{truth}</td>
              <td>{answer}</td>
              {sure === undefined ? null : <td>{sure}</td>}
              <td>{formatFigure(loss)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
