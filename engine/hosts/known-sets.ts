import { join } from 'node:path';
import { type KnownSet, sizeOf } from '../data/known/contract.ts';
import { knownSets } from '../data/known/index.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { KnownSetState } from '../protocol/data-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { download, type Patience, partOf, sizeOfFile, usualPatience } from './download.ts';
import { lockFolder, newLockToken, type Taken, unlockFolder } from './folder-lock.ts';
import { datasetsFolder } from './installation.ts';
import { refusalOf } from './refusal.ts';

/** A download that is going on. */
interface Coming {
  receivedBytes: number;
  readonly abort: AbortController;
  readonly listeners: Set<(received: number) => void>;
  readonly path: Promise<string>;
}

interface Library {
  /** A folder for each set. */
  readonly folder: string;
  readonly sets: readonly KnownSet[];
  /** Where all sets are taken from instead, a folder for each. */
  readonly mirror: string | undefined;
  readonly patience: Patience;
}

/** The known sets on this machine, and those that are on their way to it. */
export class KnownSets {
  private readonly library: Library;
  private readonly coming = new Map<string, Coming>();
  private readonly failures = new Map<string, Refusal>();

  constructor(library: Library) {
    this.library = library;
  }

  /** By its name as people write it: cifar10, CIFAR-10. */
  find(name: string): KnownSet | undefined {
    const plain = (id: string): string => id.toLowerCase().replace(/[^a-z0-9]/g, '');
    return this.library.sets.find(({ id }) => plain(id) === plain(name));
  }

  list(): Promise<readonly KnownSetState[]> {
    return Promise.all(this.library.sets.map((set) => this.stateOf(set)));
  }

  async stateOf(set: KnownSet): Promise<KnownSetState> {
    const { id, title, summary, licence, page } = set;
    const coming = this.coming.get(id);
    const failure = this.failures.get(id);
    const found = await this.receivedOf(set);
    return {
      set: id,
      title,
      summary,
      licence,
      page,
      path: this.pathOf(set),
      sizeBytes: sizeOf(set),
      state: coming !== undefined ? 'coming' : found.isWhole ? 'here' : 'absent',
      receivedBytes: coming?.receivedBytes ?? found.bytes,
      ...(failure !== undefined && { failure }),
    };
  }

  /** Its path when all of it is there. Throws a NetwrightError that says what to do when it cannot be had. */
  async bring(id: string, onBytes: (received: number) => void = () => {}): Promise<string> {
    const set = this.library.sets.find((known) => known.id === id);
    if (set === undefined) throw this.unknown(id);
    const coming = this.coming.get(id) ?? this.begin(set);
    coming.listeners.add(onBytes);
    try {
      return await coming.path;
    } finally {
      coming.listeners.delete(onBytes);
    }
  }

  /** Resolves when nothing comes any more. */
  async cancel(id: string): Promise<void> {
    const coming = this.coming.get(id);
    coming?.abort.abort(cancelled);
    await coming?.path.catch(() => {});
  }

  private begin(set: KnownSet): Coming {
    const abort = new AbortController();
    const listeners: Coming['listeners'] = new Set();
    this.failures.delete(set.id);
    const path = this.fetchAll(set, abort.signal, (received) => {
      coming.receivedBytes = received;
      for (const listen of listeners) listen(received);
    }).catch((error: unknown) => {
      if (error !== cancelled) this.failures.set(set.id, refusalOf(error));
      throw error;
    });
    const coming: Coming = {
      receivedBytes: 0,
      abort,
      listeners,
      path: path.finally(() => this.coming.delete(set.id)),
    };
    this.coming.set(set.id, coming);
    return coming;
  }

