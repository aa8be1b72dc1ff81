import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { makeFolder } from './make-folder.ts';

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

/** Writes to a temporary name beside it, flushes and renames: whatever happens, the old file or the new one is there. */
export async function writePersonFile(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(file));
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(file, error);
  }
}

function unreadable(file: string, error: unknown): Error {
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
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code ?? message;
  return fileError(
    'output-unwritable',
    file,
    text(`expected a place that can be written to, found none (${reason})`, `此处无法写入（${reason}）`),
  );
}

const fileError = (code: string, file: string, { en, zh }: Text): NetwrightError =>
  new NetwrightError(code, text(`${file}: ${en}.`, `${file}：${zh}。`));
