import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Port } from '../../../engine/hosts/port.ts';
import { type BrowserFace, openBrowserFace } from '../../../engine/hosts/server.ts';
import type { FromEngine, ToEngine } from '../../../engine/protocol/messages.ts';
import { decodeMessage, encodeMessage } from '../../../engine/protocol/wire.ts';

const hello: ToEngine = { kind: 'request', id: 1, name: 'hello', ask: {} };
const answer: FromEngine = {
  kind: 'reply',
  id: 1,
  answer: { version: '0', threads: 2, kernels: ['portable'] },
};

let folder: string;
let face: BrowserFace;
let addresses: string[];
let closedSessions: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netwright-studio-'));
  mkdirSync(join(folder, 'studio', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'studio', 'index.html'), '<!doctype html><title>studio</title>');
  writeFileSync(join(folder, 'studio', 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers every message and counts the studios that left. */
function openSession(port: Port) {
  port.onMessage(() => port.post(answer));
  return {
    close: () => {
      closedSessions++;
      return Promise.resolve();
    },
  };
}

beforeEach(async () => {
  addresses = [];
  closedSessions = 0;
  face = await openBrowserFace({
    studio: join(folder, 'studio'),
    port: 0,
    openSession,
    onAddress: (url) => addresses.push(url),
  });
});
afterEach(() => face.close());

const base = (): string => `http://127.0.0.1:${face.port}`;

interface Answered {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A request byte for byte: fetch would refuse to send a foreign Host or a path with dots. */
function send(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> {
  const lines = Object.entries({ Host: `127.0.0.1:${face.port}`, Connection: 'close', ...headers });
  return new Promise((resolve, reject) => {
    const socket = connect(face.port, '127.0.0.1', () => {
      socket.write(
        `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
      );
    });
    let raw = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      raw += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      const [head, ...rest] = raw.split('\r\n\r\n');
      const [status, ...fields] = (head as string).split('\r\n');
      resolve({
        status: Number((status as string).split(' ')[1]),
        headers: new Map(
          fields.map((line) => {
            const [name, ...value] = line.split(': ');
            return [(name as string).toLowerCase(), value.join(': ')];
          }),
        ),
        body: rest.join('\r\n\r\n'),
      });
    });
  });
}

/** The cookie that the one-time address is exchanged for. */
async function enter(url = face.url): Promise<string> {
  const { pathname, search } = new URL(url);
  const entered = await send(pathname + search);
  expect(entered.status).toBe(303);
  return (entered.headers.get('set-cookie') as string).split(';')[0] as string;
}

describe('the one-time address', () => {
  it('is exchanged for a cookie that scripts cannot read and other sites cannot send', async () => {
    const entered = await send(`/${new URL(face.url).search}`);
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/');
    expect(entered.headers.get('set-cookie')).toMatch(
      /^netwright-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
  });

  it('opens the studio, and so does reloading it', async () => {
    const cookie = await enter();
    for (let visit = 0; visit < 2; visit++) {
      const page = await send('/', { Cookie: `other=1; ${cookie}` });
      expect(page.status).toBe(200);
      expect(page.body).toContain('<title>studio</title>');
    }
    expect(addresses).toEqual([]);
  });

  it('may be opened again by the browser that has its cookie', async () => {
    const cookie = await enter();
    const again = await send(`/${new URL(face.url).search}`, { Cookie: cookie });
    expect(again.status).toBe(303);
    expect(again.headers.get('location')).toBe('/');
  });

  it('is refused to a second browser, and a new one is printed once', async () => {
    await enter();
    for (let visit = 0; visit < 2; visit++) {
      const second = await send(`/${new URL(face.url).search}`);
      expect(second.status).toBe(401);
      expect(second.body).toContain('has been used once already');
      expect(second.body).toContain('已经用过一次');
      expect(second.headers.has('set-cookie')).toBe(false);
    }
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).not.toBe(face.url);
    await enter(addresses[0]);
  });

  it('is not used up by a request for its head', async () => {
    expect((await send(`/${new URL(face.url).search}`, {}, 'HEAD')).status).toBe(401);
    await enter();
  });

  it('leads visitors from another site through a page of its own', async () => {
    const entered = await send(`/${new URL(face.url).search}`, { 'Sec-Fetch-Site': 'cross-site' });
    expect(entered.status).toBe(200);
    expect(entered.body).toContain('http-equiv="refresh" content="0;url=/"');
    expect(entered.headers.has('set-cookie')).toBe(true);
  });
});

describe('the browser face refuses', () => {
  it('whoever has neither token nor cookie, in both languages', async () => {
    for (const path of ['/', '/?token=', '/?token=wrong', '/assets/index-abc.js']) {
      const refused = await send(path);
      expect(refused.status, path).toBe(401);
      expect(refused.body).toContain('Open the whole address');
      expect(refused.body).toContain('请打开');
    }
    expect((await send('/', { Cookie: `netwright-${face.port}=wrong` })).status).toBe(401);
    expect(addresses).toEqual([]);
  });

  it('a foreign Host, even with the token or the cookie', async () => {
    const cookie = await enter();
    for (const host of ['evil.example', `evil.example:${face.port}`, '127.0.0.1.evil.example', '0.0.0.0']) {
      const refused = await send('/', { Host: host, Cookie: cookie });
      expect(refused.status, host).toBe(403);
      expect(refused.body).toContain('named another host');
    }
  });

  it('a foreign Origin, even with the cookie', async () => {
    const cookie = await enter();
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${face.port}`,
      'http://127.0.0.1:1',
    ]) {
      const refused = await send('/', { Origin: origin, Cookie: cookie });
      expect(refused.status, origin).toBe(403);
      expect(refused.body).toContain('came from another site');
    }
    expect((await send('/', { Origin: base(), Cookie: cookie })).status).toBe(200);
  });

  it('every path that is not a file of the studio', async () => {
    const cookie = await enter();
    const paths = [
      '/nothing',
      '/../secret.json',
      '/assets/../../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/assets',
      '//etc/passwd',
      '/engine',
    ];
    for (const path of paths) {
      const refused = await send(path, { Cookie: cookie });
      expect([400, 404], path).toContain(refused.status);
      expect(refused.body).not.toContain('secret');
    }
  });

  it('every method that could change something', async () => {
    const cookie = await enter();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await send('/', { Cookie: cookie, 'Content-Length': '0' }, method)).status, method).toBe(405);
    }
  });
});

describe('what the browser face serves', () => {
  it('is isolated and allowed to speak to nothing but itself', async () => {
    const page = await send('/', { Cookie: await enter() });
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = page.headers.get('content-security-policy') as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${face.port};`);
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  });

  it('is kept by the browser where its name carries a hash', async () => {
    const script = await send('/assets/index-abc.js', { Cookie: await enter() });
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('answers to localhost as well, as at the end of a tunnel', async () => {
    const cookie = await enter();
    const page = await send('/', { Host: 'localhost:9000', Cookie: cookie, Origin: 'http://localhost:9000' });
    expect(page.status).toBe(200);
  });
});

describe('the socket', () => {
  const refusal = (headers: Record<string, string>, path = '/engine'): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${face.port}${path}`, { headers });
      socket.on('error', (error) => resolve(error.message));
      socket.on('open', () => resolve('open'));
    });

  const opened = async (cookie: string): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${face.port}/engine`, {
      headers: { Cookie: cookie, Origin: base() },
    });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    return socket;
  };

  it('carries messages both ways', async () => {
    const socket = await opened(await enter());
    const reply = new Promise<unknown>((resolve) => {
      socket.on('message', (data: Buffer) => resolve(decodeMessage(data)));
    });
    socket.send(encodeMessage(hello));
    expect(await reply).toEqual(answer);
  });

  it('is refused without cookie, with a foreign or no Origin, with a foreign Host, and elsewhere', async () => {
    const cookie = await enter();
    expect(await refusal({ Origin: base() })).toContain('401');
    expect(await refusal({ Cookie: cookie })).toContain('403');
    expect(await refusal({ Cookie: cookie, Origin: 'http://evil.example' })).toContain('403');
    expect(await refusal({ Cookie: cookie, Origin: 'http://evil.example', Host: 'evil.example' })).toContain(
      '403',
    );
    expect(await refusal({ Cookie: cookie, Origin: base() }, '/other')).toContain('404');
    expect(await refusal({ Origin: base() }, `/engine${new URL(face.url).search}`)).toContain('401');
  });

  it('ends when it is sent something that is no message', async () => {
    for (const garbage of ['text', Uint8Array.of(1, 2, 3)]) {
      const socket = await opened(addresses.length === 0 ? await enter() : await enter(addresses.at(-1)));
      const code = new Promise((resolve) => socket.on('close', resolve));
      socket.send(garbage);
      expect(await code).toBe(1007);
      await send('/');
    }
  });

  it('ends its session when the page is left, and the server lives on', async () => {
    const cookie = await enter();
    const socket = await opened(cookie);
    socket.close();
    await new Promise((resolve) => socket.on('close', resolve));
    await expect.poll(() => closedSessions).toBe(1);
    await opened(cookie);
  });
});

describe('a port that is taken', () => {
  it('is refused in one sentence when it was asked for', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const options = { studio: join(folder, 'studio'), port, openSession, onAddress: () => {} };
    await expect(openBrowserFace(options)).rejects.toMatchObject({
      code: 'port-in-use',
      message: `--port: expected a free port, found ${port} in use on 127.0.0.1; choose another one, or 0 for any.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('is replaced by a free one when nobody asked for it', async () => {
    const options = { studio: join(folder, 'studio'), port: undefined, openSession, onAddress: () => {} };
    const [one, two] = [await openBrowserFace(options), await openBrowserFace(options)];
    expect(one.port).not.toBe(two.port);
    await Promise.all([one.close(), two.close()]);
  });
});

it('a folder without a built studio is named', async () => {
  const options = { studio: folder, port: 0, openSession, onAddress: () => {} };
  await expect(openBrowserFace(options)).rejects.toMatchObject({ code: 'studio-not-built' });
});
