import type { FromEngine } from '../../engine/protocol/messages.ts';
import { type DesktopBridge, engineMessage } from './desktop-bridge.ts';
import { FileClaims } from './file-claims.ts';
import { askBeforeLeaving } from './leaving.ts';
import { Listeners } from './listeners.ts';
import type { EnginePort, EngineState, Shell } from './shell.ts';

declare global {
  interface Window {
    readonly netwrightDesktop?: DesktopBridge;
  }
}

/** The desktop's shell, or undefined in a browser. */
export function desktopShell(): Shell | undefined {
  const bridge = window.netwrightDesktop;
  if (bridge === undefined) return undefined;
  const claims = new FileClaims();
  return {
    face: 'desktop',
    connectEngine: () => connectEngine(bridge),
    openFile: (kind) => bridge.openFile(kind),
    choosePath: (what) => bridge.choosePath(what),
    saveFile: (bytes, kind, name) => bridge.saveFile(bytes, kind, name),
    writeFile: (handle, bytes) => bridge.writeFile(handle as string, bytes),
    claimFile: (handle) => claims.claim(handle),
    recentFiles: () => bridge.recentFiles(),
    openRecent: (file) => bridge.openRecent(file.handle as string),
    readBlocks: () => bridge.readBlocks(),
    writeBlocks: (texts) => bridge.writeBlocks(texts),
    readRecovery: () => bridge.readRecovery(),
    writeRecovery: (json) => bridge.writeRecovery(json),
    setTitle: (title, unsaved) => bridge.setTitle(title, unsaved),
    setTraining(training) {
      bridge.setTraining(training);
      askBeforeLeaving(training);
    },
    canTell: () => 'yes',
    askToTell: () => Promise.resolve(true),
    tellWhenHidden: (title, body) => bridge.tellWhenHidden(title, body),
    setLanguage: (language) => bridge.setLanguage(language),
    onCommand: (listen) => bridge.onCommand(listen),
    onOpenFile: (listen) => bridge.onOpenFile(listen),
  };
}

/** Resolves with the first port; when the engine's process ends, the next port takes its place. */
function connectEngine(bridge: DesktopBridge): Promise<EnginePort> {
  const messages = new Listeners<FromEngine>();
  const states = new Listeners<EngineState>();
  let port: MessagePort | undefined;

  const engine: EnginePort = {
    post: (message) => port?.postMessage(message),
    onMessage: (listen) => messages.add(listen),
    onState: (listen) => states.add(listen),
  };

  return new Promise((resolve) => {
    window.addEventListener('message', (event) => {
      const [incoming] = event.ports;
      if (event.source !== window || event.data !== engineMessage || incoming === undefined) return;
      port?.close();
      port = incoming;
      port.onmessage = ({ data }: MessageEvent<FromEngine>) => messages.tell(data);
      resolve(engine);
      states.tell('open');
    });
    bridge.onEngineLost(() => {
      port?.close();
      port = undefined;
      states.tell('closed');
      bridge.requestEngine();
    });
    bridge.requestEngine();
  });
}
