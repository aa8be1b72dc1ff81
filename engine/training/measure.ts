import { NetwrightError } from '../declaration/problem.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { Measured } from '../protocol/messages.ts';
import type { Prepared } from './prepare.ts';
import { Session } from './session.ts';

/** The first steps touch memory for the first time. */
const warmSteps = 2;
/** Measured however long they take, unless not even one fits in `mostSeconds`. */
const fewestSteps = 5;
const mostSeconds = 10;
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

/**
 * Trains for so many seconds as a run would, `watch` saying whether somebody looks on, and tells what it came to. Throws the
 * failure of a network whose numbers run away at once.
 */
export function measureTraining(
  { trainer, machine, started }: Prepared,
  { seconds, watch }: { readonly seconds: number; readonly watch: 'all' | 'none' },
): Measured {
  const session = new Session(trainer, { run: started.run, paused: false, watch });
  const advance = (untilStep?: number): void => {
    session.advance(turnMs, untilStep);
    // A run's thread copies its frames on their way out.
    if (session.frameWaitMs === 0) structuredClone(session.takeFrame());
  };
  while (trainer.stepsTaken < warmSteps && !session.ended) advance(warmSteps);
  const { stepsTaken, evaluatedMs } = trainer;
  const begin = performance.now();
  let elapsedMs = 0;
  for (;;) {
    advance();
    elapsedMs = performance.now() - begin;
    const steps = trainer.stepsTaken - stepsTaken;
    const isEnough = elapsedMs >= seconds * 1000 && steps >= fewestSteps;
    if (isEnough || elapsedMs >= mostSeconds * 1000 || session.ended) break;
  }
  const steps = trainer.stepsTaken - stepsTaken;
  if (steps <= 0) throw failureOf(trainer.failure);
  const stepMs = (elapsedMs - (trainer.evaluatedMs - evaluatedMs)) / steps;
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

function failureOf(failure: Prepared['trainer']['failure']): Error {
  if (failure === undefined) return new Error('no step was taken');
  return new NetwrightError(failure.code, failure.message, failure.problems);
}
