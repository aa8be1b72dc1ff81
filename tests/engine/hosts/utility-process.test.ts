import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ToEngineProcess } from '../../../engine/protocol/engine-process.ts';
import type { FromEngine, ToEngine } from '../../../engine/protocol/messages.ts';

/**
 * Electron's side of the engine process, played by the test: ports whose messages come as events, and a main process that
 * starts onnxruntime on demand and relays.
 */
class FakePort extends EventEmitter {
  other: FakePort | undefined;
  private started = false;
  private readonly early: unknown[] = [];

  postMessage(message: unknown): void {
    const copy = structuredClone(message);
    queueMicrotask(() => this.other?.deliver(copy));
  }

  start(): void {
    this.started = true;
    for (const data of this.early.splice(0)) this.emit('message', { data });
  }

  close(): void {
    queueMicrotask(() => {
      this.emit('close');
      this.other?.emit('close');
    });
  }

  private deliver(data: unknown): void {
    if (this.started) this.emit('message', { data });
    else this.early.push(data);
  }
}

function channel(): [FakePort, FakePort] {
  const [near, far] = [new FakePort(), new FakePort()];
  near.other = far;
  far.other = near;
  return [near, far];
}

const home = mkdtempSync(join(tmpdir(), 'netwright-desktop-'));
const parent = Object.assign(new EventEmitter(), {
  asked: [] as unknown[],
  postMessage(message: { kind: string; id: number }) {
    parent.asked.push(message);
    const [near, far] = channel();
    const child = fork(join(process.env['NETWRIGHT_DIST'] as string, 'ort-child.js'), {
      serialization: 'advanced',
    });
    near.on('message', ({ data }: { data: never }) => child.send(data));
    near.on('close', () => child.kill());
    child.on('message', (answer) => near.postMessage(answer));
    near.start();
    tell({ kind: 'onnxruntime', id: message.id }, far);
  },
});
const tell = (data: ToEngineProcess, ...ports: FakePort[]): boolean =>
  parent.emit('message', { data, ports });

/** A window of the desktop app. */
class Window {
  readonly port: FakePort;
  readonly messages: FromEngine[] = [];

  constructor() {
    const [near, far] = channel();
    this.port = near;
    near.on('message', ({ data }: { data: FromEngine }) => this.messages.push(data));
    near.start();
    tell({ kind: 'connect' }, far);
  }

  async ask(id: number, name: string, ask: unknown): Promise<unknown> {
    this.port.postMessage({ kind: 'request', id, name, ask } as ToEngine);
    const reply = await vi.waitUntil(
      () => this.messages.find((message) => message.kind !== 'frame' && message.id === id),
      { timeout: 60_000 },
    );
    if (reply.kind !== 'reply') throw new Error(JSON.stringify(reply));
    return reply.answer;
  }
}

const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);

beforeAll(async () => {
  vi.stubEnv('NETWRIGHT_HOME', home);
  Object.assign(process, { parentPort: parent });
  await import('../../../engine/hosts/utility-process.ts');
});
afterAll(() => {
  vi.unstubAllEnvs();
  delete (process as { parentPort?: unknown }).parentPort;
  rmSync(home, { recursive: true });
});

const document = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../fixtures/documents/small-circle.netwright.json', import.meta.url)),
    'utf8',
  ),
);

it('serves every window on a port of its own, and has onnxruntime started by the main process', async () => {
  const [one, two] = [new Window(), new Window()];
  expect(await two.ask(1, 'hello', {})).toMatchObject({ kernels: expect.arrayContaining(['portable']) });
  expect(one.messages).toEqual([]);
  const { run } = (await one.ask(1, 'start', { document, options: {} })) as { run: string };
  expect(await one.ask(2, 'export', { run, weights: 'last', preprocessing: false })).toMatchObject({
    certificate: { equal: true },
  });
  expect(parent.asked).toEqual([{ kind: 'start-onnxruntime', id: 1 }]);
  expect(two.messages).toHaveLength(1);
});

it('stops and keeps runs when it is asked to close', async () => {
  const window = new Window();
  const endless = { ...document, training: { ...document.training, epochs: 1_000_000 } };
  const { run } = (await window.ask(1, 'start', { document: endless, options: {} })) as { run: string };
  tell({ kind: 'close' });
  await vi.waitUntil(() => exit.mock.calls.length > 0, { timeout: 60_000 });
  expect(exit).toHaveBeenCalledWith(0);
  expect(JSON.parse(readFileSync(join(home, 'runs', run, 'run.json'), 'utf8'))).toMatchObject({
    status: 'stopped',
  });
});
