import { formatBytes, formatShort, formatWhole } from '../charts/figures.ts';
import { PreparingImages } from '../data/PreparingImages.tsx';
import { usePreparing, useWatchPreparing } from '../data/preparing.ts';
import { useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import { spokenTime } from '../summary/figures.ts';
import { usePredicted } from '../summary/measurements.ts';
import css from './StatusBar.module.css';

/** What runs where: kernels, threads, size of the network, memory of the run, speed. */
export function StatusBar() {
  const t = useT();
  const connection = useRun((state) => state.connection);
  const engine = useRun((state) => state.engine);
  const started = useRun((state) => state.ring?.started);
  const live = useRun((state) => state.live);
  const running = useRun((state) => state.phase === 'running');
  const drawn = useDocumentStore((state) => state.analysis.parameterCount);
  const drawnFrozen = useDocumentStore((state) => state.analysis.frozenCount);
  const predicted = usePredicted();
  useWatchPreparing();
  const isPreparing = usePreparing(({ preparing }) => preparing.length > 0);
  const kernels = started?.kernels ?? engine?.kernels[0];
  const frozen = started?.frozenCount ?? drawnFrozen;
  const threads = started?.workers ?? engine?.threads;
  return (
    <ul className={css['bar']} aria-label={t('status.label')}>
      <li data-testid="status-kernels">
        <i aria-hidden className={css['dot']} data-state={connection} />
        {connection === 'open' && kernels !== undefined
          ? t('status.kernels', { kernels })
          : t(connection === 'connecting' ? 'status.connecting' : 'status.lost')}
      </li>
      {threads === undefined ? null : <li>{t('status.threads', { count: threads })}</li>}
      <li data-testid="status-parameters">
        {t('status.parameters', { count: drawn, shown: formatWhole(started?.parameterCount ?? drawn) })}
        {frozen === 0 ? null : t('status.frozen', { shown: formatWhole(frozen) })}
      </li>
      {started ? <li>{t('status.memory', { size: formatBytes(started.arenaBytes) })}</li> : null}
      {!started && predicted ? (
        <li data-testid="status-predicted">
          {t('status.predicted', {
            size: formatBytes(predicted.arenaBytes),
            time: spokenTime(t, predicted.secondsPerEpoch * 1000),
          })}
        </li>
      ) : null}
      {isPreparing ? (
        <li>
          <PreparingImages />
        </li>
      ) : null}
      <li className={css['speed']}>
        {running && live ? t('status.speed', { speed: formatShort(live.stepsPerSecond) }) : ''}
      </li>
    </ul>
  );
}
