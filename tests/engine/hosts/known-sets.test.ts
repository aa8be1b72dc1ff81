import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KnownSet } from '../../../engine/data/known/contract.ts';
import { knownSets } from '../../../engine/data/known/index.ts';
import { readerOf } from '../../../engine/data/readers/index.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { text } from '../../../engine/declaration/text.ts';
import { lockFolder, newLockToken, unlockFolder } from '../../../engine/hosts/folder-lock.ts';
import { KnownSets } from '../../../engine/hosts/known-sets.ts';

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const bytesOf = (count: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: count }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 255));

const small = bytesOf(5_000, 1);
const large = bytesOf(400_000, 2);
const files: Record<string, Buffer> = { 'small.gz': small, 'large.gz': large };

type Answer = (request: IncomingMessage, response: ServerResponse, whole: Buffer) => void;

/** What the server does with the next requests, one after the other; then it serves as it should. */
let misdeeds: Answer[] = [];
let requests: string[] = [];

const rangeOf = ({ headers }: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);

const serve: Answer = (request, response, whole) => {
  const from = rangeOf(request);
  if (from === 0) response.writeHead(200, { 'Content-Length': whole.length });
  else {
    response.writeHead(206, {
      'Content-Range': `bytes ${from}-${whole.length - 1}/${whole.length}`,
      'Content-Length': whole.length - from,
    });
  }
  response.end(whole.subarray(from));
};
const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end('no');
/** So many bytes, and then the connection is gone. */
const breaksAfter =
  (count: number): Answer =>
  (request, response, whole) => {
    const from = rangeOf(request);
    if (from > 0)
      response.writeHead(206, { 'Content-Range': `bytes ${from}-${whole.length - 1}/${whole.length}` });
    else response.writeHead(200, { 'Content-Length': whole.length });
    response.write(whole.subarray(from, from + count), () => setTimeout(() => response.destroy(), 20));
  };
/** So many bytes, and then nothing. */
const stallsAfter =
  (count: number): Answer =>
  (request, response, whole) => {
    response.writeHead(200, { 'Content-Length': whole.length });
    response.write(whole.subarray(0, count));
    request.on('close', () => response.destroy());
  };
const sends =
  (bytes: Uint8Array, length?: number): Answer =>
  (_request, response) => {
    response.writeHead(200, length === undefined ? {} : { 'Content-Length': length });
    response.end(bytes);
  };
const ignoresRange: Answer = (_request, response, whole) => response.writeHead(200).end(whole);

const server = createServer((request, response) => {
  requests.push(`${request.url} ${rangeOf(request)}`);
  const whole = files[request.url?.split('/').at(-1) ?? ''];
  if (whole === undefined) response.writeHead(404).end();
  else (misdeeds.shift() ?? serve)(request, response, whole);
});
let address = '';
let folder = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  misdeeds = [];
  requests = [];
  folder = mkdtempSync(join(tmpdir(), 'netwright-known-'));
  return () => rmSync(folder, { recursive: true });
});

const set = (more: Partial<KnownSet> = {}): KnownSet => ({
  id: 'shapes-2',
  title: text('Shapes', '形状'),
  summary: text('Shapes.', '形状。'),
  licence: text('free', '自由使用'),
  page: 'https://example.org/shapes',
  addresses: [`${address}first/`, `${address}second/`],
  files: [
    { name: 'small.gz', sizeBytes: small.length, md5: md5(small) },
    { name: 'large.gz', sizeBytes: large.length, md5: md5(large) },
  ],
  reader: 'idx',
  ...more,
});
const library = (known = set(), mirror?: string, stallMs = 5000): KnownSets =>
  new KnownSets({ folder, sets: [known], mirror, patience: { stallMs, retries: 2, pauseMs: 5 } });
const impatient = (): KnownSets => library(set(), undefined, 300);
const refusal = async (work: Promise<unknown>): Promise<NetwrightError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NetwrightError)) throw new Error(`expected a refusal, found ${String(error)}`);
  return error;
};
const expectWhole = (path: string): void => {
  expect(readFileSync(join(path, 'small.gz')).equals(small)).toBe(true);
  expect(readFileSync(join(path, 'large.gz')).equals(large)).toBe(true);
  expect(existsSync(join(path, 'large.gz.part'))).toBe(false);
  expect(existsSync(join(path, 'run.lock'))).toBe(false);
};

