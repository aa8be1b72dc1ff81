import { NetwrightError } from '../declaration/problem.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { Frame, Measured } from '../protocol/live-run-messages.ts';
import { medianOf } from './median.ts';
import type { Prepared } from './prepare.ts';
import { Session } from './session.ts';

/** The first steps touch memory for the first time. */
const warmSteps = 2;
/** Measured however long they take, unless not even one fits in `mostSeconds`. */
const fewestSteps = 5;
const mostSeconds = 10;
/** Where stretches differ, as on a machine that does other work too, more of them are taken: up to so many times the time asked for. */
const mostPatience = 4;
const settledShare = 0.03;
/** Each holds watched steps in their proportion. Their median leaves out one in which the machine was busy otherwise. */
const shortestStretchMs = 100;
/** As long as a run's thread trains before it looks for messages. */
const turnMs = 20;

/** The document as it is to be prepared for measuring: nothing ends its training. */
export const endlessly = ({ training, ...document }: NetwrightDocument): NetwrightDocument => ({
  ...document,
  training: {
    ...training,
    epochs: 1_000_000,
    earlyStopping: { ...training.earlyStopping, monitor: 'never' },
  },
});

export interface MeasureOptions {
  readonly seconds: number;
  /** Whether somebody looks on. */
  readonly watch: 'all' | 'none';
  /** Of the session; see there. */
  readonly framePeriodMs?: number;
  /** What sending a frame costs is part of the step. */
  readonly send: (frame: Frame) => void;
}

/**
 * Trains for so many seconds as a run would, longer where the machine is busy with other things too, and tells what it came
 * to. Throws the failure of a network whose numbers run away at once.
 */
export function measureTraining(
  { trainer, machine, started }: Prepared,
  { seconds, send, ...asked }: MeasureOptions,
): Measured {
  const session = new Session(trainer, { run: started.run, paused: false, ...asked });
  const stretchMs = Math.max(shortestStretchMs, asked.framePeriodMs ?? 0);
  const advance = (untilStep?: number): void => {
    session.advance(turnMs, untilStep);
    if (session.frameWaitMs === 0) send(session.takeFrame());
  };
  while (trainer.stepsTaken < warmSteps && !session.ended) advance(warmSteps);
  const begin = performance.now();
  const firstStep = trainer.stepsTaken;
  const stretches: number[] = [];
  for (;;) {
    const from = { step: trainer.stepsTaken, evaluatedMs: trainer.evaluatedMs, ms: performance.now() };
    while (!session.ended && performance.now() - from.ms < stretchMs) advance();
    const now = performance.now();
    const steps = trainer.stepsTaken - from.step;
    if (steps > 0) stretches.push((now - from.ms - (trainer.evaluatedMs - from.evaluatedMs)) / steps);
    const secondsTaken = (now - begin) / 1000;
    const isLongEnough = secondsTaken >= seconds * (isSettled(stretches) ? 1 : mostPatience);
    const isEnough = isLongEnough && trainer.stepsTaken - firstStep >= fewestSteps;
    if (isEnough || secondsTaken >= mostSeconds || session.ended) break;
  }
  const stepMs = medianOf(stretches);
  if (stepMs === undefined) throw failureOf(trainer.failure);
  const evaluationMs = trainer.estimateEvaluationMs();
  const { arenaBytes, kernels, workers, stepsPerEpoch, trainCount } = started;
  // The last batch of an epoch may be a short one.
  const fullBatches = trainCount / machine.plan.programs.train.batch;
  return {
    arenaBytes,
    kernels,
    workers,
    stepsPerEpoch,
    stepMs,
    evaluationMs,
    secondsPerEpoch: (fullBatches * stepMs + evaluationMs) / 1000,
    times: trainer.callTimes.read(),
  };
}

/** Whether the median would hardly move with more of them: its standard error, from the middle half of the values, is a small share of it. */
function isSettled(values: readonly number[]): boolean {
  const sorted = values.toSorted((a, b) => a - b);
  const quarter = sorted.length >> 2;
  const middleHalf = (sorted.at(-1 - quarter) ?? 0) - (sorted[quarter] ?? 0);
  // Of normally spread values the middle half is 1.35 deviations wide, and a median is 1.25 times as uncertain as a mean.
  const error = (1.25 * (middleHalf / 1.35)) / Math.sqrt(values.length);
  return error < settledShare * (medianOf(values) ?? 0);
}

function failureOf(failure: Prepared['trainer']['failure']): Error {
  if (failure === undefined) return new Error('no step was taken');
  return new NetwrightError(failure.code, failure.message, failure.problems);
}
