import { create } from 'zustand';
import type { Text } from '../../engine/declaration/text.ts';
import type { RunLabel, RunList, RunRecord, RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { notify } from '../design/toast.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import { engine, type Phase, useRun } from '../engine/run-store.ts';
import { currentLanguage, translate } from '../i18n/i18n.ts';

interface Read {
  readonly record: RunRecord;
  /** What the list said of the run when it was read; when that changes, it is read again. */
  readonly state: string;
}

interface RunsState {
  readonly list: RunList | undefined;
  /** Whether a newer list has been asked for and is not there yet. */
  readonly isAsking: boolean;
  /** Why there is no list. */
  readonly problem: Text | undefined;
  /** Runs that were ticked, in that order: they are drawn into the curves, and compared. */
  readonly picked: readonly string[];
  readonly read: ReadonlyMap<string, Read>;
  /** A run that was under way when the studio was left, and may go on. */
  readonly offer: RunSummary | undefined;
}

export const useRuns = create<RunsState>(() => ({
  list: undefined,
  isAsking: false,
  problem: undefined,
  picked: [],
  read: new Map(),
  offer: undefined,
}));

export const summaryOf = (run: string): RunSummary | undefined =>
  useRuns.getState().list?.runs.find((known) => known.run === run);

/** The run that this window trains or shows, as it is now; any other as the list has it. */
export function stateOf(summary: RunSummary, current: string | undefined, phase: Phase): RunSummary['state'] {
  return summary.run === current && phase !== 'none' && phase !== 'starting' ? phase : summary.state;
}

export const isUnderWay = (state: RunSummary['state']): boolean => state === 'running' || state === 'paused';

let going: Promise<void> | undefined;
let again = false;

/** Asks the engine for the list; several at a time come to one more after the one that is going on. */
export function refreshRuns(): Promise<void> {
  if (going !== undefined) {
    again = true;
    return going;
  }
  useRuns.setState({ isAsking: true });
  going = askUntilStill().finally(() => {
    going = undefined;
    useRuns.setState({ isAsking: false });
  });
  return going;
}

async function askUntilStill(): Promise<void> {
  do {
    again = false;
    await ask();
  } while (again);
}

/** Counts what was said of runs: a list that was asked for before is older than what is shown. */
let labels = 0;

async function ask(): Promise<void> {
  if (useRun.getState().connection !== 'open') return;
  const known = labels;
  try {
    const list = await engine().request('runs', {});
    if (labels === known) takeList(list);
    else again = true;
  } catch (error) {
    useRuns.setState({ problem: sentenceOf(error) });
  }
}

function takeList(list: RunList): void {
  const there = new Set(list.runs.map(({ run }) => run));
  const { picked, read } = useRuns.getState();
  useRuns.setState({
    list,
    problem: undefined,
    picked: picked.every((run) => there.has(run)) ? picked : picked.filter((run) => there.has(run)),
    read: new Map([...read].filter(([run]) => there.has(run))),
  });
  for (const run of useRuns.getState().picked) void readRun(run);
}

/** Changes whenever a run has come further. */
export const stampOf = ({ state, steps }: RunSummary): string => `${state} ${steps}`;

/** Document and curves of a run; undefined, and said why, where they cannot be had. */
export async function readRun(run: string): Promise<RunRecord | undefined> {
  const summary = summaryOf(run);
  const known = useRuns.getState().read.get(run);
  const state = summary ? stampOf(summary) : '';
  if (known?.state === state) return known.record;
  try {
    const record = await engine().request('readRun', { run });
    useRuns.setState({ read: new Map(useRuns.getState().read).set(run, { record, state }) });
    return record;
  } catch (error) {
    unpick([run]);
    tellFailure(error, summary);
    return undefined;
  }
}

/** Says what could not be done with a run, and shows the list as it is now. */
export function tellFailure(error: unknown, summary: RunSummary | undefined): void {
  const title = translate('runs.failed', { name: summary?.label.name ?? '' });
  notify({ tone: 'error', title, detail: sentenceOf(error)[currentLanguage()] });
  void refreshRuns();
}

export function pick(run: string, picked: boolean): void {
  const others = useRuns.getState().picked.filter((other) => other !== run);
  useRuns.setState({ picked: picked ? [...others, run] : others });
  if (picked) void readRun(run);
}

export const unpick = (runs: readonly string[]): void =>
  useRuns.setState({ picked: useRuns.getState().picked.filter((run) => !runs.includes(run)) });

/** Shown at once; taken back where the engine cannot write it. */
export async function labelRun(run: string, change: Partial<RunLabel>): Promise<void> {
  const before = summaryOf(run);
  if (before === undefined) return;
  labels += 1;
  replaceLabel(run, change);
  try {
    await engine().request('labelRun', { run, change });
    labels += 1;
  } catch (error) {
    labels += 1;
    replaceLabel(run, before.label);
    tellFailure(error, before);
  }
}

function replaceLabel(run: string, change: Partial<RunLabel>): void {
  const { list } = useRuns.getState();
  if (list === undefined) return;
  const runs = list.runs.map((known) =>
    known.run === run ? { ...known, label: { ...known.label, ...change } } : known,
  );
  useRuns.setState({ list: { ...list, runs } });
}
