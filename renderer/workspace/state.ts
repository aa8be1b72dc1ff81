import { create } from 'zustand';
import type { Problem } from '../../engine/declaration/problem.ts';
import type { Text } from '../../engine/declaration/text.ts';
import type { OpenWire, Point } from '../document/commands.ts';

export type Page = 'gallery' | 'build' | 'data' | 'models' | 'learn';
/** What stands over the page, one at a time. */
export type Overlay = 'keys' | 'add' | 'connect' | 'history' | 'replace' | 'palette' | 'picture';

/** Where a node that is about to be added goes, and the wire that waits for it. */
export interface AddingAt {
  readonly at: Point;
  readonly open?: OpenWire;
}

/** A file that could not be opened, and all that is wrong with it. */
export interface RefusedFile {
  readonly name: string;
  readonly reason: Text;
  readonly problems: readonly Problem[];
}

export type UnsavedAnswer = 'save' | 'discard' | 'cancel';

/** Asked before a document with unsaved changes gives way to another. */
export interface UnsavedQuestion {
  readonly name: string;
  readonly answer: (answer: UnsavedAnswer) => void;
}

interface WorkspaceState {
  readonly page: Page;
  readonly overlay: Overlay | undefined;
  readonly addingAt: AddingAt | undefined;
  readonly refusedFile: RefusedFile | undefined;
  readonly unsavedQuestion: UnsavedQuestion | undefined;
}

/** What the window shows; nothing here belongs to the document. */
export const useWorkspace = create<WorkspaceState>(() => ({
  page: 'gallery',
  overlay: undefined,
  addingAt: undefined,
  refusedFile: undefined,
  unsavedQuestion: undefined,
}));

export const showPage = (page: Page): void => useWorkspace.setState({ page, overlay: undefined });
export const showOverlay = (overlay: Overlay | undefined): void =>
  useWorkspace.setState({ overlay, addingAt: undefined });
export const showAddAt = (addingAt: AddingAt): void => useWorkspace.setState({ overlay: 'add', addingAt });
export const showRefusedFile = (refusedFile: RefusedFile | undefined): void =>
  useWorkspace.setState({ refusedFile });

export const askAboutUnsaved = (name: string): Promise<UnsavedAnswer> =>
  new Promise((resolve) => {
    const answer = (given: UnsavedAnswer): void => {
      useWorkspace.setState({ unsavedQuestion: undefined });
      resolve(given);
    };
    useWorkspace.setState({ unsavedQuestion: { name, answer } });
  });
