import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { protocol } from 'electron';
import { contentTypes, studioHeaders } from '../engine/protocol/studio-page.ts';

const scheme = 'app';
export const studioOrigin = `${scheme}://studio`;
export const studioAddress = `${studioOrigin}/index.html`;

const studioFolder = fileURLToPath(new URL('../renderer/', import.meta.url));

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers app://studio/… from the built studio, and nothing else. */
export function serveStudio(): void {
  protocol.handle(scheme, async (request) => {
    const { host, pathname } = new URL(request.url);
    const path = normalize(join(studioFolder, decodeURIComponent(pathname)));
    const type = contentTypes[extname(path)];
    if (
      host !== 'studio' ||
      !path.startsWith(studioFolder) ||
      path.includes(`..${sep}`) ||
      type === undefined
    ) {
      return new Response(null, { status: 404 });
    }
    try {
      return new Response(new Uint8Array(await readFile(path)), {
        headers: { 'Content-Type': type, ...studioHeaders() },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
