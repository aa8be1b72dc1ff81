import type { ReactNode } from 'react';
import { elementCount, sameShape } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { type Answers, rootMeanSquare } from '../charts/answers.ts';
import { formatFigure, formatShare } from '../charts/figures.ts';
import { probabilityOf } from '../charts/sample-losses.ts';
import type { Range, SampleKind } from '../charts/samples.ts';
import { useT, useText } from '../i18n/i18n.ts';
import type { Card } from './card-memory.ts';
import type { PartAnswers } from './part-answers.ts';
import { SampleCard } from './SampleCard.tsx';
import { type Place, SequenceTable } from './SequenceTable.tsx';
import { useShownPart } from './shown-part.ts';
import css from './TestSamples.module.css';

interface SampleListProps {
  readonly cards: readonly Card[];
  /** Where in the answers each stands, by its number. */
  readonly places: ReadonlyMap<number, number>;
  readonly samples: SampleSet;
  readonly kind: SampleKind;
  readonly answers: Answers | undefined;
  readonly current: PartAnswers | undefined;
  readonly range: Range;
  /** Of the sample that is looked at alone, or asked about: not of sequences. */
  readonly chosen: number | undefined;
  readonly onChoose: (card: Card | undefined) => void;
}

/** Samples as they look, each with its answer; an image or a signal can be chosen. */
export function SampleList(props: SampleListProps) {
  const { cards, places, samples, kind, answers, current, range, chosen, onChoose } = props;
  const t = useT();
  const { title } = useShownPart();
  const text = useText();
  const { inputShape, targetShape, classes } = samples;
  const isMade = classes === undefined && sameShape(targetShape, inputShape);
  const size = elementCount(inputShape);
  const names = classes?.map(text);
  const madeOf = ({ number }: Card): Float32Array | undefined => {
    const row = places.get(number);
    if (!isMade || row === undefined) return undefined;
    return current?.prediction.values.subarray(row * size, (row + 1) * size);
  };
  const answerOf = (card: Card): { answer?: string | undefined; share?: string } => {
    const row = places.get(card.number);
    if (row === undefined) return {};
    if (answers !== undefined && current !== undefined) {
      const { values, columns } = current.prediction;
      const answer = answers.classes[row] ?? 0;
      const share = formatShare(probabilityOf(values, columns, row, answer), 0);
      return { answer: names?.[answer] ?? String(answer), share };
    }
    const made = madeOf(card);
    if (isMade)
      return { answer: made && t('evaluate.error', { error: formatFigure(rootMeanSquare(made, card.x)) }) };
    const answer = current && formatFigure(current.prediction.values[row * current.prediction.columns]);
    return { answer };
  };
  const pick = (card: Card, shown: ReactNode): ReactNode => (
    <button
      type="button"
      className={css['pick']}
      aria-pressed={card.number === chosen}
      onClick={() => onChoose(card.number === chosen ? undefined : card)}
    >
      {shown}
    </button>
  );
  return (
    <ul
      className={css['samples']}
      data-kind={kind}
      data-made={isMade || undefined}
      aria-label={title}
      // Sequences hold nothing that takes the focus, and are scrolled by keys all the same.
      {...(kind === 'tokens' && { tabIndex: 0 })}
    >
      {cards.map((card) => {
        const row = places.get(card.number);
        const wrong = row === undefined ? undefined : answers && answers.wrong[row] === 1;
        return (
          <li key={card.number}>
            {kind === 'tokens' ? (
              <SequenceTable places={placesOf(card, row, names, answers)} wrong={wrong === true} />
            ) : (
              pick(
                card,
                <SampleCard
                  kind={kind}
                  values={card.x}
                  made={madeOf(card)}
                  shape={inputShape}
                  range={range}
                  truth={isMade ? undefined : truthOf(card.y[0], names)}
                  {...answerOf(card)}
                  wrong={wrong}
                />,
              )
            )}
          </li>
        );
      })}
    </ul>
  );
}

const truthOf = (target: number | undefined, names: readonly string[] | undefined): string =>
  names === undefined ? formatFigure(target) : (names[target ?? 0] ?? '');

/** What stands at each place of a sequence. Where targets are not one for each place, none is shown. */
function placesOf(
  { x: tokens, y }: Card,
  row: number | undefined,
  names: readonly string[] | undefined,
  answers: Answers | undefined,
): Place[] {
  const length = tokens.length;
  const isAnswered = y.length === length;
  const name = (symbol: number): string => names?.[symbol] ?? `${symbol}`;
  return Array.from(tokens, (token, place) => {
    const label = isAnswered ? (y[place] ?? -1) : -1;
    const answer = isAnswered && row !== undefined ? answers?.classes[row * length + place] : undefined;
    return {
      place,
      input: isAnswered ? name(token) : `${token}`,
      wanted: label < 0 ? undefined : name(label),
      answer: answer === undefined ? undefined : name(answer),
    };
  });
}
