import { Download, RotateCw } from 'lucide-react';
import type { KnownSetState } from '../../engine/protocol/data-messages.ts';
import { formatBytes } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { ProgressBar } from '../design/ProgressBar.tsx';
import { engine } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './KnownSets.module.css';
import { useKnownSets } from './use-known-sets.ts';

interface KnownSetsProps {
  readonly isBusy: boolean;
  /** Takes what lies at the path as the data. */
  readonly onOpen: (path: string) => void;
}

/** Sets that everybody knows: those that are here are opened by a press, the others are downloaded first. */
export function KnownSets({ isBusy, onOpen }: KnownSetsProps) {
  const t = useT();
  const { sets, look } = useKnownSets();
  const bring = async (set: string): Promise<void> => {
    // It may be refused while the list is on its way.
    const brought = engine()
      .request('downloadSet', { set })
      .then(
        (answer) => answer.path,
        () => undefined,
      );
    await look();
    const path = await brought;
    await look();
    if (path !== undefined) onOpen(path);
  };
  const cancel = async (set: string): Promise<void> => {
    await engine()
      .request('cancelDownload', { set })
      .catch(() => {});
    await look();
  };
  return (
    <ul className={css['sets']} aria-label={t('data.knownSets')}>
      {sets.map((set) => (
        <KnownSetRow
          key={set.set}
          set={set}
          isBusy={isBusy}
          onOpen={() => onOpen(set.path)}
          onDownload={() => void bring(set.set)}
          onCancel={() => void cancel(set.set)}
        />
      ))}
    </ul>
  );
}

interface KnownSetRowProps {
  readonly set: KnownSetState;
  readonly isBusy: boolean;
  readonly onOpen: () => void;
  readonly onDownload: () => void;
  readonly onCancel: () => void;
}

function KnownSetRow({ set, isBusy, onOpen, onDownload, onCancel }: KnownSetRowProps) {
  const t = useT();
  const text = useText();
  const { title, summary, licence, page, state, sizeBytes, receivedBytes, failure } = set;
  const name = text(title);
  const percent = Math.floor((100 * receivedBytes) / sizeBytes);
  const size = formatBytes(sizeBytes);
  const [shown, said] =
    failure !== undefined
      ? [t('data.retry'), t('data.retrySet', { name })]
      : receivedBytes > 0
        ? [t('data.goOn', { percent }), t('data.goOnWith', { name, what: t('data.goOn', { percent }) })]
        : [size, t('data.downloadSet', { name, size })];
  return (
    <li className={css['set']}>
      <span className={css['name']} title={`${text(licence)}\n${page}`} data-cited>
        <span>{name}</span>
        <span className={css['summary']}>
          {state === 'coming'
            ? t('data.received', { done: formatBytes(receivedBytes), all: size, percent })
            : text(summary)}
        </span>
      </span>
      {state === 'here' ? (
        <Button disabled={isBusy} aria-label={t('data.useSet', { name })} onClick={onOpen}>
          {t('data.openThis')}
        </Button>
      ) : state === 'coming' ? (
        <Button aria-label={t('data.cancelSet', { name })} onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      ) : (
        <Button
          icon={
            failure === undefined ? <Download size={14} aria-hidden /> : <RotateCw size={14} aria-hidden />
          }
          aria-label={said}
          onClick={onDownload}
        >
          {shown}
        </Button>
      )}
      {state === 'coming' ? (
        <ProgressBar className={css['bar']} label={name} max={sizeBytes} value={receivedBytes} />
      ) : null}
      {failure === undefined || state !== 'absent' ? null : (
        <p className={css['failure']} role="alert">
          {text(failure.message)}
        </p>
      )}
    </li>
  );
}
