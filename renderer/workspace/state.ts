import { create } from 'zustand';
import type { OpenWire, Point } from '../document/commands.ts';

export type Page = 'gallery' | 'build' | 'models';
/** What stands over the page, one at a time. */
export type Overlay = 'keys' | 'add' | 'connect';

/** Where a node that is about to be added goes, and the wire that waits for it. */
export interface AddingAt {
  readonly at: Point;
  readonly open?: OpenWire;
}

interface WorkspaceState {
  readonly page: Page;
  readonly overlay: Overlay | undefined;
  readonly addingAt: AddingAt | undefined;
}

/** What the window shows; nothing here belongs to the document. */
export const useWorkspace = create<WorkspaceState>(() => ({
  page: 'gallery',
  overlay: undefined,
  addingAt: undefined,
}));

export const showPage = (page: Page): void => useWorkspace.setState({ page, overlay: undefined });
export const showOverlay = (overlay: Overlay | undefined): void =>
  useWorkspace.setState({ overlay, addingAt: undefined });
export const showAddAt = (addingAt: AddingAt): void => useWorkspace.setState({ overlay: 'add', addingAt });
