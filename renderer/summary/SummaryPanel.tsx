import { useMemo } from 'react';
import { summarise } from '../../engine/compiler/summary.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { CostLine } from './CostLine.tsx';
import type { TableRow } from './columns.ts';
import { useCosts, useMeasuring } from './measurements.ts';
import css from './Summary.module.css';
import { SummaryTable } from './SummaryTable.tsx';

/** What every layer is and costs, and what training all of them will cost. */
export function SummaryPanel() {
  const t = useT();
  const document = useDocumentStore((state) => state.project);
  const analysis = useDocumentStore((state) => state.whole);
  const summary = useMemo(() => summarise(document, analysis), [document, analysis]);
  const costs = useCosts();
  useMeasuring(costs);
  const rows = useMemo((): readonly TableRow[] => {
    const times = new Map(costs.times?.nodes.map((time) => [time.node, time]));
    return summary.rows.map((row) => ({ ...row, time: times.get(row.node) }));
  }, [summary, costs.times]);
  if (rows.length === 0) {
    return <EmptyState title={t('summary.emptyTitle')} detail={t('summary.emptyDetail')} />;
  }
  return (
    <div className={css['summary']}>
      <CostLine costs={costs} />
      <SummaryTable rows={rows} total={summary.total} batch={summary.batch} times={costs.times} />
    </div>
  );
}
