import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { makeFolder } from './make-folder.ts';

const largestWrite = 2 ** 30;

/** Files that a person names: read within a limit, written whole or not at all, and every failure one sentence. */

/** Throws a NetwrightError when the file is missing, is not a file, is too large or cannot be read. */
export async function readPersonFile(file: string, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) {
      throw fileError(
        'not-a-file',
        file,
        text('expected a file, found a folder', '此处应为文件，实际为文件夹'),
      );
    }
    if (found.size > limitBytes) {
      throw fileError(
        'file-too-large',
        file,
        text(
          `expected at most ${limitBytes} bytes, found ${found.size}`,
          `最多 ${limitBytes} 字节，实际为 ${found.size} 字节`,
        ),
      );
    }
    const handle = await open(file, 'r');
    try {
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

export async function readPersonText(file: string, limitBytes: number): Promise<string> {
  const bytes = await readPersonFile(file, limitBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fileError(
      'not-text',
      file,
      text('expected text in UTF-8, found other bytes', '应为 UTF-8 文本，实际为其他字节'),
    );
  }
}

/**
 * Writes to a temporary name beside it, flushes, renames and flushes the folder: whatever happens, the old file or the new
 * one is there. A link stays a link: what it names is replaced.
 */
export async function writePersonFile(file: string, bytes: Uint8Array): Promise<void> {
  const target = await replaceable(file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(target));
    const handle = await open(temporary, 'w');
    try {
      await writeWhole(handle, bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
    await flushFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(file, error);
  }
}

/** As few calls as can be: between two of them a training thread takes its turn. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, Math.min(bytes.length - at, largestWrite));
    at += bytesWritten;
  }
}

/** Without this a new name can be lost with the power. Not every system can do it, and none needs it to go on. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders; its file system keeps names in its journal.
  }
}

/** Where a file of that name is or will be. Renaming over a device, such as /dev/null, would destroy it. */
async function replaceable(file: string): Promise<string> {
  try {
    const target = await realpath(file);
    const found = await stat(target);
    if (found.isFile()) return target;
    throw fileError(
      'output-unwritable',
      file,
      found.isDirectory()
        ? text('expected a file to write, found a folder', '此处应为可写入的文件，实际为文件夹')
        : text('expected a file to write, found a device', '此处应为可写入的文件，实际为设备'),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return file;
    throw error instanceof NetwrightError ? error : unwritable(file, error);
  }
}

/** The sentence for a file or folder that cannot be read. */
export function unreadable(file: string, error: unknown): Error {
  if (error instanceof NetwrightError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return fileError(
      'file-missing',
      file,
      text('expected a file, found nothing', '此处应有文件，但没有找到'),
    );
  }
  const reason = code ?? message;
  return fileError('file-unreadable', file, text(`it cannot be read (${reason})`, `无法读取（${reason}）`));
}

/** The sentence for a file or folder that cannot be written. */
export function unwritable(file: string, error: unknown): NetwrightError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = obstacles[code] ?? text('none', '没有可写入的位置');
  const shown = code === '' ? message : code;
  return fileError(
    'output-unwritable',
    file,
    text(
      `expected a place that can be written to, found ${reason.en} (${shown})`,
      `此处无法写入：${reason.zh}（${shown}）`,
    ),
  );
}

const obstacles: Readonly<Record<string, Text>> = {
  EACCES: text('one without permission to write', '没有写入权限'),
  EPERM: text('one without permission to write', '没有写入权限'),
  EROFS: text('one that is read-only', '文件系统只读'),
  ENOSPC: text('a full disk', '磁盘已满'),
  EDQUOT: text('a used-up quota', '磁盘配额已用完'),
  ENOTDIR: text('a file in place of a folder', '路径中本应是文件夹的地方是一个文件'),
  EISDIR: text('a folder', '此处是一个文件夹'),
  ENAMETOOLONG: text('a name that is too long', '名称过长'),
};

const fileError = (code: string, file: string, { en, zh }: Text): NetwrightError =>
  new NetwrightError(code, text(`${file}: ${en}.`, `${file}：${zh}。`));
