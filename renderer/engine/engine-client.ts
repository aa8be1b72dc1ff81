import { NetwrightError } from '../../engine/declaration/problem.ts';
import { type Text, text } from '../../engine/declaration/text.ts';
import type { Frame } from '../../engine/protocol/live-run-messages.ts';
import type {
  Answer,
  Ask,
  Control,
  FromEngine,
  ReplyMessage,
  RequestMessage,
  RequestName,
} from '../../engine/protocol/messages.ts';
import type { EnginePort, EngineState } from '../shell/shell.ts';

type WithoutKind<T> = T extends unknown ? Omit<T, 'kind'> : never;
export type ControlOrder = WithoutKind<Control>;

interface Pending {
  readonly name: RequestName;
  settle(reply: ReplyMessage): void;
  fail(error: NetwrightError): void;
}

const engineLost = (): NetwrightError =>
  new NetwrightError(
    'engine-lost',
    text(
      'The engine stopped answering; what you drew is safe, and the studio reconnects on its own.',
      '引擎没有响应；您的画布内容没有丢失，工作室会自动重新连接。',
    ),
  );

/** The engine as the studio sees it: questions with one answer each, one-way orders, and frames. */
export class EngineClient {
  readonly #port: EnginePort;
  readonly #pending = new Map<number, Pending>();
  readonly #frameListeners = new Set<(frame: Frame) => void>();
  readonly #connectionListeners = new Set<(connection: EngineState) => void>();
  #nextId = 1;
  #connection: EngineState = 'open';

  constructor(port: EnginePort) {
    this.#port = port;
    port.onMessage((message) => this.#receive(message));
    port.onState((connection) => this.#changeConnection(connection));
  }

  get connection(): EngineState {
    return this.#connection;
  }

  /** The question that has waited longest for its answer. */
  get oldestRequest(): number | undefined {
    const [oldest] = this.#pending.keys();
    return oldest;
  }

  /** Rejects with a NetwrightError that says in both languages why the engine refused, or that it is lost. */
  request<N extends RequestName>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    if (this.#connection !== 'open') return Promise.reject(engineLost());
    const id = this.#nextId++;
    return new Promise<Answer<N>>((resolve, reject) => {
      this.#pending.set(id, {
        name,
        settle: (reply) => {
          if (reply.kind === 'reply') resolve(reply.answer);
          else reject(new NetwrightError(reply.error.code, reply.error.message, reply.error.problems));
        },
        fail: reject,
      });
      this.#port.post({ kind: 'request', id, name, ask } as RequestMessage);
    });
  }

  /** One way; the next frame shows the effect. */
  order(control: ControlOrder): void {
    if (this.#connection === 'open') this.#port.post({ kind: 'control', ...control });
  }

  onFrame(listen: (frame: Frame) => void): () => void {
    this.#frameListeners.add(listen);
    return () => this.#frameListeners.delete(listen);
  }

  onConnection(listen: (connection: EngineState) => void): () => void {
    this.#connectionListeners.add(listen);
    return () => this.#connectionListeners.delete(listen);
  }

  #receive(message: FromEngine): void {
    if (message.kind === 'frame') {
      for (const listen of this.#frameListeners) listen(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    pending?.settle(message);
  }

  #changeConnection(connection: EngineState): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    if (connection !== 'open') {
      const waiting = [...this.#pending.values()];
      this.#pending.clear();
      for (const pending of waiting) pending.fail(engineLost());
    }
    for (const listen of this.#connectionListeners) listen(connection);
  }
}

/** The sentence of any thrown value, in both languages. */
export function sentenceOf(error: unknown): Text {
  if (error instanceof NetwrightError) return error.text;
  const message = error instanceof Error ? error.message : String(error);
  return text(`Something unexpected happened: ${message}`, `发生了意外错误：${message}`);
}
