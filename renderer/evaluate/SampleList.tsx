import { type ReactNode, useMemo } from 'react';
import { elementCount, sameShape } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { type Answers, type Rows, rootMeanSquare } from '../charts/answers.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { probabilityOf } from '../charts/sample-losses.ts';
import type { Range, SampleKind } from '../charts/samples.ts';
import type { Answered } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { SampleCard } from './SampleCard.tsx';
import { type Place, SequenceTable } from './SequenceTable.tsx';
import { useShownPart } from './shown-part.ts';
import css from './TestSamples.module.css';

interface SampleListProps {
  /** Rows of `part`. */
  readonly shown: readonly number[];
  readonly part: Rows;
  readonly samples: SampleSet;
  readonly kind: SampleKind;
  readonly answers: Answers | undefined;
  readonly current: Answered | undefined;
  readonly range: Range;
  /** The row that is looked at alone; images only. */
  readonly chosen: number | undefined;
  readonly onChoose: (row: number | undefined) => void;
}

/** Samples as they look, each with its answer; an image can be chosen. */
export function SampleList(props: SampleListProps) {
  const { shown, part, samples, kind, answers, current, range, chosen, onChoose } = props;
  const t = useT();
  const { title } = useShownPart();
  const text = useText();
  const { inputShape, targetShape, classes } = samples;
  const isMade = classes === undefined && sameShape(targetShape, inputShape);
  const size = elementCount(inputShape);
  const views = useMemo(
    () => Array.from({ length: part.rows }, (_, row) => part.x.subarray(row * size, (row + 1) * size)),
    [part, size],
  );
  const names = classes?.map(text);
  const madeOf = (row: number): Float32Array | undefined =>
    isMade ? current?.prediction.values.subarray(row * size, (row + 1) * size) : undefined;
  const answerOf = (row: number): string | undefined => {
    if (answers !== undefined && current !== undefined) {
      const { values, columns } = current.prediction;
      const answer = answers.classes[row] ?? 0;
      return `${names?.[answer] ?? answer} ${formatShare(probabilityOf(values, columns, row, answer), 0)}`;
    }
    const [made, given] = [madeOf(row), views[row]];
    if (isMade)
      return made && given && t('evaluate.error', { error: formatFigure(rootMeanSquare(made, given)) });
    return current && formatFigure(current.prediction.values[row * current.prediction.columns]);
  };
  const pick = (row: number, card: ReactNode): ReactNode =>
    kind === 'image' ? (
      <button
        type="button"
        className={css['pick']}
        aria-pressed={row === chosen}
        onClick={() => onChoose(row === chosen ? undefined : row)}
      >
        {card}
      </button>
    ) : (
      card
    );
  return (
    <ul className={css['samples']} data-kind={kind} data-made={isMade || undefined} aria-label={title}>
      {shown.map((row) => (
        <li key={row}>
          {kind === 'tokens' ? (
            <SequenceTable
              places={placesOf(views[row] ?? new Float32Array(), row, part, names, answers)}
              wrong={answers?.wrong[row] === 1}
            />
          ) : (
            pick(
              row,
              <SampleCard
                kind={kind}
                values={views[row] ?? new Float32Array()}
                made={madeOf(row)}
                shape={inputShape}
                range={range}
                truth={isMade ? undefined : truthOf(part.y[row], names)}
                answer={answerOf(row)}
                wrong={answers && answers.wrong[row] === 1}
              />,
            )
          )}
        </li>
      ))}
    </ul>
  );
}

const truthOf = (target: number | undefined, names: readonly string[] | undefined): string =>
  names === undefined ? formatFigure(target) : (names[target ?? 0] ?? '');

/** What stands at each place of a sequence. Where targets are not one for each place, none is shown. */
function placesOf(
  tokens: Float32Array,
  row: number,
  { y, rows }: Rows,
  names: readonly string[] | undefined,
  answers: Answers | undefined,
): Place[] {
  const length = tokens.length;
  const isAnswered = y.length === rows * length;
  const name = (symbol: number): string => names?.[symbol] ?? `${symbol}`;
  return Array.from(tokens, (token, place) => {
    const at = row * length + place;
    const label = isAnswered ? (y[at] ?? -1) : -1;
    const answer = isAnswered ? answers?.classes[at] : undefined;
    return {
      place,
      input: isAnswered ? name(token) : `${token}`,
      wanted: label < 0 ? undefined : name(label),
      answer: answer === undefined ? undefined : name(answer),
    };
  });
}
