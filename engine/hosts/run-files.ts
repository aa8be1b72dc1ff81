import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { FileStore } from '../training/file-store.ts';
import { makeFolder } from './make-folder.ts';
import { readPersonFile, unreadable, unwritable, writePersonFile } from './person-files.ts';

const fileLimit = 16 * 1024 ** 3;

/** A run folder on disk. Nothing is made before the first write. */
export function runFolderAt(folder: string): FileStore {
  const path = (name: string): string => join(folder, name);
  const writing = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw unwritable(path(name), error);
    }
  };
  return {
    place: folder,
    async read(name) {
      try {
        await requireFile(path(name));
        return await readPersonFile(path(name), fileLimit);
      } catch (error) {
        if (!(error instanceof NetwrightError) || error.code !== 'file-missing') throw error;
        if (await isFile(folder)) throw notAFolder(folder);
        return undefined;
      }
    },
    writeAtomic: (name, bytes) => writePersonFile(path(name), bytes),
    append: (name, bytes) =>
      writing(name, async () => {
        await makeFolder(dirname(path(name)));
        const handle = await open(path(name), 'a');
        try {
          await handle.writeFile(bytes);
          await handle.datasync();
        } finally {
          await handle.close();
        }
      }),
    remove: (name) => writing(name, () => rm(path(name), { force: true })),
    async list(within = '') {
      const listed = join(folder, within);
      try {
        return await readdir(listed);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return [];
        throw within === '' ? unwritable(folder, error) : unreadable(listed, error);
      }
    },
    crc32,
  };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** A device may have no end; what is missing is for the reader to say. */
async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw new NetwrightError(
    'run-folder.unreadable',
    text(`${path}: expected a file, found a device.`, `${path}：此处应为文件，实际为设备。`),
  );
}

const notAFolder = (folder: string): NetwrightError =>
  new NetwrightError(
    'run-folder.unreadable',
    text(`${folder}: expected a run folder, found a file.`, `${folder}：此处应为运行文件夹，实际为文件。`),
  );
