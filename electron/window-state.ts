import type { BrowserWindow } from 'electron';

/** What would be left behind when a window closes. */
export interface WindowState {
  readonly unsaved: boolean;
  readonly training: boolean;
}

const states = new WeakMap<BrowserWindow, WindowState>();

export const stateOf = (window: BrowserWindow): WindowState =>
  states.get(window) ?? { unsaved: false, training: false };

export function rememberState(window: BrowserWindow, change: Partial<WindowState>): void {
  states.set(window, { ...stateOf(window), ...change });
}
