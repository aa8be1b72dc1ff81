import { useId, useState } from 'react';
import type { RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { formatBytes, formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { NumberField } from '../design/NumberField.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './Runs.module.css';
import { continueRun, deleteRuns } from './run-actions.ts';
import { labelRun } from './runs-store.ts';

interface RunDialogProps {
  readonly summary: RunSummary;
  readonly close: () => void;
}

const longestNote = 2000;

export function NoteDialog({ summary, close }: RunDialogProps) {
  const t = useT();
  const { run, label } = summary;
  const [note, setNote] = useState(label.note);
  const save = (): void => {
    if (note !== label.note) void labelRun(run, { note });
    close();
  };
  return (
    <Dialog
      open
      size="small"
      onOpenChange={close}
      title={t('runs.noteOf', { name: label.name })}
      actions={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button variant="primary" onClick={save}>
            {t('menu.save')}
          </Button>
        </>
      }
    >
      <textarea
        className={css['noteText']}
        aria-label={t('runs.note')}
        value={note}
        maxLength={longestNote}
        rows={6}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Dialog>
  );
}

const mostEpochs = 1_000_000;

/** A run that has trained all its epochs goes on for more. */
export function ContinueDialog({ summary, close }: RunDialogProps) {
  const t = useT();
  const id = useId();
  const { epochs, label } = summary;
  const [wanted, setWanted] = useState(Math.min(2 * epochs, mostEpochs));
  return (
    <Dialog
      open
      size="small"
      onOpenChange={close}
      title={t('runs.continueTitle', { name: label.name })}
      description={t('runs.continueText', { count: epochs, shown: formatWhole(epochs) })}
      actions={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => {
              close();
              void continueRun(summary, wanted);
            }}
          >
            {t('runs.continue')}
          </Button>
        </>
      }
    >
      <div className={css['epochs']}>
        <label htmlFor={id}>{t('runs.epochsInAll')}</label>
        <NumberField
          id={id}
          label={t('runs.epochsInAll')}
          value={wanted}
          min={epochs + 1}
          max={mostEpochs}
          integer
          onChange={setWanted}
        />
      </div>
    </Dialog>
  );
}

interface DeleteDialogProps {
  readonly runs: readonly RunSummary[];
  readonly close: () => void;
}

export function DeleteDialog({ runs, close }: DeleteDialogProps) {
  const t = useT();
  const size = formatBytes(runs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  return (
    <Dialog
      open
      size="small"
      onOpenChange={close}
      title={t('runs.deleteTitle', { count: runs.length, name: runs[0]?.label.name ?? '' })}
      description={t('runs.deleteText', { size })}
      actions={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            variant="danger"
            onClick={() => {
              close();
              void deleteRuns(runs);
            }}
          >
            {t('runs.delete')}
          </Button>
        </>
      }
    >
      {runs.length < 2 ? undefined : (
        <ul className={css['doomed']}>
          {runs.map(({ run, label, sizeBytes }) => (
            <li key={run}>
              <span>{label.name}</span> <span>{formatBytes(sizeBytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
