import { Download, Maximize2 } from 'lucide-react';
import { useId } from 'react';
import type { CurveMetric } from '../charts/curve-data.ts';
import { strongest } from '../charts/smoothing.ts';
import { IconButton } from '../design/Button.tsx';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { Switch } from '../design/Switch.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './Curves.module.css';
import { setCurves, showWindow, toggleCurve, useCurveSettings, useTimeWindow } from './curve-settings.ts';

interface CurveToolbarProps {
  readonly run: string;
  /** Charts there can be of what is drawn. */
  readonly possible: readonly CurveMetric[];
  readonly shown: readonly CurveMetric[];
  readonly onTable: () => void;
  readonly onPicture: (metrics: readonly CurveMetric[]) => void;
}

/** Which charts are shown and how; and what can be taken away of them. */
export function CurveToolbar({ run, possible, shown, onTable, onPicture }: CurveToolbarProps) {
  const t = useT();
  const { smoothing, log } = useCurveSettings();
  const isZoomed = useTimeWindow((state) => state.run === run && state.window !== undefined);
  const smoothingId = useId();
  const pictures: MenuEntry[] = [
    ...(shown.length > 1
      ? [
          {
            kind: 'item',
            id: 'all',
            label: t('curves.export.allCharts'),
            run: () => onPicture(shown),
          } as const,
        ]
      : []),
    ...shown.map(
      (metric) =>
        ({
          kind: 'item',
          id: metric,
          label: t('curves.export.chart', { chart: t(`curves.${metric}`) }),
          run: () => onPicture([metric]),
        }) as const,
    ),
  ];
  return (
    <div className={css['toolbar']} role="toolbar" aria-label={t('curves.toolbar')}>
      <div className={css['chips']} role="group" aria-label={t('curves.charts')}>
        {possible.map((metric) => (
          <button
            key={metric}
            type="button"
            className={css['chip']}
            aria-pressed={shown.includes(metric)}
            onClick={() => toggleCurve(metric)}
          >
            {t(`curves.${metric}`)}
          </button>
        ))}
      </div>
      <label className={css['smoothing']} htmlFor={smoothingId} title={t('curves.smoothingHelp')}>
        <span>{t('curves.smoothing')}</span>
        <input
          id={smoothingId}
          type="range"
          min={0}
          max={strongest}
          step={0.01}
          value={smoothing}
          onChange={(event) => setCurves({ smoothing: Number(event.currentTarget.value) })}
        />
        <output htmlFor={smoothingId}>{smoothing.toFixed(2)}</output>
      </label>
      <label className={css['switch']}>
        <span>{t('curves.logScale')}</span>
        <Switch label={t('curves.logScale')} checked={log} onChange={(next) => setCurves({ log: next })} />
      </label>
      <div className={css['acts']}>
        <IconButton
          label={t('curves.wholeRun')}
          aria-disabled={!isZoomed}
          onClick={() => showWindow(run, undefined)}
        >
          <Maximize2 size={14} aria-hidden />
        </IconButton>
        <Menu
          trigger={
            <IconButton label={t('curves.export.title')}>
              <Download size={14} aria-hidden />
            </IconButton>
          }
          entries={[
            ...pictures,
            { kind: 'line', id: 'line' },
            { kind: 'item', id: 'table', label: t('curves.export.table'), run: onTable },
          ]}
        />
      </div>
    </div>
  );
}
