import { put, readAll } from './browser-storage.ts';

interface BlocksEntry {
  readonly key: 'all';
  readonly texts: readonly string[];
}

export const readBlocks = async (): Promise<readonly string[]> =>
  (await readAll<BlocksEntry>('blocks'))[0]?.texts ?? [];

export const writeBlocks = (texts: readonly string[]): Promise<void> =>
  put('blocks', { key: 'all', texts } satisfies BlocksEntry);
