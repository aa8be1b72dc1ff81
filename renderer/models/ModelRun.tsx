import { useState } from 'react';
import type { OpenedModel } from '../../engine/protocol/model-messages.ts';
import { Button } from '../design/Button.tsx';
import { Select } from '../design/Select.tsx';
import { useT } from '../i18n/i18n.ts';
import { ComparisonView } from './ComparisonView.tsx';
import { ModelResultView } from './ModelResultView.tsx';
import css from './ModelsPage.module.css';
import { ModelTimesView } from './ModelTimesView.tsx';
import { type ChosenRows, compareWith, type RowsFrom, runModel, useModel } from './model-store.ts';
import { PictureRows } from './PictureRows.tsx';
import { imageInput } from './picture-rows.ts';
import { TableRows } from './TableRows.tsx';
import { typedRows, ValueRows } from './ValueRows.tsx';

/** Runs the model, alone or beside another, on what a person chooses; and says how fast it is. */
export function ModelRun({ model }: { readonly model: OpenedModel }) {
  const t = useT();
  const { phase, others } = useModel();
  const busy = phase !== 'open';
  const images = model.inputs.length === 1 ? imageInput(model.inputs[0]) : undefined;
  const kinds: readonly RowsFrom[] = [
    'values',
    'table',
    ...(images ? (['pictures'] as const) : []),
    ...(model.metadata ? (['test'] as const) : []),
    'project',
  ];
  const [from, setFrom] = useState<RowsFrom>('values');
  const [rows, setRows] = useState<ChosenRows | undefined>(() => typedRows(model));
  const [names, setNames] = useState<readonly string[]>();
  const [other, setOther] = useState<string>();
  const compared = others.find(({ model: id }) => id === other) ?? others[0];

  const choose = (next: RowsFrom): void => {
    setFrom(next);
    setNames(undefined);
    if (next === 'test' || next === 'project') setRows({ from: next, data: next });
    else setRows(next === 'values' ? typedRows(model) : undefined);
  };
  return (
    <section className={css['run']} aria-label={t('models.run')}>
      <h2 className={css['heading']}>{t('models.runOn')}</h2>
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (rows) void runModel(rows);
        }}
      >
        <Select
          label={t('models.rowsFrom')}
          value={from}
          options={kinds.map((kind) => ({ value: kind, label: t(`models.from.${kind}`) }))}
          onChange={choose}
          className={css['kinds']}
        />
        {from === 'values' ? <ValueRows model={model} onRows={setRows} /> : null}
        {from === 'table' ? <TableRows model={model} onRows={setRows} /> : null}
        {from === 'pictures' && images ? (
          <PictureRows
            input={images}
            onRows={(next, named) => {
              setRows(next);
              setNames(named);
            }}
          />
        ) : null}
        {from === 'test' || from === 'project' ? (
          <p className={css['muted']}>{t(`models.${from}Help`)}</p>
        ) : null}
        <div className={css['buttons']}>
          <Button type="submit" variant="primary" disabled={busy || !rows}>
            {t('models.runValues')}
          </Button>
          {compared ? (
            <>
              <Button disabled={busy || !rows} onClick={() => rows && void compareWith(compared, rows)}>
                {t('models.compareWith')}
              </Button>
              <Select
                label={t('models.compareWith')}
                value={compared.model}
                options={others.map(({ model: id, name }) => ({ value: id, label: name }))}
                onChange={setOther}
                className={css['others']}
              />
            </>
          ) : (
            <span className={css['muted']}>{t('models.compareHelp')}</span>
          )}
        </div>
      </form>
      <ComparisonView model={model} names={names} />
      <ModelResultView model={model} names={names} />
      <ModelTimesView model={model} />
    </section>
  );
}
