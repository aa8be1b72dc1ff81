import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { jsonOrUndefined } from '../document/json.ts';
import type { NativeAddon } from '../kernels/native-face.ts';
import { compilePortable } from '../kernels/portable-face.ts';
import type { KernelParts, LoadAddon, NativePart } from '../runtime/faces.ts';

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

const nativeFile = 'native.node';
const nativeReport = z.union([
  z.strictObject({ available: z.literal(true) }),
  z.strictObject({ available: z.literal(false), reason: z.string() }),
]);

/** What the build says of the native kernels. */
async function findNative(): Promise<NativePart> {
  const report = await readFile(partUrl('native.json'), 'utf8').catch(() => undefined);
  const parsed = nativeReport.safeParse(jsonOrUndefined(report));
  if (!parsed.success) {
    return { available: false, reason: text('the build has not made any', '构建时没有生成') };
  }
  if (parsed.data.available) return { available: true, file: fileURLToPath(partUrl(nativeFile)) };
  return { available: false, reason: text(parsed.data.reason, parsed.data.reason) };
}

export const loadAddon: LoadAddon = (file) => createRequire(import.meta.url)(file) as NativeAddon;

/** The kernels of this installation. */
export const kernelsHere: KernelParts = { compilePortable: readPortableKernels, findNative, loadAddon };