  private async fetchAll(
    set: KnownSet,
    signal: AbortSignal,
    onBytes: (received: number) => void,
  ): Promise<string> {
    const folder = this.folderOf(set);
    if ((await this.receivedOf(set)).isWhole) return this.pathOf(set);
    const { patience } = this.library;
    const addresses = this.addressesOf(set);
    const token = newLockToken();
    await lockFolder(folder, token, beingDownloaded);
    try {
      let before = 0;
      for (const file of set.files) {
        const path = join(folder, file.name);
        if ((await sizeOfFile(path)) !== file.sizeBytes) {
          const onFile = (received: number): void => onBytes(before + received);
          await download({ file, path, addresses, patience, signal, onBytes: onFile });
        }
        before += file.sizeBytes;
        onBytes(before);
      }
      return this.pathOf(set);
    } catch (error) {
      throw error instanceof NetwrightError && error.code === 'download.failed'
        ? this.failed(set, error)
        : error;
    } finally {
      await unlockFolder(folder, token);
    }
  }

  private addressesOf({ id, addresses }: KnownSet): readonly string[] {
    const { mirror } = this.library;
    if (mirror === undefined) return addresses;
    if (!/^https?:$/.test(protocolOf(mirror))) {
      throw new NetwrightError(
        'download.mirror',
        text(
          `NETWRIGHT_MIRROR: expected an address that begins with http:// or https://, found "${mirror}".`,
          `NETWRIGHT_MIRROR：应为以 http:// 或 https:// 开头的地址，实际为“${mirror}”。`,
        ),
      );
    }
    return [`${mirror.replace(/\/+$/, '')}/${id}/`];
  }

  private async receivedOf(set: KnownSet): Promise<{ readonly bytes: number; readonly isWhole: boolean }> {
    let [bytes, isWhole] = [0, true];
    for (const { name, sizeBytes } of set.files) {
      const path = join(this.folderOf(set), name);
      const isThere = (await sizeOfFile(path)) === sizeBytes;
      bytes += isThere ? sizeBytes : Math.min(sizeBytes, (await sizeOfFile(partOf(path))) ?? 0);
      isWhole &&= isThere;
    }
    return { bytes, isWhole };
  }

  private folderOf({ id }: KnownSet): string {
    return join(this.library.folder, id);
  }

  private pathOf(set: KnownSet): string {
    const [file, ...more] = set.files;
    return more.length === 0 ? join(this.folderOf(set), file.name) : this.folderOf(set);
  }

  private failed(set: KnownSet, { code, text: why }: NetwrightError): NetwrightError {
    const names = set.files.map(({ name }) => name).join(', ');
    const folder = this.folderOf(set);
    return new NetwrightError(
      code,
      text(
        `${set.title.en} could not be downloaded. ${why.en} Try again later: what has come is kept. Or put ${names} into ${folder} yourself, from ${set.page}.`,
        `无法下载 ${set.title.zh}。${why.zh}可稍后重试，已收到的部分会保留；也可从 ${set.page} 自行获取 ${names}，放入 ${folder}。`,
      ),
    );
  }

  private unknown(id: string): NetwrightError {
    const names = this.library.sets.map((set) => set.id).join(', ');
    return new NetwrightError(
      'download.unknown',
      text(`Expected one of ${names}, found "${id}".`, `应为 ${names} 之一，实际为“${id}”。`),
    );
  }
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}

const cancelled = new NetwrightError(
  'download.cancelled',
  text(
    'The download was cancelled; what has come is kept, and the next one goes on from it.',
    '下载已取消；已收到的部分会保留，下次从此处继续。',
  ),
);

const beingDownloaded: Taken = (folder, pid, where) =>
  new NetwrightError(
    'download.in-use',
    text(
      `${folder}: process ${pid}${where.en} is downloading this set; wait until it is done, or stop it.`,
      `${folder}：进程 ${pid}${where.zh}正在下载该数据集；请等待其完成，或将其停止。`,
    ),
  );

let here: KnownSets | undefined;

/** Those of this process: whoever asks for the same set waits for the same download. */
export function knownSetsHere(): KnownSets {
  here ??= new KnownSets({
    folder: datasetsFolder(),
    sets: knownSets,
    mirror: process.env['NETWRIGHT_MIRROR'] || undefined,
    patience: usualPatience,
  });
  return here;
}

/** What the numbers of a downloaded set's classes stand for, where its files do not say it. */
export const knownClassesAt = (path: string): readonly string[] | undefined =>
  knownSets.find(({ id }) => path === join(datasetsFolder(), id))?.classes;
