import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'dist', 'node', 'cli.js');

/** The browser face as `netwright serve` starts it: a process of its own with a home of its own. */
export interface StudioServer {
  /** The one-time address that opens the studio. */
  readonly url: string;
  readonly origin: string;
  /** What it keeps for the person. */
  readonly home: string;
  readonly pid: number;
  /** What known sets are downloaded from: it has none until it is told how to answer. */
  readonly mirror: { answer: RequestListener };
  /** When the server said that it listens, on the clock of `performance.now()`. */
  readonly listeningMs: number;
  /** Ends the process; another may be started in its home. */
  quit(): Promise<void>;
  /** The same, and removes its home. */
  stop(): Promise<void>;
}

/** In a new home, or in one that another has left. */
export async function startServer(
  home = mkdtempSync(join(tmpdir(), 'netwright-app-')),
): Promise<StudioServer> {
  const mirror: StudioServer['mirror'] = { answer: (_request, response) => response.writeHead(404).end() };
  const mirrorServer = createServer((request, response) => mirror.answer(request, response));
  await new Promise<void>((resolve) => mirrorServer.listen(0, '127.0.0.1', resolve));
  const mirrorAddress = `http://127.0.0.1:${(mirrorServer.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [cli, 'serve', '--no-open', '--port', '0', '--json'], {
    cwd: home,
    env: {
      ...process.env,
      NETWRIGHT_HOME: home,
      NETWRIGHT_LANG: 'en',
      NETWRIGHT_MIRROR: mirrorAddress,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const quit = async (): Promise<void> => {
    mirrorServer.closeAllConnections();
    mirrorServer.close();
    await end(child);
  };
  const stop = async (): Promise<void> => {
    await quit();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const url = await listening(child);
    const listeningMs = performance.now();
    const pid = child.pid ?? 0;
    return { url, origin: new URL(url).origin, home, pid, mirror, listeningMs, quit, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listening(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server was started without standard output');
  for await (const line of createInterface(child.stdout)) {
    const { event, url } = JSON.parse(line) as { event: string; url: string };
    if (event === 'listening') {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the server ended before it listened');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** Spends the one-time address on the cookie that opens the studio to any number of browser contexts. */
export async function enter({ url }: StudioServer): Promise<Cookie> {
  const answer = await fetch(url, { redirect: 'manual' });
  const [name, value] = answer.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? [];
  if (name === undefined || value === undefined) throw new Error(`${url} handed out no cookie`);
  return { name, value };
}

/** Runs the command line to its end; its standard output, one object per line. */
export async function netwright(args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const child = spawn(process.execPath, [cli, ...args, '--json'], {
    env: { ...process.env, NETWRIGHT_LANG: 'en' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const objects: Record<string, unknown>[] = [];
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) objects.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0) throw new Error(`netwright ${args.join(' ')} ended with ${String(code)}`);
  return objects;
}
