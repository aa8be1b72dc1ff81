import type { Language } from '../../engine/declaration/text.ts';
import type { FileKind, OpenedFile, ShellCommand } from './shell.ts';

/** A file on the desktop: its handle is a path that the main process handed out and takes back only then. */
export type DesktopFile = OpenedFile & { readonly handle: string };

/**
 * What the preload script puts on `window` for electron.ts, and for nothing else. All of it can cross the context
 * bridge; the engine's MessagePort cannot, so the preload posts it to the window as `engineMessage` with one port.
 */
export interface DesktopBridge {
  openFile(kind: FileKind): Promise<DesktopFile | undefined>;
  choosePath(what: 'file' | 'folder'): Promise<string | undefined>;
  saveFile(bytes: Uint8Array, kind: FileKind, suggestedName: string): Promise<DesktopFile | undefined>;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  recentFiles(): Promise<readonly { readonly name: string; readonly handle: string }[]>;
  /** undefined when the file is gone; it is then forgotten. */
  openRecent(path: string): Promise<DesktopFile | undefined>;
  readRecovery(): Promise<string | undefined>;
  writeRecovery(json: string | undefined): Promise<void>;
  readBlocks(): Promise<readonly string[]>;
  writeBlocks(texts: readonly string[]): Promise<void>;
  setTitle(title: string, unsaved: boolean): void;
  setTraining(training: boolean): void;
  /** A notice of the system, unless the window is in front. */
  tellWhenHidden(title: string, body: string): void;
  /** The language of the native menu. */
  setLanguage(language: Language): void;
  onCommand(listen: (command: ShellCommand) => void): () => void;
  /** Called for each document the system opens with the app; those that came before the first listener are kept for it. */
  onOpenFile(listen: (file: DesktopFile) => void): () => void;
  /** Asks the main process for a port to the engine; a message `engineMessage` with the port follows. */
  requestEngine(): void;
  /** The engine's process ended; the next `requestEngine` starts another. */
  onEngineLost(listen: () => void): () => void;
}

export const engineMessage = 'netwright-engine-port';
