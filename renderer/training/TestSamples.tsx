import { useMemo, useState } from 'react';
import { elementCount, sameShape } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/messages.ts';
import {
  type Answers,
  firstRows,
  type Rows,
  readAnswers,
  rootMeanSquare,
  testRows,
} from '../charts/answers.ts';
import { confusionOf } from '../charts/classes.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { classLosses, numberLosses, probabilityOf, worstFirst } from '../charts/sample-losses.ts';
import { type SampleKind, usualRange } from '../charts/samples.ts';
import { Switch } from '../design/Switch.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useRun } from '../engine/run-store.ts';
import { type Answered, usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import evaluate from './Evaluate.module.css';
import { SampleCard } from './SampleCard.tsx';
import { type Place, SequenceTable } from './SequenceTable.tsx';
import css from './TestSamples.module.css';

interface TestSamplesProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
  readonly kind: SampleKind;
}

const askEveryMs = 500;
/** While it trains no more input numbers than these are asked for at a time: asking must not hold up the training. */
const numbersWhileTraining = 2 ** 18;
const mostRows = 2000;
const mostCards = 48;
const mostPlaces = 1000;

/** Test samples as they look, what the network answers to each, and how the answers add up. */
export function TestSamples({ ring, samples, shape, kind }: TestSamplesProps) {
  const t = useT();
  const text = useText();
  const { classes, inputShape } = samples;
  const size = elementCount(inputShape);
  const most =
    kind === 'tokens' ? Math.max(3, Math.min(mostCards, Math.floor(mostPlaces / size))) : mostCards;
  const isTraining = useRun(({ phase }) => phase === 'running' || phase === 'starting');
  const [isWrongOnly, showWrongOnly] = useState(false);
  const [isWorstFirst, showWorstFirst] = useState(false);
  const all = useMemo(() => testRows(samples, mostRows), [samples]);
  const some = useMemo(
    () => firstRows(all, Math.max(mostCards, Math.floor(numbersWhileTraining / size))),
    [all, size],
  );
  const { answered, refusal } = usePrediction(ring, isTraining ? some : all, askEveryMs);
  // Both begin with the same samples: what was answered last stays until the next answer is there.
  const current = answered?.questions === some || answered?.questions === all ? answered : undefined;
  const asked = current?.questions === some ? some : all;
  const answers = useMemo(
    () => (current && classes ? readAnswers(current.prediction, asked.y, asked.rows) : undefined),
    [current, asked, classes],
  );
  const rows = Array.from({ length: asked.rows }, (_, row) => row);
  const losses = useMemo(
    () => current && (classes ? classLosses : numberLosses)(current.prediction, asked.y, asked.rows),
    [current, asked, classes],
  );
  const ordered = isWorstFirst && losses ? worstFirst(rows, losses) : rows;
  const shown = ordered.filter((row) => !isWrongOnly || answers?.wrong[row] === 1).slice(0, most);
  const title =
    current === undefined
      ? t('evaluate.samplesTitle', { shape })
      : t('evaluate.testTitle', { shape, step: formatWhole(current.prediction.step) });

  return (
    <div className={evaluate['evaluate']} data-testid="test-samples" data-step={current?.prediction.step}>
      {shown.length === 0 ? (
        <p className={css['none']}>{t(all.rows === 0 ? 'evaluate.noTestSamples' : 'evaluate.noneWrong')}</p>
      ) : (
        <SampleList {...{ shown, samples, part: all, kind, answers, current, losses }} />
      )}
      <div className={css['beside']}>
        <h3 className={evaluate['title']} data-testid="evaluate-title">
          {title}
        </h3>
        {refusal ? <p className={evaluate['hint']}>{text(refusal.message)}</p> : null}
        {current === undefined ? null : (
          <Totals current={current} answers={answers} labels={asked.y} samples={samples} />
        )}
        {ring === undefined ? <p className={evaluate['hint']}>{t('evaluate.boundaryHint')}</p> : null}
        {answers === undefined ? null : (
          <div className={css['filter']}>
            <Switch label={t('evaluate.wrongOnly')} checked={isWrongOnly} onChange={showWrongOnly} />
            {t('evaluate.wrongOnly')}
          </div>
        )}
        {losses === undefined ? null : (
          <div className={css['filter']}>
            <Switch label={t('evaluate.worst.first')} checked={isWorstFirst} onChange={showWorstFirst} />
            {t('evaluate.worst.first')}
          </div>
        )}
        {isTraining && some.rows < all.rows ? (
          <p className={evaluate['hint']}>
            {t('evaluate.someHint', { some: formatWhole(some.rows), all: formatWhole(all.rows) })}
          </p>
        ) : null}
      </div>
    </div>
  );
}

