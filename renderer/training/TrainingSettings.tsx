import type { Text } from '../../engine/declaration/text.ts';
import { partCountsOf, sampleCountsOf, validationShareOf } from '../../engine/document/run-length.ts';
import type { TrainingSettings as Settings } from '../../engine/document/schema.ts';
import {
  type SettingGroup,
  settingChoices,
  settingGroups,
  settingsOf,
} from '../../engine/document/training-settings.ts';
import { formatWhole } from '../charts/figures.ts';
import { dataNodeOf } from '../data/use-samples.ts';
import { Disclosure } from '../design/Disclosure.tsx';
import { NumberField } from '../design/NumberField.tsx';
import { formatNumber } from '../design/number.ts';
import { useDocumentStore } from '../document/store.ts';
import { setTraining, useTraining } from '../document/training-settings.ts';
import { useRun, useRunActive } from '../engine/run-store.ts';
import { type Translate, useT, useText } from '../i18n/i18n.ts';
import { RatePreview } from './RatePreview.tsx';
import { ChoiceSetting, GroupSettings } from './SettingFields.tsx';
import { SettingRow } from './SettingRow.tsx';
import css from './TrainingSettings.module.css';

const groups = Object.keys(settingGroups) as SettingGroup[];

/** How the network on the canvas is trained; part of the document. */
export function TrainingSettings() {
  const t = useT();
  const text = useText();
  const training = useTraining();
  const active = useRunActive();
  const engine = useRun((state) => state.engine);
  const started = useRun((state) => state.ring?.started);
  const number = (
    path: 'batchSize' | 'epochs' | 'seed' | 'warmupSteps',
    value: number,
    range: { min: number; max: number; integer?: boolean; step?: number },
  ) => (
    <SettingRow label={t(`settings.${path}`)} help={t(`settings.${path}Help`)}>
      {(ids) => (
        <NumberField
          label={t(`settings.${path}`)}
          value={value}
          onChange={(next) => setTraining(path, next)}
          {...range}
          {...ids}
        />
      )}
    </SettingRow>
  );
  const share = (path: 'testShare' | 'validationShare', value: number) => (
    <SettingRow label={t(`settings.${path}`)} help={t(`settings.${path}Help`)}>
      {(ids) => (
        <NumberField
          label={t(`settings.${path}`)}
          value={Math.round(value * 1000) / 10}
          onChange={(next) => setTraining(path, next / 100)}
          min={0}
          max={90}
          step={5}
          unit="%"
          {...ids}
        />
      )}
    </SettingRow>
  );
  const schedule = settingChoices.schedule.find(({ type }) => type === training.schedule.type);
  const scheduleSummary = [
    schedule && text(schedule.title),
    training.warmupSteps > 0 && t('settings.warmup', { count: training.warmupSteps }),
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <section className={css['settings']} aria-label={t('settings.title')}>
      <h2 className={css['heading']}>{t('settings.title')}</h2>
      <p className={css['note']} role="status">
        {t(active ? 'settings.whileTraining' : 'settings.whileIdle')}
      </p>

      <ChoiceSetting setting="optimizer" />
      <SettingRow
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
      </SettingRow>
      <Disclosure title={t('settings.schedule')} summary={scheduleSummary}>
        <RatePreview />
        <ChoiceSetting setting="schedule" />
        {number('warmupSteps', training.warmupSteps, { min: 0, max: 1_000_000_000, integer: true })}
      </Disclosure>
      {groups.map((group) => (
        <Disclosure key={group} title={t(`settings.${group}`)} summary={summaryOf(training, group, t, text)}>
          <GroupSettings group={group} />
        </Disclosure>
      ))}

      <h3 className={css['group']}>{t('settings.length')}</h3>
      {number('batchSize', training.batchSize, { min: 1, max: 65536, integer: true })}
      {number('epochs', training.epochs, { min: 1, max: 1_000_000, integer: true })}

      <h3 className={css['group']}>{t('settings.start')}</h3>
      <ChoiceSetting setting="initializer" />
      {number('seed', training.seed, { min: 0, max: 0x7fffffff, integer: true })}
      {share('validationShare', validationShareOf(training))}
      {share('testShare', training.testShare)}
      <PartCounts />

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

/** What the shares come to with the data on the canvas. */
function PartCounts() {
  const t = useT();
  const project = useDocumentStore((state) => state.project);
  const data = dataNodeOf(project);
  const found = data && sampleCountsOf(data);
  if (data === undefined || found === undefined || found.all === 0) return null;
  const counts = partCountsOf(project.training, data);
  const { train, validation, test } = counts;
  const parts = validation > 0 ? 'settings.allParts' : 'settings.twoParts';
  const given =
    found.givenTest > 0 && t(found.givenValidation > 0 ? 'settings.partsGiven' : 'settings.testGiven');
  return (
    <>
      <p className={css['note']} data-testid="part-counts">
        {t(parts, {
          train: formatWhole(train),
          validation: formatWhole(validation),
          test: formatWhole(test),
        })}
      </p>
      {given ? <p className={css['note']}>{given}</p> : null}
    </>
  );
}

/** What a group is set to, in a few words. */
function summaryOf(
  training: Settings,
  group: SettingGroup,
  t: Translate,
  text: (text: Text) => string,
): string {
  if (group === 'regularisation') {
    const { l2, decay } = settingsOf(training, group);
    const parts = [
      l2 > 0 && t('settings.l2At', { value: formatNumber(l2) }),
      decay > 0 && t('settings.decayAt', { value: formatNumber(decay) }),
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(' · ') : t('settings.off');
  }
  const [name, field] =
    group === 'clipping'
      ? (['by', settingGroups.clipping.by] as const)
      : (['monitor', settingGroups.earlyStopping.monitor] as const);
  const value = training[group][name] ?? field.default;
  const option = field.options.find((known) => known.value === value);
  return option === undefined ? '' : text(option.label);
}
