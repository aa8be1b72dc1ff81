import { FileOutput, Pause, Play, RotateCcw, SkipForward, Square, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { formatDuration, formatShort, formatWhole } from '../charts/figures.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { isCovered } from '../design/covered.ts';
import { Tooltip } from '../design/Tooltip.tsx';
import { useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import { exportOnnx, useExport } from './export-onnx.ts';
import { pressTrain } from './press-train.ts';
import { RunBanner } from './RunBanner.tsx';
import {
  changedSince,
  isSuperseded,
  pause,
  type RunAction,
  reset,
  restart,
  stepOnce,
  stop,
  waitingDocument,
  whyNot,
} from './run-commands.ts';
import { showProblem } from './show-problem.ts';
import { beginWith, useStartWeights } from './start-weights.ts';
import css from './TrainToolbar.module.css';

const ExportDialog = lazy(async () => ({ default: (await import('./ExportDialog.tsx')).ExportDialog }));

const trainKey = '$mod+Enter';

/** Everything that starts, stops and steps a run, and how far it is. */
export function TrainToolbar() {
  const t = useT();
  const phase = useRun((state) => state.phase);
  const connection = useRun((state) => state.connection);
  const problems = useDocumentStore((state) => state.analysis.problems);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const hasProblems = errors.length > 0;
  const waiting = useRun(waitingDocument);
  const superseded = useDocumentStore(({ project }) => isSuperseded(waiting, project));
  const isExporting = useExport((state) => state.phase !== 'closed');
  const resumes = phase === 'paused' && !superseded;
  const reasonFor = (action: RunAction) => whyNot(action, { phase, connection, hasProblems, superseded });

  useEffect(
    () =>
      tinykeys(
        window,
        {
          [trainKey]: (event) => {
            if (event.isComposing || event.repeat || isCovered()) return;
            event.preventDefault();
            event.stopPropagation();
            // What is being typed counts.
            const { activeElement } = document;
            if (activeElement instanceof HTMLElement && activeElement.matches('input, textarea'))
              activeElement.blur();
            void pressTrain();
          },
        },
        { capture: true },
      ),
    [],
  );

  const trainReason = reasonFor('train');
  const first = errors[0];
  return (
    <div className={css['toolbar']} role="toolbar" aria-label={t('training.toolbar')}>
      <ChangedChip />
      <WeightsChip />
      {phase === 'running' ? (
        <Tooltip content={t('training.pause')} keys={trainKey}>
          <Button
            variant="primary"
            className={css['train']}
            data-tour-target="train"
            icon={<Pause size={14} aria-hidden />}
            onClick={pause}
          >
            {t('training.pause')}
          </Button>
        </Tooltip>
      ) : (
        <Tooltip
          content={
            trainReason === undefined
              ? t(resumes ? 'training.resumeHint' : 'training.trainHint')
              : t(`training.reason.${trainReason}`)
          }
          keys={trainKey}
        >
          <Button
            variant="primary"
            className={css['train']}
            data-tour-target="train"
            aria-disabled={trainReason !== undefined && trainReason !== 'problems'}
            data-disabled={trainReason !== undefined || undefined}
            icon={<Play size={14} aria-hidden />}
            onClick={() => void pressTrain()}
          >
            {t(resumes ? 'training.resume' : phase === 'starting' ? 'training.starting' : 'training.train')}
          </Button>
        </Tooltip>
      )}
      <Action
        action="step"
        icon={<SkipForward size={15} aria-hidden />}
        reason={reasonFor('step')}
        run={stepOnce}
      />
      <Action action="stop" icon={<Square size={13} aria-hidden />} reason={reasonFor('stop')} run={stop} />
      <Action
        action="reset"
        icon={<RotateCcw size={14} aria-hidden />}
        reason={reasonFor('reset')}
        run={reset}
      />
      <div className={css['middle']}>
        <Progress />
        {first && phase !== 'running' && !resumes ? (
          <button type="button" className={css['problems']} onClick={() => showProblem(first)}>
            {t('training.problems', { count: errors.length })}
          </button>
        ) : null}
      </div>
      <Action
        action="export"
        icon={<FileOutput size={15} aria-hidden />}
        reason={reasonFor('export')}
        run={exportOnnx}
        named
      />
      <RunBanner />
      <Suspense>{isExporting ? <ExportDialog /> : null}</Suspense>
    </div>
  );
}

interface ActionProps {
  readonly action: Exclude<RunAction, 'train' | 'pause'>;
  readonly icon: ReactNode;
  readonly reason: ReturnType<typeof whyNot>;
  readonly run: () => void | Promise<void>;
  /** Its name stands beside the icon where there is room. */
  readonly named?: boolean;
}

/** An icon button that stays reachable when it cannot be used, and then says why. */
function Action({ action, icon, reason, run, named = false }: ActionProps) {
  const t = useT();
  const name = t(`training.${action}`);
  const because = reason && t(`training.reason.${reason}`);
  return (
    <IconButton
      label={because === undefined ? name : `${name} – ${because}`}
      aria-label={name}
      aria-description={because}
      aria-disabled={reason !== undefined}
      data-disabled={reason !== undefined || undefined}
      data-testid={`train-${action}`}
      className={named ? css['named'] : undefined}
      onClick={() => {
        if (reason === undefined) void run();
      }}
    >
      {icon}
      {named ? <span className={css['actionName']}>{name}</span> : null}
    </IconButton>
  );
}

/** Epoch, step, speed and time left, each in a field of fixed width. */
function Progress() {
  const t = useT();
  const live = useRun((state) => state.live);
  const phase = useRun((state) => state.phase);
  const field = (key: 'epoch' | 'step' | 'speed' | 'left', value: string) => (
    <div className={css['field']} data-field={key}>
      <dt>{t(key === 'step' ? 'curves.step' : `training.${key}`)}</dt>
      <dd data-testid={`run-${key}`}>{value}</dd>
    </div>
  );
  return (
    <dl className={css['progress']} data-testid="run-state" data-phase={phase}>
      {field('epoch', live ? `${formatShort(live.epoch)}/${formatShort(live.epochs)}` : '–')}
      {field('step', live ? formatWhole(live.step) : '–')}
      {field('speed', live && live.stepsPerSecond > 0 ? formatShort(live.stepsPerSecond) : '–')}
      {field('left', phase === 'running' ? formatDuration(live?.secondsLeft) : '–')}
    </dl>
  );
}

/** Whose weights the next run begins with; a press lets go of them. */
function WeightsChip() {
  const t = useT();
  const weights = useStartWeights((state) => state.weights);
  if (weights === undefined) return null;
  return (
    <Tooltip content={t('training.weightsOfHint', { name: weights.name })}>
      <button
        type="button"
        className={css['weights']}
        data-testid="start-weights"
        onClick={() => beginWith(undefined)}
      >
        <span>{t('training.weightsOf', { name: weights.name })}</span>
        <X size={12} aria-hidden />
      </button>
    </Tooltip>
  );
}

/** The run keeps the document it began with; once the two differ, this says so. */
function ChangedChip() {
  const t = useT();
  const run = useRun((state) => state.document);
  const phase = useRun((state) => state.phase);
  const hasRing = useRun((state) => state.ring !== undefined);
  const changed = useDocumentStore((state) =>
    run && hasRing ? changedSince(run, state.project) : undefined,
  );
  if (!changed || phase === 'starting') return null;
  const key = changed === 'canvas' ? 'training.canvasChanged' : 'training.settingsChanged';
  return (
    <Tooltip content={t(`${key}Hint`)}>
      <button
        type="button"
        className={css['chip']}
        data-testid="changed-since-run"
        onClick={() => void restart()}
      >
        {t(key)}
      </button>
    </Tooltip>
  );
}
