import type { RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { guideFigures } from '../../engine/protocol/live-run-messages.ts';

/** Columns that the table of runs can be sorted by. */
export const columns = [
  'starred',
  'name',
  'project',
  'started',
  'state',
  'epochs',
  'steps',
  'test',
  'accuracy',
  'best',
  'time',
  'size',
] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly by: Column;
  readonly descending: boolean;
}

export const bestLossOf = ({ best }: RunSummary): number | undefined => best && guideFigures(best).loss;

const keyOf: Readonly<Record<Column, (run: RunSummary) => number | string | undefined>> = {
  starred: ({ label }) => (label.starred ? 1 : 0),
  name: ({ label }) => label.name,
  project: ({ project }) => project,
  started: ({ startedAtMs }) => startedAtMs,
  state: ({ state }) => state,
  epochs: ({ epochs }) => epochs,
  steps: ({ steps }) => steps,
  test: (run) => guideFigures(run)?.loss,
  accuracy: (run) => guideFigures(run)?.accuracy,
  best: bestLossOf,
  time: ({ trainedMs }) => trainedMs,
  size: ({ sizeBytes }) => sizeBytes,
};

/** Of what is the same, the newest first; what has no value stands last, whichever way. */
export function sortRuns(runs: readonly RunSummary[], { by, descending }: Sorting): RunSummary[] {
  const key = keyOf[by];
  const order = (a: RunSummary, b: RunSummary): number => {
    const [x, y] = [key(a), key(b)];
    const [noX, noY] = [isNothing(x), isNothing(y)];
    if (noX || noY) return Number(noX) - Number(noY);
    const difference =
      typeof x === 'string' && typeof y === 'string'
        ? x.localeCompare(y, undefined, { numeric: true })
        : Number(x) - Number(y);
    return descending ? -difference : difference;
  };
  return runs.toSorted((a, b) => order(a, b) || b.startedAtMs - a.startedAtMs);
}

const isNothing = (value: number | string | undefined): boolean => value === undefined || Number.isNaN(value);

/** What a first press of a column's head sorts by: names from A, figures from the most telling end. */
export const firstWay = (by: Column): Sorting => ({
  by,
  descending: !['name', 'project', 'state', 'test', 'best'].includes(by),
});
