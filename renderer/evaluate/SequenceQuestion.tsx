import { useMemo } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { readAnswers } from '../charts/answers.ts';
import { formatShare } from '../charts/figures.ts';
import { probabilityOf } from '../charts/sample-losses.ts';
import { Select } from '../design/Select.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { AnswerBars } from './AnswerBars.tsx';
import css from './Question.module.css';
import { Question } from './Question.tsx';
import { useAsked } from './use-asked.ts';

interface SequenceQuestionProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  /** What it begins with: symbols, and the targets that say where an answer is wanted. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** A longer sequence is nothing to choose symbol by symbol. */
const mostPlaces = 64;
const askEveryMs = 100;

/** What the network answers to a sequence whose symbols are chosen one by one. */
export function SequenceQuestion({ ring, samples, x, y }: SequenceQuestionProps) {
  const t = useT();
  const text = useText();
  const asked = useAsked(x);
  const symbols = asked.value;
  const questions = useMemo(() => ({ x: symbols, rows: 1 }), [symbols]);
  const isOffered = symbols.length > 0 && symbols.length <= mostPlaces;
  const { answered } = usePrediction(ring, isOffered ? questions : undefined, askEveryMs);
  if (!isOffered) return null;
  const { inputClasses = 0, classes } = samples;
  // Where there is a target for each place, both are symbols of one kind.
  const isByPlace = classes !== undefined && y.length === symbols.length;
  const nameOf = (symbol: number): string => {
    const name = isByPlace ? classes[symbol] : undefined;
    return name === undefined ? `${symbol}` : text(name);
  };
  const options = Array.from({ length: inputClasses }, (_, symbol) => ({
    value: `${symbol}`,
    label: nameOf(symbol),
  }));
  const prediction = answered?.prediction;
  const places = isByPlace && prediction ? readAnswers(prediction, y, 1).classes : undefined;
  const answerAt = (place: number): { readonly name: string; readonly share: string } | undefined => {
    const answer = places?.[place];
    if (answer === undefined || prediction === undefined || (y[place] ?? -1) < 0) return undefined;
    const share = probabilityOf(prediction.values, prediction.columns / y.length, place, answer);
    return { name: nameOf(answer), share: formatShare(share, 0) };
  };
  return (
    <Question
      title={t('evaluate.sequence.title')}
      asked={asked}
      {...(isByPlace && { hint: t('evaluate.sequence.hint') })}
    >
      <ol className={css['places']}>
        {Array.from(symbols, (symbol, place) => {
          const answer = answerAt(place);
          return (
            <li key={place}>
              <Select
                label={t('evaluate.sequence.place', { place: place + 1 })}
                value={`${symbol}`}
                options={options}
                onChange={(next) => asked.ask(symbols.with(place, Number(next)))}
                inline
              />
              {isByPlace ? (
                <span className={css['symbol']} data-testid="symbol-answer">
                  {answer === undefined ? null : (
                    <>
                      <span className="visually-hidden">{t('evaluate.answer')} </span>
                      <b>{answer.name}</b> <small>{answer.share}</small>
                    </>
                  )}
                </span>
              ) : null}
            </li>
          );
        })}
      </ol>
      {isByPlace || prediction === undefined ? null : (
        <div className={css['answer']}>
          <AnswerBars row={prediction.values.subarray(0, prediction.columns)} classes={classes} />
        </div>
      )}
    </Question>
  );
}
