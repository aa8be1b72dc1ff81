import { useMemo, useState } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { readAnswers } from '../charts/answers.ts';
import { formatWhole } from '../charts/figures.ts';
import { classLosses, numberLosses, surestFirst, worstFirst } from '../charts/sample-losses.ts';
import { type Range, type SampleKind, usualRange } from '../charts/samples.ts';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { Coverage } from './Coverage.tsx';
import type { Card } from './card-memory.ts';
import evaluate from './Evaluate.module.css';
import { OneImage } from './OneImage.tsx';
import { PartChoice } from './PartChoice.tsx';
import { SampleList } from './SampleList.tsx';
import { SequenceQuestion } from './SequenceQuestion.tsx';
import { SignalQuestion } from './SignalQuestion.tsx';
import { useShownPart } from './shown-part.ts';
import css from './TestSamples.module.css';
import { Totals } from './Totals.tsx';
import { useCards } from './use-cards.ts';
import type { Cell } from './use-cell-told.ts';
import { usePartAnswers } from './use-part-answers.ts';

interface TestSamplesProps {
  readonly document: NetwrightDocument;
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
  readonly kind: SampleKind;
}

const mostCards = 48;
const mostPlaces = 1000;

const orders = ['given', 'worst', 'surest'] as const;
type Order = (typeof orders)[number];

/** Samples that were not trained on as they look, what the network answers to each, and how the answers add up. */
export function TestSamples({ document, ring, samples, shape, kind }: TestSamplesProps) {
  const t = useT();
  const text = useText();
  const { classes, inputShape } = samples;
  const size = elementCount(inputShape);
  const most =
    kind === 'tokens' ? Math.max(3, Math.min(mostCards, Math.floor(mostPlaces / size))) : mostCards;
  const { part, samples: named } = useShownPart();
  const [isWrongOnly, showWrongOnly] = useState(false);
  const [order, setOrder] = useState<Order>('given');
  const [cell, chooseCell] = useState<Cell>();
  const [chosen, choose] = useState<Card>();
  const [seen, setSeen] = useState({ samples, part });
  // Of other samples the same rows and pairs mean something else.
  if (seen.samples !== samples || seen.part !== part) {
    setSeen({ samples, part });
    chooseCell(undefined);
    choose(undefined);
  }
  const { answers: current, refusal } = usePartAnswers(ring, document, part, size);
  const answers = useMemo(
    () => (current && classes ? readAnswers(current.prediction, current.targets, current.rows) : undefined),
    [current, classes],
  );
  const losses = useMemo(
    () =>
      current && (classes ? classLosses : numberLosses)(current.prediction, current.targets, current.rows),
    [current, classes],
  );
  const numbers = useMemo(() => {
    if (current === undefined || losses === undefined) return undefined;
    const { prediction, targets } = current;
    const rows = [...losses.keys()];
    const numberOf = (one = -1): number => (cell?.groupOf ? (cell.groupOf[one] ?? -1) : one);
    const isAsked = (row: number): boolean =>
      (!isWrongOnly || answers?.wrong[row] === 1) &&
      (cell === undefined ||
        (numberOf(targets[row]) === cell.truth && numberOf(answers?.classes[row]) === cell.answer));
    const ordered = {
      given: () => rows,
      worst: () => worstFirst(rows, losses),
      surest: () => surestFirst(rows, prediction),
    }[order]();
    return ordered
      .filter(isAsked)
      .slice(0, most)
      .map((row) => current.numbers[row] as number);
  }, [current, losses, answers, isWrongOnly, cell, order, most]);
  const places = useMemo(
    () => new Map(Array.from(current?.numbers ?? [], (number, row) => [number, row])),
    [current],
  );
  const cards = useCards({ document, part, count: most, numbers });
  const range = useMemo(() => usualRange(samples.x), [samples]);
  const title =
    current === undefined
      ? t('evaluate.samplesTitle', { shape })
      : t('evaluate.testTitle', { shape, samples: named, step: formatWhole(current.prediction.step) });

  return (
    <div className={evaluate['evaluate']} data-testid="test-samples" data-step={current?.prediction.step}>
      {numbers?.length === 0 ? (
        <p className={css['none']}>
          {t(
            current?.count === 0
              ? 'evaluate.noTestSamples'
              : cell
                ? 'evaluate.noneOfPair'
                : 'evaluate.noneWrong',
          )}
        </p>
      ) : (
        <SampleList
          {...{ cards, places, samples, kind, answers, current, range, chosen: chosen?.number }}
          onChoose={choose}
        />
      )}
      <div className={css['beside']}>
        <h3 className={evaluate['title']} data-testid="evaluate-title">
          {title}
        </h3>
        <PartChoice />
        {refusal ? <p className={evaluate['hint']}>{text(refusal.message)}</p> : null}
        {kind === 'image' ? null : <Asked {...{ ring, samples, kind, range, chosen }} />}
        {chosen === undefined || kind !== 'image' ? null : (
          <OneImage
            key={chosen.number}
            ring={ring}
            values={chosen.x}
            shape={inputShape}
            range={range}
            classes={samples.targetShape.length === 0 ? classes : undefined}
            truth={chosen.y[0]}
          />
        )}
        {current === undefined ? null : (
          <Totals {...{ current, answers, samples, cell }} onCell={chooseCell} />
        )}
        {ring === undefined ? <p className={evaluate['hint']}>{t('evaluate.boundaryHint')}</p> : null}
        {answers === undefined ? null : (
          <div className={css['filter']}>
            <Switch label={t('evaluate.wrongOnly')} checked={isWrongOnly} onChange={showWrongOnly} />
            {t('evaluate.wrongOnly')}
          </div>
        )}
        {losses === undefined ? null : (
          <Select
            className={css['order']}
            label={t('evaluate.order.label')}
            value={order}
            options={orders
              .filter((value) => value !== 'surest' || answers !== undefined)
              .map((value) => ({ value, label: t(`evaluate.order.${value}`) }))}
            onChange={(next) => {
              setOrder(next);
              if (next === 'surest') showWrongOnly(true);
            }}
          />
        )}
        <Coverage current={current} />
      </div>
    </div>
  );
}

interface AskedProps extends Pick<TestSamplesProps, 'ring' | 'samples'> {
  readonly kind: Exclude<SampleKind, 'image'>;
  readonly range: Range;
  readonly chosen: Card | undefined;
}

/** A sample to be changed: the one that was chosen, else the first that was not trained on. */
function Asked({ ring, samples, kind, range, chosen }: AskedProps) {
  const { code } = useShownPart();
  const first = useMemo(() => {
    const row = Math.max(0, samples.part.indexOf(code));
    const [size, targets] = [elementCount(samples.inputShape), elementCount(samples.targetShape)];
    return {
      x: samples.x.subarray(row * size, (row + 1) * size),
      y: samples.y.subarray(row * targets, (row + 1) * targets),
    };
  }, [samples, code]);
  if (ring === undefined) return null;
  const { x, y } = chosen ?? first;
  return kind === 'tokens' ? (
    <SequenceQuestion ring={ring} samples={samples} x={x} y={y} />
  ) : (
    <SignalQuestion ring={ring} samples={samples} x={x} range={range} />
  );
}
