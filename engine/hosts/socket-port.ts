import type { RawData, WebSocket } from 'ws';
import type { FromEngine } from '../protocol/messages.ts';
import { decodeMessage, encodeMessage } from '../protocol/wire.ts';
import type { Port } from './port.ts';

/** Above this a connection is behind, and histograms, which the next frame replaces, are left out. */
const behindBytes = 4 * 1024 * 1024;
const unusableData = 1007;

/** A studio at the other end of a WebSocket. Bytes that are no message end the connection. */
export function socketPort(socket: WebSocket): Port {
  return {
    post(message) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(encodeMessage(socket.bufferedAmount > behindBytes ? withoutTelemetry(message) : message));
    },
    onMessage(listen) {
      socket.on('message', (data, isBinary) => {
        let message: unknown;
        try {
          if (!isBinary) throw new TypeError('expected bytes, found text');
          message = decodeMessage(bytesOf(data));
        } catch (error) {
          // The reason of a close frame is limited to 123 bytes.
          socket.close(unusableData, (error as Error).message.slice(0, 120));
          return;
        }
        listen(message);
      });
    },
  };
}

function withoutTelemetry(message: FromEngine): FromEngine {
  if (message.kind !== 'frame') return message;
  const { telemetry: _, ...rest } = message;
  return rest;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
