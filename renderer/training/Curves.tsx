import { lossOf } from '../../engine/document/catalogue.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { type CurveMetric, curveMetrics } from '../charts/curve-data.ts';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import { useOverlays } from '../runs/overlaid.ts';
import { RunLegend } from '../runs/RunLegend.tsx';
import { Announcer } from './Announcer.tsx';
import { Curve } from './Curve.tsx';
import css from './Curves.module.css';
import { CurveToolbar } from './CurveToolbar.tsx';
import { savePicture, saveTable } from './curve-export.ts';
import { useCurveSettings } from './curve-settings.ts';
import { NoRunYet } from './NoRunYet.tsx';

/** What the run tells over its steps: train solid, test dashed, single batches faint; other runs beside it. */
export function Curves() {
  const t = useT();
  const ring = useRun((state) => state.ring);
  const document = useRun((state) => state.document);
  const overlays = useOverlays();
  const { shown, log, smoothing } = useCurveSettings();
  const { others, current } = overlays;
  if (!(ring && document) && others.length === 0) {
    return <NoRunYet title={t('curves.emptyTitle')} detail={t('curves.emptyDetail')} />;
  }
  const documents = [...others.map((other) => other.document), ...(ring && document ? [document] : [])];
  const possible = curveMetrics.filter((metric) => metric !== 'accuracy' || documents.some(hasAccuracy));
  const chosen = possible.filter((metric) => shown.includes(metric));
  const drawn: readonly CurveMetric[] = chosen.length > 0 ? chosen : ['loss'];
  const subject = (metric: CurveMetric) =>
    ({ ring, others, color: current?.color, metric, log, smoothing }) as const;
  const run = ring?.started.run ?? '';
  const name = (ring && document ? document : documents[0])?.name ?? '';
  return (
    <div className={css['panel']}>
      <CurveToolbar
        run={run}
        possible={possible}
        shown={drawn}
        onTable={() => void saveTable(ring, overlays, name, t)}
        onPicture={(metrics) => void savePicture(metrics.map(subject), name, t)}
      />
      {others.length === 0 ? null : <RunLegend overlays={overlays} />}
      <div className={css['curves']} data-charts={drawn.length}>
        {drawn.map((metric) => (
          <Curve key={`${metric} ${run}`} {...subject(metric)} />
        ))}
      </div>
      {ring ? <Announcer ring={ring} /> : null}
    </div>
  );
}

/** Whether the loss of a document knows right answers from wrong ones. */
export function hasAccuracy({ nodes }: NetwrightDocument): boolean {
  return nodes.some(({ type }) => lossOf(type)?.hits !== undefined);
}
