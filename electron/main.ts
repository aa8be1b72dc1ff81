import { app, BrowserWindow } from 'electron';
import { registerAppScheme, serveStudio } from './app-protocol.ts';
import { answerBridge } from './bridge.ts';
import { documentsIn } from './documents.ts';
import { EngineProcess } from './engine-process.ts';
import { PersonFiles } from './files.ts';
import { denyEverything } from './permissions.ts';
import { Settings } from './settings.ts';
import { openStudioWindow } from './window.ts';

registerAppScheme();

/** A second start hands its files to the first and ends. */
if (app.requestSingleInstanceLock()) void start();
else app.quit();

async function start(): Promise<void> {
  const early: string[] = [];
  const keep = (event: Electron.Event, path: string): void => {
    event.preventDefault();
    early.push(path);
  };
  // macOS tells of files before the app is ready.
  app.on('open-file', keep);
  await app.whenReady();
  app.off('open-file', keep);

  const settings = await Settings.read();
  const files = new PersonFiles(settings);
  const engine = new EngineProcess();
  const bridge = answerBridge({ files, settings, engine });
  denyEverything();
  serveStudio();

  const open = (): BrowserWindow => {
    const window = openStudioWindow(settings);
    bridge.serve(window);
    return window;
  };
  open();
  for (const path of [...early, ...documentsIn(process.argv)]) bridge.openDocument(path);

  app.on('open-file', (event, path) => {
    event.preventDefault();
    bridge.openDocument(path);
  });
  app.on('second-instance', (_event, argv) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
    for (const path of documentsIn(argv)) bridge.openDocument(path);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.once('will-quit', (event) => {
    event.preventDefault();
    void engine.close().finally(() => app.exit());
  });
}
