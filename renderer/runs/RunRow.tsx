import { Ellipsis, NotebookPen, Star } from 'lucide-react';
import { memo } from 'react';
import type { RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { guideFigures } from '../../engine/protocol/live-run-messages.ts';
import { formatBytes, formatDuration, formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { IconButton } from '../design/Button.tsx';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { TextField } from '../design/TextField.tsx';
import { useRun } from '../engine/run-store.ts';
import { useLanguage, useT, useText } from '../i18n/i18n.ts';
import { beginWith } from '../training/start-weights.ts';
import { bestLossOf } from './columns.ts';
import css from './Runs.module.css';
import {
  continueRun,
  exportModelOf,
  isComplete,
  openGraph,
  type RunDeed,
  startFromBest,
  whyNotWith,
} from './run-actions.ts';
import { colorNames, runColor } from './run-color.ts';
import { labelRun, pick } from './runs-store.ts';

/** What a row or the bar above wants to be asked about. */
export type Asked =
  | { readonly what: 'note' | 'continue'; readonly run: RunSummary }
  | { readonly what: 'delete'; readonly runs: readonly RunSummary[] }
  | { readonly what: 'compare'; readonly before: RunSummary; readonly after: RunSummary };

interface RunRowProps {
  readonly summary: RunSummary;
  readonly picked: boolean;
  /** The one that this window trains, or has trained last. */
  readonly isCurrent: boolean;
  readonly ask: (asked: Asked) => void;
}

const longestName = 200;

export const RunRow = memo(function RunRow({ summary, picked, isCurrent, ask }: RunRowProps) {
  const t = useT();
  const text = useText();
  const { run, label, project, state, failure } = summary;
  const { name, note, starred } = label;
  const measured = guideFigures(summary);
  const time = summary.trainedMs;
  return (
    <tr data-run={run} data-picked={picked || undefined} data-testid="run-row">
      <td>
        <input
          type="checkbox"
          className={css['tick']}
          checked={picked}
          aria-label={t('runs.pick', { name })}
          onChange={(event) => pick(run, event.currentTarget.checked)}
        />
      </td>
      <td>
        <button
          type="button"
          className={css['star']}
          aria-label={t('runs.star', { name })}
          aria-pressed={starred}
          onClick={() => void labelRun(run, { starred: !starred })}
        >
          <Star size={14} aria-hidden fill={starred ? 'currentColor' : 'none'} />
        </button>
      </td>
      <th scope="row" className={css['nameCell']}>
        <div className={css['name']}>
          <ColorMenu summary={summary} />
          <TextField
            label={t('runs.nameOf', { name })}
            value={name}
            maxLength={longestName}
            inline
            onChange={(next) => {
              if (next.trim() !== '') void labelRun(run, { name: next.trim() });
            }}
          />
          {note === '' ? null : (
            <IconButton
              label={note}
              aria-label={t('runs.noteOf', { name })}
              className={css['note']}
              onClick={() => ask({ what: 'note', run: summary })}
            >
              <NotebookPen size={13} aria-hidden />
            </IconButton>
          )}
        </div>
      </th>
      <td className={css['words']} title={project}>
        {project}
      </td>
      <td>
        <When ms={summary.startedAtMs} />
      </td>
      <td data-state={state} title={failure && text(failure)}>
        <span className={css['state']} data-state={state}>
          {t(`runs.state.${state}`)}
        </span>
      </td>
      {isCurrent ? <LiveLength summary={summary} /> : <Length {...summary} />}
      <td className={css['figure']} data-figure="test">
        {formatFigure(measured?.loss)}
      </td>
      <td className={css['figure']} data-figure="accuracy">
        {formatShare(measured?.accuracy)}
      </td>
      <td
        className={css['figure']}
        data-figure="best"
        title={summary.best && t('runs.bestAt', { epoch: formatWhole(summary.best.epoch) })}
      >
        {formatFigure(bestLossOf(summary))}
      </td>
      <td className={css['figure']}>{formatDuration(time === undefined ? undefined : time / 1000)}</td>
      <td className={css['figure']} data-figure="size">
        {formatBytes(summary.sizeBytes)}
      </td>
      <td>
        <MoreMenu summary={summary} ask={ask} />
      </td>
    </tr>
  );
});

function When({ ms }: { readonly ms: number }) {
  const language = useLanguage();
  const at = new Date(ms);
  const short = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  const long = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium' });
  return (
    <time dateTime={at.toISOString()} title={long.format(at)} className={css['when']}>
      {short.format(at)}
    </time>
  );
}

interface LengthProps {
  readonly epochs: number;
  readonly epochsPlanned: number;
  readonly steps: number;
}

function Length({ epochs, epochsPlanned, steps }: LengthProps) {
  return (
    <>
      <td className={css['figure']} data-figure="epochs">
        {formatWhole(epochs)}
        <span className={css['of']}>/{formatWhole(epochsPlanned)}</span>
      </td>
      <td className={css['figure']} data-figure="steps">
        {formatWhole(steps)}
      </td>
    </>
  );
}

/** Of the run that is shown now: its toolbar's figures. */
function LiveLength({ summary }: { readonly summary: RunSummary }) {
  const live = useRun((state) => state.live);
  const { epochs, epochsPlanned, steps } = summary;
  return (
    <Length
      epochs={live?.epoch ?? epochs}
      epochsPlanned={live?.epochs ?? epochsPlanned}
      steps={live?.step ?? steps}
    />
  );
}

function ColorMenu({ summary: { run, label } }: { readonly summary: RunSummary }) {
  const t = useT();
  const color = t(`runs.color.${colorNames[label.color] ?? 'ink'}`);
  const entries: MenuEntry[] = [
    {
      kind: 'choice',
      id: 'color',
      label: t('runs.colorTitle'),
      value: String(label.color),
      options: colorNames.map((name, index) => ({
        value: String(index),
        label: t(`runs.color.${name}`),
        swatch: runColor(index),
      })),
      choose: (value) => void labelRun(run, { color: Number(value) }),
    },
  ];
  return (
    <Menu
      entries={entries}
      trigger={
        <button
          type="button"
          className={css['swatch']}
          aria-label={t('runs.colorOf', { name: label.name, color })}
        >
          <i aria-hidden style={{ background: runColor(label.color) }} />
        </button>
      }
    />
  );
}

interface MoreMenuProps {
  readonly summary: RunSummary;
  readonly ask: (asked: Asked) => void;
}

function MoreMenu({ summary, ask }: MoreMenuProps) {
  const t = useT();
  // What can be done depends on the run of this window and on the engine.
  useRun((state) => state.phase);
  useRun((state) => state.connection);
  const entry = (deed: RunDeed, run: () => void): MenuEntry => {
    const reason = whyNotWith(deed, summary);
    const more =
      deed === 'delete' || deed === 'export' || (deed === 'continue' && isComplete(summary)) ? '…' : '';
    const label = t(`runs.${deed}`);
    return {
      kind: 'item',
      id: deed,
      label:
        reason === undefined
          ? `${label}${more}`
          : t('runs.because', { label, why: t(`runs.reason.${reason}`) }),
      disabled: reason !== undefined,
      run,
    };
  };
  const entries: MenuEntry[] = [
    { kind: 'item', id: 'open', label: t('runs.openGraph'), run: () => void openGraph(summary) },
    entry('continue', () =>
      isComplete(summary) ? ask({ what: 'continue', run: summary }) : void continueRun(summary),
    ),
    entry('startFromBest', () => void startFromBest(summary)),
    {
      kind: 'item',
      id: 'beginWith',
      label: t('runs.beginWith'),
      run: () => beginWith({ run: summary.run, name: summary.label.name }),
    },
    entry('export', () => void exportModelOf(summary)),
    { kind: 'line', id: 'line' },
    {
      kind: 'item',
      id: 'note',
      label: `${t('runs.note')}…`,
      run: () => ask({ what: 'note', run: summary }),
    },
    entry('delete', () => ask({ what: 'delete', runs: [summary] })),
  ];
  return (
    <Menu
      entries={entries}
      trigger={
        // No tooltip: it would lie over the rows beneath whenever the menu closes.
        <button
          type="button"
          className={css['more']}
          aria-label={t('runs.more', { name: summary.label.name })}
        >
          <Ellipsis size={15} aria-hidden />
        </button>
      }
    />
  );
}
