import type { EpochRecord } from '../../engine/protocol/live-run-messages.ts';
import { type StepSeries, stepFigures } from '../../engine/protocol/step-series.ts';

/** A run as a table tells it. */
export interface TabledRun {
  readonly name: string;
  readonly steps: Pick<StepSeries, 'buckets'>;
  readonly epochs: readonly EpochRecord[];
}

const figureNames = {
  loss: 'loss',
  accuracy: 'accuracy',
  learningRate: 'learning_rate',
  gradientNorm: 'gradient_norm',
  stepsPerSecond: 'steps_per_second',
} as const;

/**
 * The columns, one row for each point of the curves, in order of the runs and their steps:
 *
 *   run                 the run's name
 *   step                steps taken; the mean of them where several share a row
 *   steps               how many share it: a long run is kept in a fixed number of rows; 0 for an epoch that has a row of its own
 *   loss, accuracy, learning_rate, gradient_norm, steps_per_second
 *                       mean over those of these steps that told it, with least (…_low) and greatest (…_high); empty where none did
 *   epoch               the epoch that ended with this step, else empty
 *   train_loss … test_accuracy
 *                       of that whole epoch
 */
export const tableColumns: readonly string[] = [
  'run',
  'step',
  'steps',
  ...stepFigures.flatMap((name) => ['', '_low', '_high'].map((end) => figureNames[name] + end)),
  'epoch',
  'train_loss',
  'train_accuracy',
  'validation_loss',
  'validation_accuracy',
  'test_loss',
  'test_accuracy',
];

/** CSV (RFC 4180) with every digit a number has. */
export function curveTable(runs: readonly TabledRun[]): string {
  const rows = runs.flatMap((run) => rowsOf(run).map((row) => [quoted(run.name), ...row.map(written)]));
  return [tableColumns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

type Cell = number | undefined;

function rowsOf({ steps, epochs }: TabledRun): Cell[][] {
  const ended = new Map(epochs.map((record) => [record.step, record]));
  const rows = steps.buckets.map((bucket): Cell[] => {
    const record = ended.get(bucket.step);
    ended.delete(bucket.step);
    const figures = stepFigures.flatMap((name) => [bucket[name].mean, bucket[name].low, bucket[name].high]);
    return [bucket.step, bucket.count, ...figures, ...epochCells(record)];
  });
  const none = stepFigures.flatMap((): Cell[] => [undefined, undefined, undefined]);
  const alone = [...ended.values()].map((record) => [record.step, 0, ...none, ...epochCells(record)]);
  return [...rows, ...alone].toSorted(([a = 0], [b = 0]) => a - b);
}

const epochCells = (record: EpochRecord | undefined): Cell[] => [
  record?.epoch,
  record?.train.loss,
  record?.train.accuracy,
  record?.validation?.loss,
  record?.validation?.accuracy,
  record?.test?.loss,
  record?.test?.accuracy,
];

const written = (value: Cell): string =>
  value === undefined || !Number.isFinite(value) ? '' : String(value);

const quoted = (words: string): string =>
  /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
