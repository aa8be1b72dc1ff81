/**
 * Everything the studio asks of the place it runs in. Two faces: electron.ts (desktop) and browser.ts.
 * Messages to and from the engine go through `connectEngine`; nothing else here knows the engine.
 */
import type { Language } from '../../engine/declaration/text.ts';
import type { FromEngine, ToEngine } from '../../engine/protocol/messages.ts';

export interface EnginePort {
  post(message: ToEngine): void;
  /** Returns the function that stops listening. */
  onMessage(listen: (message: FromEngine) => void): () => void;
  /** Told when the engine is lost and when it is back. */
  onState(listen: (state: EngineState) => void): () => void;
}

/** `locked`: an engine is there again, but another one, which does not know this page. */
export type EngineState = 'open' | 'closed' | 'locked';

/** A file the person chose; `handle` is what `save` takes to write the same file again without asking. */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly handle: unknown;
}

export interface FileKind {
  readonly description: string;
  readonly extension: string;
}

export interface RecentFile {
  readonly name: string;
  readonly handle: unknown;
}

export interface Shell {
  readonly face: 'desktop' | 'browser';
  connectEngine(): Promise<EnginePort>;
  /** undefined when the person changed their mind. */
  openFile(kind: FileKind): Promise<OpenedFile | undefined>;
  /** Where a file or folder of samples lies, by a dialog of the system; the engine reads it. Absent where there is no such dialog. */
  readonly choosePath?: (what: 'file' | 'folder') => Promise<string | undefined>;
  saveFile(bytes: Uint8Array, kind: FileKind, suggestedName: string): Promise<OpenedFile | undefined>;
  /** Writes to a file that was opened or saved before. */
  writeFile(handle: unknown, bytes: Uint8Array): Promise<void>;
  /**
   * Takes a file for this window alone, and gives up the one before it; without a handle only that. False where another
   * window has it open.
   */
  claimFile(handle: unknown): Promise<boolean>;
  recentFiles(): Promise<readonly RecentFile[]>;
  openRecent(file: RecentFile): Promise<OpenedFile | undefined>;
  /** The autosaved document, kept outside the person's own files. */
  readRecovery(): Promise<string | undefined>;
  writeRecovery(json: string | undefined): Promise<void>;
  /** The person's own blocks, for every project: the text of one small project each. */
  readBlocks(): Promise<readonly string[]>;
  writeBlocks(texts: readonly string[]): Promise<void>;
  setTitle(title: string, unsaved: boolean): void;
  /** While it trains, leaving asks first. */
  setTraining(training: boolean): void;
  /** Whether a person can be told of things while the window is hidden; `ask`: they have not said yet. */
  canTell(): 'yes' | 'ask' | 'no';
  /** Asks them; only in answer to a press. */
  askToTell(): Promise<boolean>;
  /** Tells them through the system, if the window is hidden and they allow it. */
  tellWhenHidden(title: string, body: string): void;
  /** The language of what the shell itself shows, such as a native menu. */
  setLanguage(language: Language): void;
  /** Menu entries and file associations of the desktop; the browser has none. */
  onCommand(listen: (command: ShellCommand) => void): () => void;
  /** A document the shell was started with (file association, command line). */
  onOpenFile(listen: (file: OpenedFile) => void): () => void;
}

export type ShellCommand =
  | 'new'
  | 'open'
  | 'save'
  | 'saveAs'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'duplicate'
  | 'delete'
  | 'selectAll'
  | 'fitView'
  | 'train'
  | 'exportOnnx'
  | 'showKeys';
