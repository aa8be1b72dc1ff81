import type { FromEngineProcess, OnnxruntimeEnded, ToEngineProcess } from '../protocol/engine-process.ts';
import type { FromEngine } from '../protocol/messages.ts';
import { openEngineSession } from './engine-session.ts';
import { createOnnxruntime } from './onnxruntime.ts';
import type { FromOrtChild, OrtProcess, ToOrtChild } from './ort-messages.ts';
import type { EngineSession, Port } from './port.ts';
import { preparedImagesHere } from './prepared-images.ts';

/** Entry of the desktop app's engine process. What it needs of Electron, without importing Electron: */
interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

interface ParentPort {
  postMessage(message: FromEngineProcess): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly ElectronPort[] }) => void,
  ): void;
}

function requireParentPort(): ParentPort {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort === undefined) throw new Error('this file is started by Electron as a utility process');
  return parentPort;
}

const parent = requireParentPort();
const sessions = new Set<EngineSession>();
const awaitedProcesses = new Map<number, (port: ElectronPort) => void>();
let nextProcess = 1;

parent.on('message', ({ data, ports }) => {
  const message = data as ToEngineProcess;
  const [port] = ports;
  switch (message.kind) {
    case 'connect':
      if (port !== undefined) serve(port);
      break;
    case 'onnxruntime':
      if (port !== undefined) awaitedProcesses.get(message.id)?.(port);
      awaitedProcesses.delete(message.id);
      break;
    case 'close':
      leave();
  }
});
process.once('SIGTERM', leave);

function serve(electronPort: ElectronPort): void {
  const port: Port = {
    post: (message: FromEngine) => electronPort.postMessage(message),
    onMessage: (listen) => electronPort.on('message', (event) => listen(event.data)),
  };
  const onnxruntime = createOnnxruntime({ start: startOnnxruntime });
  const session = openEngineSession(port, { onnxruntime });
  sessions.add(session);
  electronPort.on('close', () => {
    sessions.delete(session);
    void session.close();
  });
  electronPort.start();
}

function leave(): void {
  preparedImagesHere().cancel();
  void Promise.all([...sessions].map((session) => session.close())).then(() => process.exit(0));
}

/** A packaged app cannot fork itself as Node, so onnxruntime's process is started by Electron's main process. */
function startOnnxruntime(): OrtProcess {
  const id = nextProcess++;
  const early: ToOrtChild[] = [];
  let port: ElectronPort | undefined;
  let killed = false;
  let tell: (message: FromOrtChild) => void = () => {};
  let end: (reason: string) => void = () => {};
  let told = false;
  const endOnce = (reason: string): void => {
    if (!told) end(reason);
    told = true;
  };
  awaitedProcesses.set(id, (opened) => {
    port = opened;
    opened.on('message', ({ data }) => {
      const message = data as FromOrtChild | OnnxruntimeEnded;
      if ('kind' in message) endOnce(message.reason);
      else tell(message);
    });
    opened.on('close', () => endOnce('its connection closed'));
    opened.start();
    for (const message of early) opened.postMessage(message);
    if (killed) opened.close();
  });
  parent.postMessage({ kind: 'start-onnxruntime', id });
  return {
    post(message) {
      if (port === undefined) early.push(message);
      else port.postMessage(message);
    },
    onMessage(listener) {
      tell = listener;
    },
    onExit(listener) {
      end = listener;
    },
    hold() {},
    kill() {
      killed = true;
      port?.close();
    },
  };
}
