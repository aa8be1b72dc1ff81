import { ChevronDown, ChevronUp, CircleAlert } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { formatBytes, formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { useRun } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { NoRunYet } from '../training/NoRunYet.tsx';
import { CompareDialog } from './CompareDialog.tsx';
import { type Column, columns, firstWay, type Sorting, sortRuns } from './columns.ts';
import { ContinueDialog, DeleteDialog, NoteDialog } from './RunDialogs.tsx';
import { type Asked, RunRow } from './RunRow.tsx';
import css from './Runs.module.css';
import { isUnderWay, refreshRuns, stateOf, unpick, useRuns } from './runs-store.ts';

/** While the table is looked at, other windows and the command line may train too. */
const refreshEveryMs = 5000;

/** Every run that is kept: ticked ones are drawn into the curves, two of them compared. */
export function Runs() {
  const t = useT();
  const text = useText();
  const list = useRuns((state) => state.list);
  const isAsking = useRuns((state) => state.isAsking);
  const problem = useRuns((state) => state.problem);
  const picked = useRuns((state) => state.picked);
  const current = useRun((state) => state.ring?.started.run);
  const phase = useRun((state) => state.phase);
  const [sorting, setSorting] = useState<Sorting>(firstWay('started'));
  const [asked, setAsked] = useState<Asked>();
  useKeptFresh();

  const shown = useMemo(
    () =>
      sortRuns(
        (list?.runs ?? []).map((run) => ({ ...run, state: stateOf(run, current, phase) })),
        sorting,
      ),
    [list, sorting, current, phase],
  );
  if (problem !== undefined && list === undefined)
    return <EmptyState title={t('runs.noList')} detail={text(problem)} />;
  if (list === undefined) return <EmptyState title={t('runs.loading')} detail="" isBusy />;
  const { folder, runs, foreign } = list;
  if (runs.length === 0 && foreign.length === 0)
    return <NoRunYet title={t('runs.emptyTitle')} detail={t('runs.emptyDetail', { folder })} />;
  const pickedRuns = picked
    .map((run) => shown.find((known) => known.run === run))
    .filter((run) => run !== undefined);
  return (
    <section className={css['runs']} aria-label={t('training.tab.runs')} aria-busy={isAsking}>
      <header className={css['bar']}>
        <p className={css['total']}>
          {t('runs.total', { count: runs.length, size: formatBytes(bytesOf(runs)) })}
          <code className={css['folder']}>{folder}</code>
        </p>
        <PickedActions runs={pickedRuns} ask={setAsked} />
      </header>
      <div className={css['scroll']}>
        <table className={css['table']}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('runs.column.pick')}</span>
              </th>
              {columns.map((column) => (
                <ColumnHead key={column} column={column} sorting={sorting} sort={setSorting} />
              ))}
              <th scope="col">
                <span className="visually-hidden">{t('runs.column.more')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((run) => (
              <RunRow
                key={run.run}
                summary={run}
                picked={picked.includes(run.run)}
                isCurrent={run.run === current}
                ask={setAsked}
              />
            ))}
          </tbody>
        </table>
        <Foreign />
      </div>
      <Dialogs asked={asked} close={() => setAsked(undefined)} />
    </section>
  );
}

const bytesOf = (runs: readonly RunSummary[]): number =>
  runs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function useKeptFresh(): void {
  useEffect(() => {
    void refreshRuns();
    const look = (): void => {
      if (!document.hidden) void refreshRuns();
    };
    const timer = window.setInterval(look, refreshEveryMs);
    window.addEventListener('focus', look);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener('focus', look);
    };
  }, []);
}

interface ColumnHeadProps {
  readonly column: Column;
  readonly sorting: Sorting;
  readonly sort: (sorting: Sorting) => void;
}

function ColumnHead({ column, sorting, sort }: ColumnHeadProps) {
  const t = useT();
  const isBy = sorting.by === column;
  const Arrow = sorting.descending ? ChevronDown : ChevronUp;
  return (
    <th
      scope="col"
      data-column={column}
      aria-sort={isBy ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className={css['sort']}
        onClick={() => sort(isBy ? { by: column, descending: !sorting.descending } : firstWay(column))}
      >
        {column === 'starred' ? (
          <>
            <span aria-hidden>★</span>
            <span className="visually-hidden">{t('runs.column.starred')}</span>
          </>
        ) : (
          t(`runs.column.${column}`)
        )}
        {isBy ? <Arrow size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}

interface PickedActionsProps {
  readonly runs: readonly RunSummary[];
  readonly ask: (asked: Asked) => void;
}

/** What can be done with all ticked runs at once. */
function PickedActions({ runs, ask }: PickedActionsProps) {
  const t = useT();
  const [before, after] = runs.toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const canCompare = runs.length === 2 && before !== undefined && after !== undefined;
  const deletable = runs.filter(({ state }) => !isUnderWay(state));
  return (
    <div className={css['picked']} role="group" aria-label={t('runs.picked', { count: runs.length })}>
      <span role="status">
        {runs.length === 0 ? t('runs.pickHint') : t('runs.picked', { count: runs.length })}
      </span>
      <Tooltip content={t(canCompare ? 'runs.compareTold' : 'runs.compareHint')}>
        <Button
          className={css['small']}
          aria-disabled={!canCompare}
          data-disabled={!canCompare || undefined}
          onClick={() => {
            if (canCompare) ask({ what: 'compare', before, after });
          }}
        >
          {t('runs.compare')}
        </Button>
      </Tooltip>
      <Button
        className={css['small']}
        disabled={deletable.length === 0}
        onClick={() => ask({ what: 'delete', runs: deletable })}
      >
        {t('runs.deletePicked')}
      </Button>
      <Button
        className={css['small']}
        variant="ghost"
        disabled={runs.length === 0}
        onClick={() => unpick(runs.map(({ run }) => run))}
      >
        {t('runs.unpick')}
      </Button>
    </div>
  );
}

/** What lies in the folder of runs and is none: named with the reason, and left alone. */
function Foreign() {
  const t = useT();
  const text = useText();
  const foreign = useRuns((state) => state.list?.foreign ?? none);
  if (foreign.length === 0) return null;
  return (
    <details className={css['foreign']}>
      <summary>
        <CircleAlert size={13} aria-hidden />
        {t('runs.foreign', { count: foreign.length, shown: formatWhole(foreign.length) })}
      </summary>
      <ul>
        {foreign.map(({ name, reason }) => (
          <li key={name}>{text(reason)}</li>
        ))}
      </ul>
    </details>
  );
}

const none: readonly never[] = [];

function Dialogs({ asked, close }: { readonly asked: Asked | undefined; readonly close: () => void }) {
  switch (asked?.what) {
    case 'note':
      return <NoteDialog summary={asked.run} close={close} />;
    case 'continue':
      return <ContinueDialog summary={asked.run} close={close} />;
    case 'delete':
      return <DeleteDialog runs={asked.runs} close={close} />;
    case 'compare':
      return <CompareDialog before={asked.before} after={asked.after} close={close} />;
    default:
      return null;
  }
}
