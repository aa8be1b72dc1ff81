import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { useDocumentStore } from '../document/store.ts';
import { Evaluate } from '../evaluate/Evaluate.tsx';
import { useT } from '../i18n/i18n.ts';
import { Runs } from '../runs/Runs.tsx';
import { SummaryPanel } from '../summary/SummaryPanel.tsx';
import css from './BottomPanel.module.css';
import { Curves } from './Curves.tsx';
import { Layers } from './Layers.tsx';
import { type PanelTab, panelTabs, showPanelTab, usePanelTab } from './panel-tab.ts';

interface BottomPanelProps {
  /** The list of problems. */
  readonly problems: ReactNode;
}

/** What is learned and what is wrong, below the canvas. Only the open tab exists, so only it is painted. */
export function BottomPanel({ problems }: BottomPanelProps) {
  const t = useT();
  const tab = usePanelTab((state) => state.tab);
  const contents: Record<PanelTab, ReactNode> = {
    curves: <Curves />,
    layers: <Layers />,
    evaluate: <Evaluate />,
    summary: <SummaryPanel />,
    runs: <Runs />,
    problems,
  };
  return (
    <Tabs.Root className={css['panel']} value={tab} onValueChange={(next) => showPanelTab(next as PanelTab)}>
      <Tabs.List className={css['tabs']} aria-label={t('training.panels')}>
        {panelTabs.map((value) => (
          <Tabs.Tab
            key={value}
            value={value}
            className={css['tab']}
            data-tour-target={value}
            data-panel-tab={value}
          >
            {t(`training.tab.${value}`)}
            {value === 'problems' ? <ProblemCounts /> : null}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {panelTabs.map((value) => (
        <Tabs.Panel key={value} value={value} className={css['content']}>
          {contents[value]}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}

/** Errors keep the network from running, warnings do not: each has a number of its own. */
function ProblemCounts() {
  const t = useT();
  const problems = useDocumentStore((state) => state.analysis.problems);
  return (['error', 'warning'] as const).map((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    if (count === 0) return null;
    const told = t(`problems.count.${severity}`, { count });
    return (
      <span key={severity} className={css['count']} data-severity={severity} title={told}>
        <span aria-hidden>{count}</span>
        <span className="visually-hidden">{told}</span>
      </span>
    );
  });
}
