import { create } from 'zustand';

export const panelTabs = ['curves', 'layers', 'evaluate', 'summary', 'runs', 'problems'] as const;
export type PanelTab = (typeof panelTabs)[number];

const key = 'netwright.panelTab';
const remembered = globalThis.localStorage?.getItem(key);

/** Which tab of the bottom panel is open; remembered from one day to the next. */
export const usePanelTab = create<{ readonly tab: PanelTab }>(() => ({
  tab: panelTabs.find((tab) => tab === remembered) ?? 'curves',
}));

export function showPanelTab(tab: PanelTab): void {
  globalThis.localStorage?.setItem(key, tab);
  usePanelTab.setState({ tab });
}
