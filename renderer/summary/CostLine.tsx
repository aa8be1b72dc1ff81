import type { Measured, RunStarted } from '../../engine/protocol/live-run-messages.ts';
import { formatBytes, formatWhole } from '../charts/figures.ts';
import { useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { type Translate, useT, useText } from '../i18n/i18n.ts';
import { spokenTime } from './figures.ts';
import type { Costs } from './measurements.ts';
import css from './Summary.module.css';

/** Memory and time per epoch: predicted before there is a run, measured in one; or why they are not known. */
export function CostLine({ costs }: { readonly costs: Costs }) {
  return (
    <p className={css['costs']} data-state={costs.state} data-testid="summary-costs">
      <CostText costs={costs} />
    </p>
  );
}

function CostText({ costs }: { readonly costs: Costs }) {
  const t = useT();
  const text = useText();
  const problems = useDocumentStore(
    (state) => state.analysis.problems.filter(({ severity }) => severity === 'error').length,
  );
  switch (costs.state) {
    case 'run':
      return <RunText started={costs.ring.started} isTimed={costs.times !== undefined} />;
    case 'predicted':
      return <PredictedText measured={costs.measured} />;
    case 'refused':
      return text(costs.refusal.message);
    case 'problems':
      return t('summary.problems', { count: problems });
    case 'disconnected':
      return t('summary.disconnected');
    case 'otherRun':
      return t('summary.otherRun');
    case 'measuring':
      return t('summary.measuring');
  }
}

function PredictedText({ measured }: { readonly measured: Measured }) {
  const t = useT();
  const epochs = useDocumentStore((state) => state.project.training.epochs);
  const { arenaBytes, secondsPerEpoch, stepsPerEpoch, stepMs, evaluationMs } = measured;
  return (
    <>
      <b>{t('summary.predicted')}</b>
      <span data-testid="summary-memory">{t('summary.memory', { size: formatBytes(arenaBytes) })}</span>
      <span data-testid="summary-epoch" data-seconds={secondsPerEpoch}>
        {t('summary.epoch', { time: spokenTime(t, secondsPerEpoch * 1000) })}
      </span>
      <span>{stepsText(t, stepsPerEpoch, stepMs, evaluationMs)}</span>
      <span>
        {t('summary.allEpochs', { count: epochs, time: spokenTime(t, epochs * secondsPerEpoch * 1000) })}
      </span>
    </>
  );
}

function stepsText(t: Translate, steps: number, stepMs: number, evaluationMs: number): string {
  const values = { count: steps, shown: formatWhole(steps), step: spokenTime(t, stepMs) };
  return evaluationMs > 0
    ? t('summary.stepsAndTest', { ...values, test: spokenTime(t, evaluationMs) })
    : t('summary.steps', values);
}

const settledStep = 5;

function RunText({ started, isTimed }: { readonly started: RunStarted; readonly isTimed: boolean }) {
  const t = useT();
  const live = useRun((state) => state.live);
  // The first steps are slow, and say little about an epoch.
  const rate = live !== undefined && live.step >= settledStep ? live.stepsPerSecond : 0;
  const { arenaBytes, stepsPerEpoch } = started;
  return (
    <>
      <b>{t('summary.inRun')}</b>
      <span data-testid="summary-memory">{t('summary.memory', { size: formatBytes(arenaBytes) })}</span>
      {rate > 0 ? (
        <span data-testid="summary-epoch" data-seconds={stepsPerEpoch / rate}>
          {t('summary.epoch', { time: spokenTime(t, (stepsPerEpoch * 1000) / rate) })}
        </span>
      ) : null}
      {isTimed ? null : <span>{t('summary.notTimed')}</span>}
    </>
  );
}
