import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { compilePortable } from '../kernels/portable-face.ts';

/**
 * Threads and kernels are found by name in the folder of built parts: the one this file was built into, or the one
 * NETWRIGHT_DIST names where the sources run themselves, as in tests.
 */
export function partUrl(name: string): URL {
  const folder = process.env['NETWRIGHT_DIST'];
  return folder === undefined ? new URL(`./${name}`, import.meta.url) : pathToFileURL(join(folder, name));
}

const portableFile = 'portable.wasm';

export async function readPortableKernels(): Promise<WebAssembly.Module> {
  const url = partUrl(portableFile);
  try {
    return await compilePortable(new Uint8Array(await readFile(url)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NetwrightError(
      'kernels.missing',
      text(
        `${url.pathname}: expected the portable kernels, found none that can be used (${reason}); run npm run build.`,
        `${url.pathname}：应为可移植内核，但无法使用（${reason}）；请运行 npm run build。`,
      ),
    );
  }
}
