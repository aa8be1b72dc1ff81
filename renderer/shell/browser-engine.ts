import type { FromEngine, ToEngine } from '../../engine/protocol/messages.ts';
import { decodeMessage, encodeMessage } from '../../engine/protocol/wire.ts';
import { Listeners } from './listeners.ts';
import type { EnginePort, EngineState } from './shell.ts';

const firstDelayMs = 250;
const longestDelayMs = 5_000;

/** A server that was started anew has another secret: it answers, but does not let this page in. */
const isLocked = async (): Promise<boolean> => {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).status === 401;
  } catch {
    return false;
  }
};

/** The engine at the other end of a WebSocket to where the page came from; reconnects until the page is closed. */
export function connectSocket(): Promise<EnginePort> {
  const url = new URL('/engine', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';

  const messages = new Listeners<FromEngine>();
  const states = new Listeners<EngineState>();
  let socket: WebSocket | undefined;
  let delayMs = firstDelayMs;

  const port: EnginePort = {
    post(message: ToEngine) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
    },
    onMessage: (listen) => messages.add(listen),
    onState: (listen) => states.add(listen),
  };

  return new Promise((resolve) => {
    const open = (): void => {
      const next = new WebSocket(url);
      next.binaryType = 'arraybuffer';
      next.addEventListener('open', () => {
        socket = next;
        delayMs = firstDelayMs;
        resolve(port);
        states.tell('open');
      });
      next.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        // What comes from the engine that served this page is taken at its word.
        messages.tell(decodeMessage(new Uint8Array(data)) as FromEngine);
      });
      next.addEventListener('close', () => {
        if (socket === next) {
          socket = undefined;
          states.tell('closed');
        } else {
          void isLocked().then((locked) => {
            if (locked && socket === undefined) states.tell('locked');
          });
        }
        window.setTimeout(open, delayMs);
        delayMs = Math.min(delayMs * 2, longestDelayMs);
      });
    };
    open();
  });
}
