import { useState } from 'react';
import type { OpenedModel } from '../../engine/protocol/messages.ts';
import { Button } from '../design/Button.tsx';
import { NumberField } from '../design/NumberField.tsx';
import { useT } from '../i18n/i18n.ts';
import { ModelResultView } from './ModelResultView.tsx';
import css from './ModelsPage.module.css';
import { runModel, useModel } from './model-store.ts';
import { parseValues, rowSize } from './typed-values.ts';

/** More inputs than this are typed as a list. */
const mostFields = 16;

/** Runs the model on typed values, or on the test split that it was trained beside. */
export function ModelRun({ model }: { readonly model: OpenedModel }) {
  const t = useT();
  const phase = useModel((state) => state.phase);
  const busy = phase === 'running';
  const size = rowSize(model.inputs[0]);
  const [values, setValues] = useState<readonly number[]>(() =>
    Array.from({ length: Math.min(size, mostFields) }, () => 0),
  );
  const [list, setList] = useState('');
  const asList = size > mostFields;
  const typed = asList ? parseValues(list, size) : { values: Float32Array.from(values) };
  return (
    <section className={css['run']} aria-label={t('models.run')}>
      <h2 className={css['heading']}>{t('models.onValues')}</h2>
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.values) void runModel({ values: typed.values });
        }}
      >
        {asList ? (
          <label className={css['listField']}>
            {t('models.valueList', { count: size })}
            <textarea
              value={list}
              rows={4}
              spellCheck={false}
              onChange={(event) => setList(event.target.value)}
              aria-describedby="value-list-problem"
            />
          </label>
        ) : (
          <div className={css['fields']}>
            {values.map((value, index) => (
              <label key={index} className={css['field']}>
                <span>{size === 1 ? (model.inputs[0]?.name ?? 'x') : `x${subscript(index + 1)}`}</span>
                <NumberField
                  label={`${model.inputs[0]?.name ?? 'x'} ${index + 1}`}
                  value={value}
                  step={0.1}
                  onChange={(next) => setValues(values.with(index, next))}
                />
              </label>
            ))}
          </div>
        )}
        <p id="value-list-problem" className={css['problem']}>
          {asList && list !== '' && typed.problem
            ? t(`models.${typed.problem.kind}`, { expected: size, found: typed.problem.found })
            : ''}
        </p>
        <div className={css['buttons']}>
          <Button type="submit" variant="primary" disabled={busy || !typed.values}>
            {t('models.runValues')}
          </Button>
          {model.metadata ? (
            <Button disabled={busy} onClick={() => void runModel('test')}>
              {t('models.runTest')}
            </Button>
          ) : null}
        </div>
      </form>
      <ModelResultView model={model} />
    </section>
  );
}

const subscript = (n: number): string =>
  String(n).replaceAll(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'.charAt(Number(digit)));