describe('a known set', () => {
  it('comes whole, tells how far it is, and is not fetched again', async () => {
    const sets = library();
    expect(await sets.list()).toMatchObject([{ state: 'absent', receivedBytes: 0, sizeBytes: 405_000 }]);
    const told: number[] = [];
    const path = await sets.bring('shapes-2', (received) => told.push(received));
    expect(path).toBe(join(folder, 'shapes-2'));
    expectWhole(path);
    expect(told.every((received, i) => i === 0 || received >= (told[i - 1] as number))).toBe(true);
    expect(told.at(-1)).toBe(405_000);
    expect(requests).toEqual(['/first/small.gz 0', '/first/large.gz 0']);
    expect(await sets.list()).toMatchObject([{ state: 'here', receivedBytes: 405_000, path }]);
    await library().bring('shapes-2');
    expect(requests).toHaveLength(2);
  });

  it('goes on where the connection broke, however often, as long as it gets further', async () => {
    misdeeds = [serve, ...Array.from({ length: 6 }, () => breaksAfter(50_000))];
    expectWhole(await library().bring('shapes-2'));
    const starts = requests.slice(1).map((line) => Number(line.split(' ')[1]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts[1]).toBeGreaterThan(0);
    expect(requests.every((line) => line.startsWith('/first/'))).toBe(true);
  });

  it('begins again where a server cannot go on from a place', async () => {
    misdeeds = [serve, breaksAfter(100_000), ignoresRange];
    expectWhole(await library().bring('shapes-2'));
  });

  it('does not wait for a server that falls silent', async () => {
    misdeeds = [serve, stallsAfter(1000)];
    expectWhole(await impatient().bring('shapes-2'));
    expect(requests.at(-1)).toBe('/first/large.gz 1000');
  });

  it('asks again after a fault that passes, and elsewhere where there is no such file', async () => {
    misdeeds = [status(503), status(404)];
    expectWhole(await library().bring('shapes-2'));
    expect(requests.slice(0, 3)).toEqual(['/first/small.gz 0', '/first/small.gz 0', '/second/small.gz 0']);
  });

  it.each([
    ['other bytes', () => sends(bytesOf(5_000, 9)), /checksum \w{32}, found \w{32}; what came was removed/],
    ['too many bytes', () => sends(bytesOf(6_000, 1)), /expected a file of 5000 bytes, found more/],
    ['a page instead', () => sends(Buffer.from('<html>'), 6), /expected a file of 5000 bytes, found 6\./],
    ['an error', () => status(500), /found an answer with status 500/],
    ['nothing', () => stallsAfter(0), /127\.0\.0\.1:\d+ sent nothing for 1 s/],
  ])('is refused where every server sends %s, and nothing of that is kept', async (_what, misdeed, said) => {
    misdeeds = Array.from({ length: 12 }, misdeed);
    const sets = impatient();
    const { code, message } = await refusal(sets.bring('shapes-2'));
    expect(code).toBe('download.failed');
    expect(message).toMatch(/^Shapes could not be downloaded\. /);
    expect(message).toMatch(said);
    expect(message).toContain(`Or put small.gz, large.gz into ${join(folder, 'shapes-2')} yourself`);
    expect(existsSync(join(folder, 'shapes-2', 'small.gz'))).toBe(false);
    expect(await sets.list()).toMatchObject([{ state: 'absent', receivedBytes: 0, failure: { code } }]);
    // The next time it may go better.
    misdeeds = [];
    expectWhole(await sets.bring('shapes-2'));
    expect((await sets.list())[0]?.failure).toBeUndefined();
  });

  it('is fetched anew where what an earlier time left is wrong', async () => {
    mkdirSync(join(folder, 'shapes-2'));
    writeFileSync(join(folder, 'shapes-2', 'small.gz.part'), bytesOf(3_000, 8));
    expectWhole(await library().bring('shapes-2'));
    expect(requests.slice(0, 2)).toEqual(['/first/small.gz 3000', '/first/small.gz 0']);
  });

  it('says at once that nobody can be reached', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const nowhere = `http://127.0.0.1:${port}/`;
    const sets = library(set({ addresses: [nowhere, nowhere] }));
    const { text: sentence } = await refusal(sets.bring('shapes-2'));
    expect(sentence.en).toContain(
      `127.0.0.1:${port} cannot be reached (ECONNREFUSED); this machine may be offline.`,
    );
    expect(sentence.zh).toContain(`无法连接 127.0.0.1:${port}（ECONNREFUSED）；本机可能没有联网。`);
  });

  it('can be stopped, keeps what has come and goes on from there', async () => {
    misdeeds = [serve, stallsAfter(100_000)];
    const sets = library();
    const first = sets.bring('shapes-2');
    // Whoever asks meanwhile waits for the same download.
    const second = sets.bring('shapes-2', (received) => {
      if (received > 50_000) void sets.cancel('shapes-2');
    });
    expect((await refusal(first)).code).toBe('download.cancelled');
    expect((await refusal(second)).code).toBe('download.cancelled');
    const [state] = await sets.list();
    expect(state).toMatchObject({ state: 'absent' });
    expect(state).not.toHaveProperty('failure');
    expect(state?.receivedBytes).toBeGreaterThan(50_000);
    requests = [];
    expectWhole(await sets.bring('shapes-2'));
    expect(requests[0]).toBe(`/first/large.gz ${(state?.receivedBytes ?? 0) - small.length}`);
  });

  it('is left to the process that downloads it already', async () => {
    const token = newLockToken();
    await lockFolder(join(folder, 'shapes-2'), token);
    const { code, message } = await refusal(library().bring('shapes-2'));
    expect(code).toBe('download.in-use');
    expect(message).toMatch(
      /shapes-2: process \d+ is downloading this set; wait until it is done, or stop it\.$/,
    );
    await unlockFolder(join(folder, 'shapes-2'), token);
  });

  it('comes from a mirror where one is set, a folder for each set', async () => {
    expectWhole(await library(set(), `${address}mirror`).bring('shapes-2'));
    expect(requests).toEqual(['/mirror/shapes-2/small.gz 0', '/mirror/shapes-2/large.gz 0']);
    const { message } = await refusal(library(set({ id: 'other' }), 'ftp://here').bring('other'));
    expect(message).toBe(
      'NETWRIGHT_MIRROR: expected an address that begins with http:// or https://, found "ftp://here".',
    );
  });

  it('is told apart from a disk without room and from a folder that cannot be written', async () => {
    const huge = set({ files: [{ name: 'small.gz', sizeBytes: 2 ** 52, md5: md5(small) }] });
    expect((await refusal(library(huge).bring('shapes-2'))).message).toMatch(
      /expected 4294967296 MiB of free space for small\.gz, found \d+ MiB\.$/,
    );
    writeFileSync(join(folder, 'file'), '');
    const inFile = new KnownSets({
      folder: join(folder, 'file'),
      sets: [set()],
      mirror: undefined,
      patience: { stallMs: 300, retries: 0, pauseMs: 1 },
    });
    expect((await refusal(inFile.bring('shapes-2'))).code).toBe('output-unwritable');
  });
});

it.each(knownSets.map((known) => [known.id, known] as const))(
  '%s says where it is and what it is',
  (id, known) => {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(library(known).find(id.toUpperCase().replaceAll('-', ''))).toBe(known);
    expect(readerOf(known.reader)).toBeDefined();
    for (const sentence of [known.title, known.summary, known.licence]) {
      expect(sentence.en).not.toBe('');
      expect(sentence.zh).not.toBe('');
    }
    for (const base of known.addresses) expect(new URL(base).pathname).toMatch(/\/$/);
    for (const file of known.files) {
      expect(file.md5).toMatch(/^[0-9a-f]{32}$/);
      expect(file.sizeBytes).toBeGreaterThan(1000);
    }
  },
);
