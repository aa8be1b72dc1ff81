import { figure, figureWords, histogramWords } from '../../../engine/kernels/telemetry.ts';
import type {
  EpochRecord,
  Frame,
  RunStarted,
  WatchedTensorInfo,
} from '../../../engine/protocol/live-run-messages.ts';
import { noFigures, type StepFigures, stepFigures } from '../../../engine/protocol/step-series.ts';

/** Frames and answers as an engine would send them, for tests of what the studio makes of them. */
export function started(watched: readonly WatchedTensorInfo[] = [], run = 'run-1'): RunStarted {
  return {
    run,
    parameterCount: 12,
    frozenCount: 0,
    arenaBytes: 4096,
    kernels: 'portable',
    threads: 2,
    workers: 1,
    stepsPerEpoch: 10,
    trainCount: 640,
    validationCount: 0,
    testCount: 160,
    watched,
  };
}

export const watchedTensor = (
  node: string,
  kind: WatchedTensorInfo['kind'],
  tensor: string,
): WatchedTensorInfo => ({
  key: `${node}/${kind}/${tensor}`,
  node,
  kind,
  tensor,
  shape: [2, 4],
  columns: 0,
  inner: 1,
});

/** Rows of a frame: steps with those of their figures that are given. */
export const stepsOf = (...rows: readonly (readonly [step: number, figures: Partial<StepFigures>])[]) =>
  Float32Array.from(
    rows.flatMap(([step, figures]) => [
      step,
      ...stepFigures.map((name) => ({ ...noFigures, ...figures })[name]),
    ]),
  );

export function frame(step: number, more: Partial<Frame> = {}): Frame {
  return {
    kind: 'frame',
    run: 'run-1',
    state: 'running',
    step,
    epoch: Math.floor(step / 10),
    epochs: 100,
    stepsPerEpoch: 10,
    stepsPerSecond: 1000,
    secondsLeft: 1,
    learningRate: 0.1,
    epochsEnded: [],
    steps: stepsOf([step, { loss: 1 / step, accuracy: 0.5 }]),
    tuned: [],
    ...more,
  };
}

export const epochRecord = (epoch: number, loss: number): EpochRecord => ({
  epoch,
  step: epoch * 10,
  train: { loss, accuracy: 1 - loss },
  test: { loss: loss * 2, accuracy: 1 - loss * 2 },
  learningRate: 0.1,
});

/** The words of one histogram: figures by name, counts by their place from the start of the bins. */
export function histogramOf(
  figures: Partial<Record<keyof typeof figure, number>>,
  counts: ReadonlyMap<number, number> = new Map(),
): Int32Array {
  const words = new Int32Array(histogramWords);
  const numbers = new Float32Array(words.buffer);
  for (const [name, value] of Object.entries(figures) as [keyof typeof figure, number][]) {
    const isNumber = ['mean', 'variance', 'norm', 'minimum', 'maximum'].includes(name);
    if (isNumber) numbers[figure[name]] = value;
    else words[figure[name]] = value;
  }
  for (const [bin, count] of counts) words[figureWords + bin] = count;
  return words;
}
