import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { WebSocketServer } from 'ws';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { studioHeaders } from '../protocol/studio-page.ts';
import { wireLimits } from '../protocol/wire.ts';
import { Access, type Verdict } from './access.ts';
import type { EngineSession, Port } from './port.ts';
import { preparedImagesHere } from './prepared-images.ts';
import { passagePage, refusalPage, refusals } from './refusal-page.ts';
import { socketPort } from './socket-port.ts';
import { StudioFiles } from './studio-files.ts';

/** Where it listens when nobody says otherwise: always the same, because a browser keeps autosaved work by origin. */
export const usualPort = 7878;
const address = '127.0.0.1';
const enginePath = '/engine';

export interface ServerOptions {
  /** Folder of the built studio. */
  readonly studio: string;
  /** 0 = any free one; undefined = the usual one, or any free one while that is taken. */
  readonly port: number | undefined;
  /** Serves the engine to one connected studio. */
  openSession(port: Port): EngineSession;
  /** Told when somebody needs a new one-time address. */
  onAddress(url: string): void;
}

export interface BrowserFace {
  readonly port: number;
  /** The one-time address that opens the studio. */
  readonly url: string;
  /** Closes every connection; resolves when their runs are stopped and on disk. */
  close(): Promise<void>;
}

/** The studio and its engine for a browser on this machine. Throws a NetwrightError when the port is taken. */
export async function openBrowserFace(options: ServerOptions): Promise<BrowserFace> {
  const files = new StudioFiles(options.studio);
  const access = new Access();
  const addressNow = (): string => `http://${address}:${access.port}/?token=${access.currentToken}`;
  const renewAddress = (): void => {
    if (access.renewToken() !== undefined) options.onAddress(addressNow());
  };

  const app = studioApp(files, access, renewAddress);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const sessions = serveSockets(server, access, (port) => options.openSession(port));
  access.port = await listen(server, options.port);

  return {
    port: access.port,
    url: addressNow(),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      preparedImagesHere().cancel();
      await Promise.all([closed, sessions.close()]);
    },
  };
}

type Visit = Context<{ Bindings: HttpBindings }>;

function studioApp(
  files: StudioFiles,
  access: Access,
  renewAddress: () => void,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (visit, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders(visit.req.header('host') ?? address))) {
      visit.res.headers.set(name, value);
    }
  });
  app.use(async (visit, next) => {
    const token = visit.req.query('token');
    const verdict = access.judge({ headers: visit.env.incoming.headers, token, isWebSocket: false });
    if (verdict === 'foreign-host' || verdict === 'foreign-origin') return refuse(visit, verdict);
    if (visit.req.method !== 'GET' && visit.req.method !== 'HEAD') return refuse(visit, 'wrong-method');
    if (verdict === 'exchange' && visit.req.method === 'GET' && visit.req.path === '/') {
      return enter(visit, access.exchange());
    }
    if (verdict !== 'allowed') {
      renewAddress();
      return refuse(visit, verdict === 'exchange' ? 'no-token' : verdict);
    }
    // The token has done its work and should not stay in the address bar.
    if (token !== undefined && visit.req.path === '/') return visit.redirect('/', 303);
    return await next();
  });
  app.get('*', async (visit) => {
    const file = await files.read(visit.req.path);
    if (file === undefined) return refuse(visit, 'not-found');
    const caching = file.hashed ? 'private, max-age=31536000, immutable' : 'no-store';
    return visit.body(file.bytes, 200, { 'Content-Type': file.contentType, 'Cache-Control': caching });
  });
  return app;
}

/** Sends the cookie along and the visitor to the studio. */
function enter(visit: Visit, setCookie: string): Response {
  visit.header('Set-Cookie', setCookie);
  visit.header('Cache-Control', 'no-store');
  const cameFrom = visit.req.header('sec-fetch-site') ?? 'none';
  return cameFrom === 'none' || cameFrom === 'same-origin'
    ? visit.redirect('/', 303)
    : visit.html(passagePage);
}

function refuse(visit: Visit, reason: keyof typeof refusals): Response {
  const { status, text: sentence } = refusals[reason];
  return visit.html(refusalPage(sentence), status, { 'Cache-Control': 'no-store' });
}

function securityHeaders(host: string): Readonly<Record<string, string>> {
  // A foreign Host must not be able to write into the policy; its request is refused anyway.
  return studioHeaders(/^[\w.:]+$/.test(host) ? [`ws://${host}`] : []);
}

function serveSockets(
  server: Server,
  access: Access,
  openSession: (port: Port) => EngineSession,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: wireLimits.messageBytes,
    perMessageDeflate: false,
  });
  const sessions = new Set<EngineSession>();
  const endings = new Set<Promise<void>>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const verdict = access.judge({ headers: request.headers, token: undefined, isWebSocket: true });
    if (verdict !== 'allowed') return refuseUpgrade(socket, verdict === 'exchange' ? 'no-token' : verdict);
    if (request.url !== enginePath) return refuseUpgrade(socket, 'not-found');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = openSession(socketPort(webSocket));
      sessions.add(session);
      // Without a listener a broken connection would end the process; `close` always follows.
      webSocket.on('error', () => {});
      webSocket.on('close', () => {
        sessions.delete(session);
        const ending = session.close().finally(() => endings.delete(ending));
        endings.add(ending);
      });
    });
  });

  return {
    async close() {
      for (const client of sockets.clients) client.terminate();
      await Promise.all([...sessions].map((session) => session.close()));
      await Promise.all(endings);
    },
  };
}

function refuseUpgrade(socket: Duplex, reason: Exclude<Verdict, 'allowed' | 'exchange'> | 'not-found'): void {
  const { status, text: sentence } = refusals[reason];
  const body = `${sentence.en}\n${sentence.zh}\n`;
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** The port it came to listen on. */
async function listen(server: Server, wanted: number | undefined): Promise<number> {
  try {
    return await listenOn(server, wanted ?? usualPort);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    if (wanted === undefined) return await listenOn(server, 0);
    throw code === 'EADDRINUSE' ? portInUse(wanted) : portForbidden(wanted);
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

const portInUse = (port: number): NetwrightError =>
  new NetwrightError(
    'port-in-use',
    text(
      `--port: expected a free port, found ${port} in use on ${address}; choose another one, or 0 for any.`,
      `--port：端口 ${port} 在 ${address} 上已被占用；请换一个端口，或用 0 自动选择。`,
    ),
  );

const portForbidden = (port: number): NetwrightError =>
  new NetwrightError(
    'port-forbidden',
    text(
      `--port: expected a port this user may open, found ${port}; choose one above 1023, or 0 for any.`,
      `--port：当前用户无权使用端口 ${port}；请选择大于 1023 的端口，或用 0 自动选择。`,
    ),
  );
