import { useMemo, useState } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { firstRows, readAnswers, rowsIn } from '../charts/answers.ts';
import { formatWhole } from '../charts/figures.ts';
import { classLosses, numberLosses, surestFirst, worstFirst } from '../charts/sample-losses.ts';
import { type SampleKind, usualRange } from '../charts/samples.ts';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useRun } from '../engine/run-store.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import type { Cell } from './ConfusionMap.tsx';
import evaluate from './Evaluate.module.css';
import { OneImage } from './OneImage.tsx';
import { PartChoice } from './PartChoice.tsx';
import { SampleList } from './SampleList.tsx';
import { useShownPart } from './shown-part.ts';
import css from './TestSamples.module.css';
import { Totals } from './Totals.tsx';

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

const orders = ['given', 'worst', 'surest'] as const;
type Order = (typeof orders)[number];

/** Samples that were not trained on as they look, what the network answers to each, and how the answers add up. */
export function TestSamples({ ring, samples, shape, kind }: TestSamplesProps) {
  const t = useT();
  const text = useText();
  const { classes, inputShape } = samples;
  const size = elementCount(inputShape);
  const most =
    kind === 'tokens' ? Math.max(3, Math.min(mostCards, Math.floor(mostPlaces / size))) : mostCards;
  const { part, code, samples: named } = useShownPart();
  const isTraining = useRun(({ phase }) => phase === 'running' || phase === 'starting');
  const [isWrongOnly, showWrongOnly] = useState(false);
  const [order, setOrder] = useState<Order>('given');
  const [cell, chooseCell] = useState<Cell>();
  const [chosen, choose] = useState<number>();
  const [seen, setSeen] = useState({ samples, part });
  // Of other samples the same rows and pairs mean something else.
  if (seen.samples !== samples || seen.part !== part) {
    setSeen({ samples, part });
    chooseCell(undefined);
    choose(undefined);
  }
  const all = useMemo(() => rowsIn(samples, code, mostRows), [samples, code]);
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
  const isAsked = (row: number): boolean =>
    (!isWrongOnly || answers?.wrong[row] === 1) &&
    (cell === undefined || (asked.y[row] === cell.truth && answers?.classes[row] === cell.answer));
  const ordered =
    current === undefined || losses === undefined || order === 'given'
      ? rows
      : order === 'worst'
        ? worstFirst(rows, losses)
        : surestFirst(rows, current.prediction);
  const shown = ordered.filter(isAsked).slice(0, most);
  const range = useMemo(() => usualRange(all.x.subarray(0, mostCards * size)), [all, size]);
  const one = chosen !== undefined && chosen < all.rows ? chosen : undefined;
  const oneOf = useMemo(
    () => (one === undefined ? undefined : all.x.slice(one * size, (one + 1) * size)),
    [all, one, size],
  );
  const title =
    current === undefined
      ? t('evaluate.samplesTitle', { shape })
      : t('evaluate.testTitle', { shape, samples: named, step: formatWhole(current.prediction.step) });

  return (
    <div className={evaluate['evaluate']} data-testid="test-samples" data-step={current?.prediction.step}>
      {shown.length === 0 ? (
        <p className={css['none']}>
          {t(all.rows === 0 ? 'evaluate.noTestSamples' : cell ? 'evaluate.noneOfPair' : 'evaluate.noneWrong')}
        </p>
      ) : (
        <SampleList
          {...{ shown, samples, part: all, kind, answers, current, range, chosen: one }}
          onChoose={choose}
        />
      )}
      <div className={css['beside']}>
        <h3 className={evaluate['title']} data-testid="evaluate-title">
          {title}
        </h3>
        <PartChoice />
        {refusal ? <p className={evaluate['hint']}>{text(refusal.message)}</p> : null}
        {oneOf === undefined ? null : (
          <OneImage
            key={one}
            ring={ring}
            values={oneOf}
            shape={inputShape}
            range={range}
            classes={samples.targetShape.length === 0 ? classes : undefined}
            truth={one === undefined ? undefined : all.y[one]}
          />
        )}
        {current === undefined ? null : (
          <Totals {...{ current, answers, labels: asked.y, samples, cell }} onCell={chooseCell} />
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
        {isTraining && some.rows < all.rows ? (
          <p className={evaluate['hint']}>
            {t('evaluate.someHint', {
              some: formatWhole(some.rows),
              all: formatWhole(all.rows),
              samples: named,
            })}
          </p>
        ) : null}
      </div>
    </div>
  );
}
