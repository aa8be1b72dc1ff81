import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge, DesktopFile } from '../renderer/shell/desktop-bridge.ts';
import { engineMessage } from '../renderer/shell/desktop-bridge.ts';
import type { ShellCommand } from '../renderer/shell/shell.ts';
import { channels } from './channels.ts';

/** The little of the page that a preload script sees of its window. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

/** Calls `listen` for each message on a channel; returns the function that stops it. */
function on<T>(channel: string, listen: (value: T) => void): () => void {
  const heard = (_event: unknown, value: T): void => listen(value);
  ipcRenderer.on(channel, heard);
  return () => ipcRenderer.off(channel, heard);
}

const bridge: DesktopBridge = {
  openFile: (kind) => ipcRenderer.invoke(channels.openFile, kind),
  choosePath: (what) => ipcRenderer.invoke(channels.choosePath, what),
  saveFile: (bytes, kind, name) => ipcRenderer.invoke(channels.saveFile, bytes, kind, name),
  writeFile: (path, bytes) => ipcRenderer.invoke(channels.writeFile, path, bytes),
  recentFiles: () => ipcRenderer.invoke(channels.recentFiles),
  openRecent: (path) => ipcRenderer.invoke(channels.openRecent, path),
  readRecovery: () => ipcRenderer.invoke(channels.readRecovery),
  writeRecovery: (json) => ipcRenderer.invoke(channels.writeRecovery, json),
  readBlocks: () => ipcRenderer.invoke(channels.readBlocks),
  writeBlocks: (texts) => ipcRenderer.invoke(channels.writeBlocks, texts),
  setTitle: (title, unsaved) => ipcRenderer.send(channels.setTitle, title, unsaved),
  setTraining: (training) => ipcRenderer.send(channels.setTraining, training),
  tellWhenHidden: (title, body) => ipcRenderer.send(channels.tellWhenHidden, title, body),
  setLanguage: (language) => ipcRenderer.send(channels.setLanguage, language),
  onCommand: (listen) => on<ShellCommand>(channels.command, listen),
  onOpenFile(listen) {
    const stop = on<DesktopFile>(channels.fileOpened, listen);
    ipcRenderer.send(channels.ready);
    return stop;
  },
  requestEngine: () => ipcRenderer.send(channels.requestEngine),
  onEngineLost: (listen) => on<undefined>(channels.engineLost, listen),
};

contextBridge.exposeInMainWorld('netwrightDesktop', bridge);

// A port cannot cross the context bridge; the window's own messages can carry it.
ipcRenderer.on(channels.enginePort, (event) =>
  window.postMessage(engineMessage, window.location.origin, event.ports),
);
