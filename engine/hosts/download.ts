import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KnownFile } from '../data/known/contract.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { unwritable } from './person-files.ts';

/** How long a server is waited for. */
export interface Patience {
  /** Without a byte for so long, the connection counts as broken. */
  readonly stallMs: number;
  /** So often in a row it may break without getting further. */
  readonly retries: number;
  /** Before the first new try; twice as long before each one after it. */
  readonly pauseMs: number;
}

export const usualPatience: Patience = { stallMs: 20_000, retries: 4, pauseMs: 1000 };

export interface DownloadOrder {
  readonly file: KnownFile;
  readonly path: string;
  /** Folders on servers that hold it, each ending in `/`; asked in this order. */
  readonly addresses: readonly string[];
  readonly patience: Patience;
  /** Aborted when the person does not want it any more: what has come stays for the next time. */
  readonly signal: AbortSignal;
  /** Bytes that have come in all, those of earlier times included. */
  readonly onBytes: (received: number) => void;
}

/** What has come so far lies here. */
export const partOf = (path: string): string => `${path}.part`;

export async function sizeOfFile(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** A server that will not give the file, however often it is asked; or a connection that may come again. */
class Trouble extends Error {
  readonly isLasting: boolean;
  readonly text: Text;

  constructor(sentence: Text, isLasting: boolean) {
    super(sentence.en);
    this.text = sentence;
    this.isLasting = isLasting;
  }
}

/**
 * Brings a file whole to its path: goes on where an earlier time stopped, asks again when the connection breaks, and takes
 * it only with the size and the checksum that it has to have. Throws a NetwrightError, and the signal's reason when aborted.
 */
export async function download(order: DownloadOrder): Promise<void> {
  await requireRoom(order);
  const told: Text[] = [];
  for (const address of order.addresses) {
    try {
      await fromAddress(`${address}${order.file.name}`, order);
      return;
    } catch (error) {
      if (order.signal.aborted) throw order.signal.reason;
      if (!(error instanceof Trouble)) throw error;
      told.push(error.text);
    }
  }
  throw new NetwrightError('download.failed', sentences(told));
}

async function fromAddress(url: string, order: DownloadOrder): Promise<void> {
  const { file, path, patience, signal } = order;
  const part = partOf(path);
  // A server that cannot resume begins again each time: only what goes beyond all before counts as getting further.
  let furthest = (await sizeOfFile(part)) ?? 0;
  let came = false;
  for (let failures = 0; ; ) {
    const size = (await sizeOfFile(part)) ?? 0;
    try {
      let isResumed = size > 0;
      if (size < file.sizeBytes) {
        isResumed = await receive(url, order, size, () => {
          came = true;
        });
      }
      await settle(url, order, isResumed);
      return;
    } catch (error) {
      if (!(error instanceof Trouble) || error.isLasting || signal.aborted) throw error;
      const reached = (await sizeOfFile(part)) ?? 0;
      failures = reached > furthest ? 0 : failures + 1;
      furthest = Math.max(furthest, reached);
      // Where nothing ever came, another address is the better hope, and whoever is offline wants to be told now.
      if (failures > patience.retries || (!came && error instanceof Unreachable)) throw error;
      await pause(patience.pauseMs * 2 ** Math.max(0, failures - 1), undefined, { signal });
    }
  }
}

/** No server was there at all. */
class Unreachable extends Trouble {}

/** Appends what comes to what is there, which is `size` bytes; false where the server began anew. */
async function receive(
  url: string,
  order: DownloadOrder,
  size: number,
  onCame: () => void,
): Promise<boolean> {
  const { file, path, patience, signal, onBytes } = order;
  const host = new URL(url).host;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), patience.stallMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), patience.stallMs);
  };
  const network = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (signal.aborted) throw error;
      throw stalled.signal.aborted ? silent(host, patience.stallMs) : broken(host, error);
    }
  };
  const request = new AbortController();
  try {
    const answer = await network(
      fetch(url, {
        // The bytes as they lie there: what is compressed on the way would have another checksum.
        headers: { 'Accept-Encoding': 'identity', ...(size > 0 && { Range: `bytes=${size}-` }) },
        signal: AbortSignal.any([signal, stalled.signal, request.signal]),
      }),
    );
    onCame();
    const from = startOf(answer, url, size, file);
    const handle = await open(partOf(path), from === 0 ? 'w' : 'a');
    try {
      let at = from;
      onBytes(at);
      if (answer.body === null) throw broken(host, new Error('it had no body'));
      const chunks = answer.body.values() as AsyncIterator<Uint8Array>;
      for (;;) {
        const { done, value } = await network(chunks.next());
        if (done === true) break;
        alive();
        at += value.length;
        if (at > file.sizeBytes) throw await discarded(path, wrongSize(url, file.sizeBytes, at, true));
        await handle.write(value);
        onBytes(at);
      }
      if (at < file.sizeBytes) throw broken(host, new Error('it ended early'));
      await handle.sync();
      return from > 0;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof Error && 'syscall' in error && !(error instanceof Trouble)
      ? unwritable(path, error)
      : error;
  } finally {
    clearTimeout(timer);
    // A body that is not read to its end would keep the connection.
    request.abort();
  }
}