interface SampleListProps {
  /** Rows of `part`. */
  readonly shown: readonly number[];
  readonly part: Rows;
  readonly samples: SampleSet;
  readonly kind: SampleKind;
  readonly answers: Answers | undefined;
  readonly current: Answered | undefined;
  /** Of each row by itself. */
  readonly losses: Float32Array | undefined;
}

function SampleList({ shown, part, samples, kind, answers, current, losses }: SampleListProps) {
  const t = useT();
  const text = useText();
  const { inputShape, targetShape, classes } = samples;
  const size = elementCount(inputShape);
  const isMade = classes === undefined && sameShape(targetShape, inputShape);
  const range = useMemo(() => usualRange(part.x.subarray(0, mostCards * size)), [part, size]);
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
    if (isMade) {
      const error = losses && formatFigure(Math.sqrt(losses[row] ?? Number.NaN));
      return error && t('evaluate.error', { error });
    }
    return current && formatFigure(current.prediction.values[row * current.prediction.columns]);
  };
  return (
    <ul
      className={css['samples']}
      data-kind={kind}
      data-made={isMade || undefined}
      aria-label={t('evaluate.samplesLabel')}
    >
      {shown.map((row) => (
        <li key={row}>
          {kind === 'tokens' ? (
            <SequenceTable
              places={placesOf(views[row] ?? new Float32Array(), row, part, names, answers)}
              wrong={answers?.wrong[row] === 1}
            />
          ) : (
            <SampleCard
              kind={kind}
              values={views[row] ?? new Float32Array()}
              made={madeOf(row)}
              shape={inputShape}
              range={range}
              truth={isMade ? undefined : truthOf(part.y[row], names)}
              answer={answerOf(row)}
              wrong={answers && answers.wrong[row] === 1}
            />
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

interface TotalsProps {
  readonly current: Answered;
  readonly answers: Answers | undefined;
  readonly labels: Float32Array;
  readonly samples: SampleSet;
}

/** How many answers are right, class by class where there is one for each sample; else how far off they are. */
function Totals({ current: { prediction, questions }, answers, labels, samples }: TotalsProps) {
  const t = useT();
  const { classes, targetShape } = samples;
  if (classes === undefined || answers === undefined) {
    const error = formatFigure(rootMeanSquare(prediction.values, labels));
    return <p>{t('evaluate.rootMeanSquare', { error })}</p>;
  }
  if (targetShape.length === 0) {
    const confusion = confusionOf(prediction, labels, classes.length, () => true);
    return (
      <div className={evaluate['tables']}>
        <ConfusionTable confusion={confusion} classes={classes} />
        <ClassTable confusion={confusion} classes={classes} />
      </div>
    );
  }
  const { right, asked, wrong } = answers;
  const whole = wrong.reduce((count, one) => count - one, questions.rows);
  const share = (part: number, total: number): string =>
    t('evaluate.rightOf', {
      right: formatWhole(part),
      total: formatWhole(total),
      share: formatShare(total > 0 ? part / total : undefined),
    });
  return (
    <dl className={css['totals']} data-testid="sequence-totals">
      <dt>{t('evaluate.symbols')}</dt>
      <dd>{share(right, asked)}</dd>
      <dt>{t('evaluate.sequences')}</dt>
      <dd>{share(whole, questions.rows)}</dd>
    </dl>
  );
}
