import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { text } from '../declaration/text.ts';
import {
  locationsIn,
  type ModelFile,
  outside,
  requireBeside,
  wholeFile,
} from '../interchange/onnx/external-data.ts';
import { readModel } from '../interchange/onnx/read-model.ts';
import { readPersonFile, unreadable, writePersonFile } from './person-files.ts';

/** What protobuf holds. */
const mostModelBytes = 2 ** 31 - 1;
/** As much as the engine's memory can hold of weights. */
const mostBesideBytes = 2 ** 32;
const pieceBytes = 2 ** 28;

/**
 * Reads an ONNX file, and the files that it names, which have to lie in the very same folder. Throws a NetwrightError where
 * one of them does not, is missing, or is too large.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const bytes = await readPersonFile(path, mostModelBytes);
  const locations = locationsIn(readModel(bytes, path));
  if (locations.length === 0) return wholeFile(bytes);
  const folder = await realpath(dirname(path));
  const beside = new Map<string, Uint8Array>();
  for (const location of locations) {
    requireBeside(location, path);
    beside.set(location, await readBeside(join(folder, basename(location)), folder, path));
  }
  return { bytes, beside, folder };
}

/** Another text once one of the files beside a model is not what it was. Throws a NetwrightError as `readModelFile` does. */
export async function besideStamp({ beside, folder }: ModelFile, model: string): Promise<string> {
  if (folder === undefined) return '';
  const stamps = [...beside.keys()].map(async (location) => {
    const file = join(folder, basename(location));
    try {
      await requireInside(file, folder, model);
      const { size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return `${size} ${mtimeNs} ${ctimeNs}`;
    } catch (error) {
      throw unreadable(file, error);
    }
  });
  return (await Promise.all(stamps)).join('\n');
}

/** A link may lead elsewhere: what it leads to counts. */
async function requireInside(file: string, folder: string, model: string): Promise<void> {
  if (dirname(await realpath(file)) === folder) {
    // A device would never end, and a pipe would not even open.
    if ((await stat(file)).isFile()) return;
    throw outside(
      model,
      text(`expected ${basename(file)} to be a file, found none`, `${basename(file)} 应为文件，实际不是`),
    );
  }
  throw outside(
    model,
    text(
      `expected ${basename(file)} to be a file beside it, found a link to another folder`,
      `${basename(file)} 应为同一文件夹中的文件，实际是指向其他文件夹的链接`,
    ),
  );
}

async function readBeside(file: string, folder: string, model: string): Promise<Uint8Array> {
  try {
    await requireInside(file, folder, model);
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > mostBesideBytes) {
        throw outside(
          model,
          text(
            `expected at most ${mostBesideBytes} bytes in ${basename(file)}, found ${size}`,
            `${basename(file)} 最多 ${mostBesideBytes} 字节，实际为 ${size} 字节`,
          ),
        );
      }
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await handle.read(bytes, at, Math.min(pieceBytes, size - at), at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Writes what is beside first: a model that is there has its weights. */
export async function writeModelFile(
  path: string,
  onnx: Uint8Array,
  beside: { readonly name: string; readonly data: Uint8Array } | undefined,
): Promise<void> {
  if (beside !== undefined) await writePersonFile(join(dirname(path), beside.name), beside.data);
  await writePersonFile(path, onnx);
}