/** At which byte of the file an answer begins. Throws what is wrong with it. */
function startOf(answer: Response, url: string, size: number, { sizeBytes }: KnownFile): number {
  const { status, headers } = answer;
  const host = new URL(url).host;
  if (status === 206) {
    const [, from, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) === size && (all === '*' || Number(all) === sizeBytes)) return size;
    throw wrongRange(url, size, sizeBytes, headers.get('content-range') ?? '');
  }
  if (status === 200) {
    const length = headers.get('content-length');
    if (length !== null && Number(length) !== sizeBytes) throw wrongSize(url, sizeBytes, Number(length));
    return 0;
  }
  const passes = status >= 500 || status === 408 || status === 429;
  throw new Trouble(
    text(
      `${host}: expected the file ${url}, found an answer with status ${status}.`,
      `${host}：应返回文件 ${url}，实际返回状态码 ${status}。`,
    ),
    !passes,
  );
}

/** Takes a part that is whole as the file, where it is the right one. */
async function settle(url: string, { file, path, signal }: DownloadOrder, isResumed: boolean): Promise<void> {
  const part = partOf(path);
  const size = (await sizeOfFile(part)) ?? 0;
  if (size !== file.sizeBytes) throw await discarded(path, wrongSize(url, file.sizeBytes, size));
  const hash = createHash('md5');
  for await (const chunk of createReadStream(part, { highWaterMark: 2 ** 20, signal })) {
    hash.update(chunk as Buffer);
  }
  const found = hash.digest('hex');
  // What an earlier time left may be what is wrong: then it is fetched once more from its first byte.
  if (found !== file.md5) throw await discarded(path, wrongSum(url, file.md5, found, !isResumed));
  await rename(part, path).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

async function discarded(path: string, trouble: Trouble): Promise<Trouble> {
  await rm(partOf(path), { force: true });
  return trouble;
}

async function requireRoom({ file, path }: DownloadOrder): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const needed = file.sizeBytes - ((await sizeOfFile(partOf(path))) ?? 0);
  if (bavail * bsize >= needed) return;
  const [most, free] = [needed, bavail * bsize].map((bytes) => Math.ceil(bytes / 2 ** 20));
  throw new NetwrightError(
    'download.no-room',
    text(
      `${dirname(path)}: expected ${most} MiB of free space for ${file.name}, found ${free} MiB.`,
      `${dirname(path)}：存放 ${file.name} 需要 ${most} MiB 可用空间，实际只有 ${free} MiB。`,
    ),
  );
}

const silent = (host: string, ms: number): Trouble => {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return new Trouble(
    text(`${host} sent nothing for ${seconds} s.`, `${host} 已有 ${seconds} 秒没有发送数据。`),
    false,
  );
};

const nobodyThere: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function broken(host: string, error: unknown): Trouble {
  const { cause, message } = error as Error;
  const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && nobodyThere.has(code)) {
    return new Unreachable(
      text(
        `${host} cannot be reached (${code}); this machine may be offline.`,
        `无法连接 ${host}（${code}）；本机可能没有联网。`,
      ),
      false,
    );
  }
  const reason = code ?? why ?? message;
  return new Trouble(
    text(`The connection to ${host} broke off (${reason}).`, `与 ${host} 的连接中断（${reason}）。`),
    false,
  );
}

const wrongSize = (url: string, expected: number, found: number, isMore = false): Trouble =>
  new Trouble(
    text(
      `${url}: expected a file of ${expected} bytes, found ${isMore ? 'more' : `${found}`}.`,
      `${url}：文件应为 ${expected} 字节，实际${isMore ? '更多' : `为 ${found} 字节`}。`,
    ),
    true,
  );

const wrongRange = (url: string, from: number, size: number, found: string): Trouble =>
  new Trouble(
    text(
      `${url}: expected bytes ${from} to ${size - 1} of ${size}, found "${found}".`,
      `${url}：应返回第 ${from} 到 ${size - 1} 字节（共 ${size} 字节），实际为“${found}”。`,
    ),
    true,
  );

const wrongSum = (url: string, expected: string, found: string, isLasting: boolean): Trouble =>
  new Trouble(
    text(
      `${url}: expected the checksum ${expected}, found ${found}; what came was removed.`,
      `${url}：校验和应为 ${expected}，实际为 ${found}；已删除收到的内容。`,
    ),
    isLasting,
  );

const sentences = (told: readonly Text[]): Text =>
  text([...new Set(told.map(({ en }) => en))].join(' '), [...new Set(told.map(({ zh }) => zh))].join(''));
