import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { openEngineSession, type SessionOptions } from '../../../engine/hosts/engine-session.ts';
import type { EngineSession } from '../../../engine/hosts/port.ts';
import type { Frame } from '../../../engine/protocol/live-run-messages.ts';
import type { Answer, Ask, Control, FromEngine, RequestName } from '../../../engine/protocol/messages.ts';
import type { Refusal } from '../../../engine/protocol/refusal.ts';
import { decodeMessage, encodeMessage } from '../../../engine/protocol/wire.ts';

/** A document among the fixtures. */
export const fixture = (name: string): NetwrightDocument =>
  JSON.parse(
    readFileSync(
      fileURLToPath(new URL(`../../fixtures/documents/${name}.netwright.json`, import.meta.url)),
      'utf8',
    ),
  );

/** The circle project, small, with so many epochs. */
export const circle = (epochs: number): NetwrightDocument => {
  const document = fixture('small-circle');
  return { ...document, training: { ...document.training, epochs } };
};

type WithoutKind<T> = T extends unknown ? Omit<T, 'kind'> : never;
type ControlOrder = WithoutKind<Control>;

/** A studio at the other end, whose messages go through the same bytes as over a socket. */
export class SessionStudio {
  readonly frames: Frame[] = [];
  readonly session: EngineSession;
  private toEngine: (message: unknown) => void = () => {};
  private readonly waiting = new Map<number, (message: FromEngine) => void>();
  private readonly watchers = new Set<() => void>();
  private nextId = 1;

  /** Its runs are kept in `runsFolder`. */
  constructor(runsFolder: string, more: Omit<SessionOptions, 'runsFolder'> = {}) {
    this.session = openEngineSession(
      {
        post: (message) => this.receive(decodeMessage(encodeMessage(message)) as FromEngine),
        onMessage: (listen) => {
          this.toEngine = listen;
        },
      },
      { ...more, runsFolder },
    );
  }

  private receive(message: FromEngine): void {
    if (message.kind === 'frame') this.frames.push(message);
    else this.waiting.get(message.id)?.(message);
    for (const look of this.watchers) look();
  }

  sendUnchecked(message: unknown): void {
    this.toEngine(message);
  }

  control(control: ControlOrder): void {
    this.toEngine({ kind: 'control', ...control });
  }

  private reply(name: string, ask: unknown): Promise<FromEngine> {
    const id = this.nextId++;
    const replied = new Promise<FromEngine>((resolve) => this.waiting.set(id, resolve));
    this.toEngine(decodeMessage(encodeMessage({ kind: 'request', id, name, ask } as never)));
    return replied;
  }

  async ask<N extends RequestName>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    const reply = await this.reply(name, ask);
    if (reply.kind !== 'reply') throw new Error(JSON.stringify(reply));
    return reply.answer as Answer<N>;
  }

  async refusal(name: string, ask: unknown): Promise<Refusal> {
    const reply = await this.reply(name, ask);
    if (reply.kind !== 'refusal') throw new Error(`${name} was not refused`);
    return reply.error;
  }

  frame(wanted: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.frames.find(wanted);
        if (found === undefined) return;
        this.watchers.delete(look);
        resolve(found);
      };
      this.watchers.add(look);
      look();
    });
  }

  ended = (run: string): Promise<Frame> =>
    this.frame((frame) => frame.run === run && ['done', 'stopped', 'failed'].includes(frame.state));
}
