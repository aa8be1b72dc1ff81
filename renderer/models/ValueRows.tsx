import { useState } from 'react';
import type { ModelPort, OpenedModel } from '../../engine/protocol/model-messages.ts';
import { NumberField } from '../design/NumberField.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import type { ChosenRows } from './model-store.ts';
import { parseValues, rowSize } from './typed-values.ts';

/** More numbers than this are typed as a list. */
const mostFields = 16;

/** One row of numbers for each input. */
export function ValueRows({
  model,
  onRows,
}: {
  readonly model: OpenedModel;
  readonly onRows: (rows: ChosenRows | undefined) => void;
}) {
  const [rows, setRows] = useState<readonly (Float32Array | undefined)[]>(() => model.inputs.map(firstRow));
  const change = (at: number, row: Float32Array | undefined): void => {
    const next = rows.with(at, row);
    setRows(next);
    onRows(rowsOf(next));
  };
  return model.inputs.map((port, at) => (
    <InputRow key={port.name} port={port} named={model.inputs.length > 1} onRow={(row) => change(at, row)} />
  ));
}

/** What there is to run on before anything was typed. */
export const typedRows = (model: OpenedModel): ChosenRows | undefined => rowsOf(model.inputs.map(firstRow));

const firstRow = (port: ModelPort): Float32Array | undefined =>
  rowSize(port) > mostFields ? undefined : new Float32Array(rowSize(port));

const rowsOf = (rows: readonly (Float32Array | undefined)[]): ChosenRows | undefined =>
  rows.length > 0 && rows.every((row) => row !== undefined)
    ? { from: 'values', values: rows, rows: 1 }
    : undefined;

interface InputRowProps {
  readonly port: ModelPort;
  readonly named: boolean;
  readonly onRow: (row: Float32Array | undefined) => void;
}

function InputRow({ port, named, onRow }: InputRowProps) {
  const t = useT();
  const size = rowSize(port);
  const [values, setValues] = useState<readonly number[]>(() =>
    Array.from({ length: Math.min(size, mostFields) }, () => 0),
  );
  const [list, setList] = useState('');
  if (size <= mostFields) {
    return (
      <div className={css['fields']}>
        {values.map((value, index) => (
          <label key={index} className={css['field']}>
            <span>
              {size === 1 || named ? port.name : 'x'}
              {size === 1 ? '' : subscript(index + 1)}
            </span>
            <NumberField
              label={`${port.name} ${index + 1}`}
              value={value}
              step={0.1}
              onChange={(next) => {
                const changed = values.with(index, next);
                setValues(changed);
                onRow(Float32Array.from(changed));
              }}
            />
          </label>
        ))}
      </div>
    );
  }
  const typed = parseValues(list, size);
  const problemId = `problem-${port.name}`;
  return (
    <div className={css['listField']}>
      <label>
        {named
          ? t('models.valueListOf', { name: port.name, count: size })
          : t('models.valueList', { count: size })}
        <textarea
          value={list}
          rows={3}
          spellCheck={false}
          aria-describedby={problemId}
          onChange={(event) => {
            setList(event.target.value);
            onRow(parseValues(event.target.value, size).values);
          }}
        />
      </label>
      <p id={problemId} className={css['problem']}>
        {list !== '' && typed.problem
          ? t(`models.${typed.problem.kind}`, { expected: size, found: typed.problem.found })
          : ''}
      </p>
    </div>
  );
}

const subscript = (n: number): string =>
  String(n).replaceAll(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'.charAt(Number(digit)));
