import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import type { DesktopFile } from '../renderer/shell/desktop-bridge.ts';
import type { FileKind } from '../renderer/shell/shell.ts';
import type { Settings } from './settings.ts';
import { writeAtomic } from './write-atomic.ts';

const largestFileBytes = 2 ** 31;

/**
 * The person's own files. The studio may write only where the person has pointed in a dialog, or opened from: a path
 * counts only if it was handed out here.
 */
export class PersonFiles {
  private readonly settings: Settings;
  private readonly handedOut = new Set<string>();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  async open(window: BrowserWindow, kind: FileKind): Promise<DesktopFile | undefined> {
    const { filePaths } = await dialog.showOpenDialog(window, {
      properties: ['openFile'],
      filters: filtersOf(kind),
    });
    const [path] = filePaths;
    return path === undefined ? undefined : this.read(path);
  }

  /** Where samples lie: the engine reads them, which may read whatever the person may. */
  async choosePath(window: BrowserWindow, what: 'file' | 'folder'): Promise<string | undefined> {
    const properties = [what === 'file' ? 'openFile' : 'openDirectory'] as const;
    const { filePaths } = await dialog.showOpenDialog(window, { properties: [...properties] });
    return filePaths[0];
  }

  async save(
    window: BrowserWindow,
    bytes: Uint8Array,
    kind: FileKind,
    suggestedName: string,
  ): Promise<DesktopFile | undefined> {
    const { filePath } = await dialog.showSaveDialog(window, {
      defaultPath: basename(suggestedName),
      filters: filtersOf(kind),
    });
    if (!filePath) return undefined;
    await writeAtomic(filePath, bytes);
    return this.handOut(filePath, bytes);
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    if (!this.handedOut.has(path))
      throw new Error(`${path}: expected a file opened or saved in this session.`);
    await writeAtomic(path, bytes);
    this.settings.rememberFile(path);
  }

  /** A file from the recent list; forgotten when it is gone. */
  async openRecent(path: string): Promise<DesktopFile | undefined> {
    if (!this.settings.recent.some(({ handle }) => handle === path)) return undefined;
    try {
      return await this.read(path);
    } catch {
      this.settings.forgetFile(path);
      return undefined;
    }
  }

  /** A file the system asked the app to open. */
  async read(path: string): Promise<DesktopFile> {
    const { size } = await stat(path);
    if (size > largestFileBytes)
      throw new Error(`${path}: expected at most ${largestFileBytes} bytes, found ${size}.`);
    return this.handOut(path, new Uint8Array(await readFile(path)));
  }

  async readRecovery(): Promise<string | undefined> {
    try {
      return await readFile(recoveryPath(), 'utf8');
    } catch {
      return undefined;
    }
  }

  async writeRecovery(json: string | undefined): Promise<void> {
    if (json === undefined) await rm(recoveryPath(), { force: true });
    else await writeAtomic(recoveryPath(), new TextEncoder().encode(json));
  }

  /** The person's own blocks. A file that cannot be understood is left as it is, and told of. */
  async readBlocks(): Promise<readonly string[]> {
    let json: string;
    try {
      json = await readFile(blocksPath(), 'utf8');
    } catch {
      return [];
    }
    return z.array(z.string()).parse(JSON.parse(json));
  }

  async writeBlocks(texts: readonly string[]): Promise<void> {
    await writeAtomic(blocksPath(), new TextEncoder().encode(JSON.stringify(texts)));
  }

  private handOut(path: string, bytes: Uint8Array): DesktopFile {
    this.handedOut.add(path);
    this.settings.rememberFile(path);
    return { name: basename(path), bytes, handle: path };
  }
}

const recoveryPath = (): string => join(app.getPath('userData'), 'recovery.netwright.json');

const blocksPath = (): string => join(app.getPath('userData'), 'blocks.json');

const filtersOf = ({ description, extension }: FileKind): Electron.FileFilter[] => [
  { name: description, extensions: [extension.replace(/^\./, '')] },
];
