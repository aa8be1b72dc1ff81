import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ensureBuilt } from '../../build/bootstrap.mjs';
import type { Answer, FromEngine, ToEngine } from '../../engine/protocol/messages.ts';
import { decodeMessage, encodeMessage } from '../../engine/protocol/wire.ts';
import { ending, fixture, start, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

beforeAll(() => ensureBuilt(['renderer']));

let server: ChildProcess;
let ended: ReturnType<typeof ending>;
let lines: AsyncIterator<string>;

beforeEach(() => {
  server = start(['serve', '--port', '0', '--no-open', '--json'], { NETWRIGHT_HOME: folder.path('home') });
  if (server.stdout === null) throw new Error('a pipe is missing');
  lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  ended = ending(server);
});
afterEach(async () => {
  server.kill('SIGKILL');
  await ended;
});

const announced = async (): Promise<{ event: string; url: string }> => JSON.parse((await lines.next()).value);

async function enter(url: string): Promise<{ origin: string; cookie: string }> {
  const entered = await fetch(url, { redirect: 'manual' });
  expect(entered.status).toBe(303);
  const cookie = (entered.headers.get('set-cookie') as string).split(';')[0] as string;
  return { origin: new URL(url).origin, cookie };
}

describe('serve', () => {
  it('prints an address that opens the studio', async () => {
    const { event, url } = await announced();
    expect(event).toBe('listening');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const { origin, cookie } = await enter(url);
    const page = await fetch(origin, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<script type="module"');
  });

  it('prints a new address when the old one is used up and somebody needs one', async () => {
    const { url } = await announced();
    await enter(url);
    expect((await fetch(url)).status).toBe(401);
    const renewed = await announced();
    expect(renewed.event).toBe('address');
    await enter(renewed.url);
  });

  it('trains for a studio on the socket, and keeps the run when it is interrupted', async () => {
    const { origin, cookie } = await enter((await announced()).url);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/engine`, { headers: { cookie, origin } });
    socket.on('error', () => {});
    const message = (wanted: (message: FromEngine) => boolean): Promise<FromEngine> =>
      new Promise((resolve) => {
        socket.on('message', (data: Buffer) => {
          const received = decodeMessage(data) as FromEngine;
          if (wanted(received)) resolve(received);
        });
      });
    const replied = message(({ kind }) => kind !== 'frame');
    const trained = message((received) => received.kind === 'frame' && received.epoch > 0);
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const document = JSON.parse(readFileSync(fixture('small-circle'), 'utf8'));
    document.training.epochs = 1_000_000;
    const ask: ToEngine = { kind: 'request', id: 1, name: 'start', ask: { document, options: {} } };
    socket.send(encodeMessage(ask));
    const { answer } = (await replied) as { answer: Answer<'start'> };
    const { run } = answer;
    expect(await trained).toMatchObject({ run, state: 'running' });

    server.kill('SIGINT');
    expect((await ended).code).toBe(0);
    const manifest = JSON.parse(readFileSync(folder.path(`home/runs/${run}/run.json`), 'utf8'));
    expect(manifest).toMatchObject({ status: 'stopped', result: { steps: expect.any(Number) } });
  });
});
