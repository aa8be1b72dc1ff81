import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { type AskedColumn, columnsOf, rowFor, valuesOf } from '../charts/table-row.ts';
import { NumberField } from '../design/NumberField.tsx';
import { Select } from '../design/Select.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT } from '../i18n/i18n.ts';
import { AnswerBars } from './AnswerBars.tsx';
import css from './Question.module.css';
import { Question } from './Question.tsx';
import { useAsked } from './use-asked.ts';

interface TableQuestionProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
}

/** A row with more columns is nothing to type. */
const mostColumns = 64;
const askEveryMs = 100;

/** What the network answers to a row that is typed or dragged together, in the units of the table; it begins with one of its rows. */
export function TableQuestion({ ring, samples }: TableQuestionProps) {
  const t = useT();
  const columns = useMemo(() => columnsOf(samples), [samples]);
  const size = elementCount(samples.inputShape);
  const start = useMemo(
    () => valuesOf(columns, samples.x.subarray(0, size)).map(tidy),
    [samples, columns, size],
  );
  const asked = useAsked<readonly number[]>(start);
  const values = asked.value;
  const questions = useMemo(() => ({ x: rowFor(columns, values), rows: 1 }), [columns, values]);
  const isOffered = columns.length <= mostColumns && questions.x.length === size;
  const { answered } = usePrediction(ring, isOffered ? questions : undefined, askEveryMs);
  if (!isOffered) return null;
  return (
    <Question title={t('evaluate.row.title')} asked={asked}>
      <div className={css['columns']}>
        {columns.map((column, i) => (
          <div key={column.start} className={css['column']}>
            <span title={column.name}>{column.name}</span>
            <Cell
              column={column}
              value={values[i] ?? 0}
              onChange={(value) => asked.ask(values.with(i, value))}
            />
          </div>
        ))}
      </div>
      <div className={css['answer']} data-testid="row-answer">
        {answered ? (
          <AnswerBars
            row={answered.prediction.values.subarray(0, answered.prediction.columns)}
            classes={samples.classes}
          />
        ) : (
          t('evaluate.notYet')
        )}
      </div>
    </Question>
  );
}

/** Seven digits are all that a float32 has. */
const tidy = (value: number): number => Number(value.toPrecision(7));

interface CellProps {
  readonly column: AskedColumn;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Cell({ column: { name, scale, categories }, value, onChange }: CellProps) {
  const t = useT();
  if (categories === undefined)
    return <NumberField label={name} value={value} onChange={onChange} step={stepFor(scale)} />;
  return (
    <Select
      label={name}
      value={String(value)}
      options={[
        { value: '-1', label: t('evaluate.row.none') },
        ...categories.map((label, i) => ({ value: String(i), label })),
      ]}
      onChange={(chosen) => onChange(Number(chosen))}
    />
  );
}

/** A tenth of what the network sees as one, as a power of ten. */
const stepFor = (scale: number): number => 10 ** Math.round(Math.log10(0.1 / (Math.abs(scale) || 1)));
