import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import type { ShellCommand } from '../renderer/shell/shell.ts';
import { studioOrigin } from './app-protocol.ts';
import { channels } from './channels.ts';
import type { EngineProcess } from './engine-process.ts';
import type { PersonFiles } from './files.ts';
import { showMenu } from './menu.ts';
import { tellWhenHidden } from './notices.ts';
import type { Settings } from './settings.ts';
import { rememberState } from './window-state.ts';

const fileKind = z.object({
  description: z.string().max(200),
  extension: z
    .string()
    .max(40)
    .regex(/^[\w.]+$/),
});
const bytes = z.instanceof(Uint8Array);
const path = z.string().min(1).max(4096);
const json = z
  .string()
  .max(64 * 1024 * 1024)
  .optional();
const blockTexts = z.array(z.string().max(16 * 1024 * 1024)).max(1000);
const language = z.enum(['en', 'zh']);

export interface BridgeParts {
  readonly files: PersonFiles;
  readonly settings: Settings;
  readonly engine: EngineProcess;
}

export interface Bridge {
  /** Serves a window, and gives it the menu's commands while it is in front. */
  serve(window: BrowserWindow): void;
  /** Hands a document to the studio as soon as it listens. */
  openDocument(path: string): void;
}

/** Answers what the preload script asks: only the studio's own main frame is heard, and only in the expected shape. */
export function answerBridge({ files, settings, engine }: BridgeParts): Bridge {
  const waiting: string[] = [];
  const listening = new Set<BrowserWindow>();

  const send = (command: ShellCommand): void =>
    (BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0])?.webContents.send(
      channels.command,
      command,
    );
  showMenu(settings.language, send);

  const deliver = async (): Promise<void> => {
    const [window] = listening;
    if (window === undefined) return;
    for (const document of waiting.splice(0)) {
      try {
        window.webContents.send(channels.fileOpened, await files.read(document));
      } catch {
        settings.forgetFile(document);
      }
    }
  };

  answer(channels.openFile, (window, kind) => files.open(window, fileKind.parse(kind)));
  answer(channels.choosePath, (window, what) =>
    files.choosePath(window, z.enum(['file', 'folder']).parse(what)),
  );
  answer(channels.saveFile, (window, content, kind, name) =>
    files.save(window, bytes.parse(content), fileKind.parse(kind), z.string().max(255).parse(name)),
  );
  answer(channels.writeFile, (_window, target, content) =>
    files.write(path.parse(target), bytes.parse(content)),
  );
  answer(channels.recentFiles, async () => settings.recent);
  answer(channels.openRecent, (_window, target) => files.openRecent(path.parse(target)));
  answer(channels.readRecovery, () => files.readRecovery());
  answer(channels.writeRecovery, (_window, document) => files.writeRecovery(json.parse(document)));
  answer(channels.readBlocks, () => files.readBlocks());
  answer(channels.writeBlocks, (_window, texts) => files.writeBlocks(blockTexts.parse(texts)));
  hear(channels.setTitle, (window, title, unsaved) => {
    window.setTitle(z.string().max(400).parse(title));
    const isUnsaved = z.boolean().parse(unsaved);
    window.setDocumentEdited(isUnsaved);
    rememberState(window, { unsaved: isUnsaved });
  });
  hear(channels.setTraining, (window, training) => {
    rememberState(window, { training: z.boolean().parse(training) });
  });
  hear(channels.tellWhenHidden, (window, title, body) => {
    tellWhenHidden(window, z.string().max(400).parse(title), z.string().max(2000).parse(body));
  });
  hear(channels.setLanguage, (_window, chosen) => {
    settings.rememberLanguage(language.parse(chosen));
    showMenu(settings.language, send);
  });
  hear(channels.requestEngine, (window) => {
    const lost = (): void => {
      if (!window.isDestroyed()) window.webContents.send(channels.engineLost);
    };
    window.webContents.postMessage(channels.enginePort, undefined, [engine.connect(lost)]);
  });
  hear(channels.ready, (window) => {
    listening.add(window);
    void deliver();
  });

  return {
    serve(window) {
      window.once('closed', () => listening.delete(window));
      window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
        if (isMainFrame && !isSameDocument) listening.delete(window);
      });
    },
    openDocument(document) {
      waiting.push(document);
      void deliver();
    },
  };
}

type Answer = (window: BrowserWindow, ...given: unknown[]) => Promise<unknown>;
type Hear = (window: BrowserWindow, ...given: unknown[]) => void;

function answer(channel: string, respond: Answer): void {
  ipcMain.handle(channel, (event, ...given: unknown[]) => respond(senderOf(event), ...given));
}

function hear(channel: string, react: Hear): void {
  ipcMain.on(channel, (event, ...given: unknown[]) => react(senderOf(event), ...given));
}

/** The window a message came from. Throws unless its sender is the main frame of the studio's own page. */
function senderOf(event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender);
  const frame = event.senderFrame;
  if (
    window === null ||
    frame === null ||
    frame !== event.sender.mainFrame ||
    new URL(frame.url).origin !== studioOrigin
  ) {
    throw new Error('A message came from outside the studio.');
  }
  return window;
}
