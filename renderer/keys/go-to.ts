import { type PanelTab, showPanelTab } from '../training/panel-tab.ts';

/** Brings the keyboard to the first thing that can be set on what is selected; Escape there brings it back. */
export function goToInspector(): void {
  const inspector = document.querySelector('[data-inspector]');
  const field = 'input, [role="combobox"]';
  const first =
    inspector?.querySelector<HTMLElement>(`[data-field] :is(${field})`) ??
    inspector?.querySelector<HTMLElement>(`${field}, button`);
  first?.focus();
}

/** Opens a tab of the bottom panel and brings the keyboard to it. */
export function goToPanel(tab: PanelTab): void {
  showPanelTab(tab);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-panel-tab="${tab}"]`)?.focus());
}
