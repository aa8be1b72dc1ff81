import { type ReactNode, useId } from 'react';
import type { Field, Fields, Params } from '../../engine/declaration/fields.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import { initializers } from '../../engine/initializers/index.ts';
import { optimizers } from '../../engine/optimizers/index.ts';
import { NumberField } from '../design/NumberField.tsx';
import { Select } from '../design/Select.tsx';
import { setTraining, useTraining } from '../document/training-settings.ts';
import { useRun, useRunActive } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { ParamInput } from '../inspector/FieldInput.tsx';
import css from './TrainingSettings.module.css';

interface Choosable {
  readonly type: string;
  readonly title: Text;
  readonly doc: { readonly summary: Text };
  readonly fields: Fields;
}

/** How the network on the canvas is trained; part of the document. */
export function TrainingSettings() {
  const t = useT();
  const training = useTraining();
  const active = useRunActive();
  const engine = useRun((state) => state.engine);
  const started = useRun((state) => state.ring?.started);
  const number = (
    path: 'batchSize' | 'epochs' | 'seed',
    value: number,
    range: { min: number; max: number; integer?: boolean; step?: number },
  ) => (
    <Row label={t(`settings.${path}`)} help={t(`settings.${path}Help`)}>
      {(ids) => (
        <NumberField
          label={t(`settings.${path}`)}
          value={value}
          onChange={(next) => setTraining(path, next)}
          {...range}
          {...ids}
        />
      )}
    </Row>
  );
  return (
    <section className={css['settings']} aria-label={t('settings.title')}>
      <h2 className={css['heading']}>{t('settings.title')}</h2>
      <p className={css['note']} role="status">
        {t(active ? 'settings.whileTraining' : 'settings.whileIdle')}
      </p>

      <Choice setting="optimizer" chosen={training.optimizer} known={Object.values(optimizers)} />
      <Row
        label={t('settings.learningRate')}
        help={t(active ? 'settings.learningRateNow' : 'settings.learningRateHelp')}
        live={active}
      >
        {(ids) => (
          <NumberField
            label={t('settings.learningRate')}
            value={training.learningRate}
            onChange={(next) => setTraining('learningRate', next)}
            min={0}
            max={1e6}
            exclusiveMin
            scale="log"
            {...ids}
          />
        )}
      </Row>
      {number('batchSize', training.batchSize, { min: 1, max: 65536, integer: true })}
      {number('epochs', training.epochs, { min: 1, max: 1_000_000, integer: true })}

      <h3 className={css['group']}>{t('settings.start')}</h3>
      <Choice setting="initializer" chosen={training.initializer} known={Object.values(initializers)} />
      {number('seed', training.seed, { min: 0, max: 0x7fffffff, integer: true })}
      <Row label={t('settings.testShare')} help={t('settings.testShareHelp')}>
        {(ids) => (
          <NumberField
            label={t('settings.testShare')}
            value={Math.round(training.testShare * 1000) / 10}
            onChange={(next) => setTraining('testShare', next / 100)}
            min={0}
            max={90}
            step={5}
            unit="%"
            {...ids}
          />
        )}
      </Row>

      <h3 className={css['group']}>{t('settings.engine')}</h3>
      <dl className={css['engine']}>
        <div>
          <dt>{t('settings.kernels')}</dt>
          <dd>{started?.kernels ?? engine?.kernels.join(', ') ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('settings.threads')}</dt>
          <dd>
            {started
              ? t('settings.workersOf', { workers: started.workers, threads: started.threads })
              : (engine?.threads ?? '–')}
          </dd>
        </div>
      </dl>
    </section>
  );
}

interface ChoiceProps {
  readonly setting: 'optimizer' | 'initializer';
  readonly chosen: { readonly type: string; readonly params: Params };
  readonly known: readonly Choosable[];
}

/** A kind and the parameters that it declares. */
function Choice({ setting, chosen, known }: ChoiceProps) {
  const t = useT();
  const text = useText();
  const definition = known.find(({ type }) => type === chosen.type);
  const params = definition ? completeParams(definition.fields, chosen.params) : {};
  const fields: [string, Field][] = Object.entries(definition?.fields ?? {});
  return (
    <>
      <Row label={t(`settings.${setting}`)} help={definition ? text(definition.doc.summary) : ''}>
        {({ id }) => (
          <Select
            id={id}
            label={t(`settings.${setting}`)}
            value={chosen.type}
            options={known.map(({ type, title }) => ({ value: type, label: text(title) }))}
            onChange={(type) => setTraining(setting, type)}
          />
        )}
      </Row>
      {fields
        .filter(([, field]) => fieldApplies(field, params))
        .map(([name, field]) => (
          <Row key={`${chosen.type} ${name}`} label={text(field.label)} help={text(field.help)} nested>
            {(ids) => (
              <ParamInput
                field={field}
                value={params[name] ?? field.default}
                onChange={(value) => setTraining(`${setting}.params.${name}`, value)}
                {...ids}
              />
            )}
          </Row>
        ))}
    </>
  );
}

interface RowProps {
  readonly label: string;
  readonly help: string;
  /** Takes effect on the run that is going on. */
  readonly live?: boolean;
  readonly nested?: boolean;
  readonly children: (ids: { readonly id: string; readonly describedBy: string }) => ReactNode;
}

function Row({ label, help, live = false, nested = false, children }: RowProps) {
  const id = useId();
  return (
    <div className={css['row']} data-live={live || undefined} data-nested={nested || undefined}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: `${id}-help` })}
      <p id={`${id}-help`} className={css['help']}>
        {help}
      </p>
    </div>
  );
}
