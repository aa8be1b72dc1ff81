import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { contentTypes } from '../protocol/studio-page.ts';

export interface StudioFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Its name carries a hash of its content, so a browser may keep it. */
  readonly hashed: boolean;
}

/**
 * The built studio. What can be asked for is listed once, by URL path; a path is looked up in that list and never joined
 * to a folder, so none can lead out of it.
 */
export class StudioFiles {
  private readonly files = new Map<string, string>();

  /** Throws a NetwrightError when there is no built studio in `folder`. */
  constructor(folder: string) {
    if (!existsSync(join(folder, 'index.html'))) {
      throw new NetwrightError(
        'studio-not-built',
        text(
          `${folder}: expected the built studio (index.html), found none. Run "npm run build".`,
          `${folder}：此处应有构建好的界面（index.html），但没有找到。请运行“npm run build”。`,
        ),
      );
    }
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const extension = extname(name);
      if (extension in contentTypes) this.files.set(`/${name.split(sep).join('/')}`, join(folder, name));
    }
  }

  async read(path: string): Promise<StudioFile | undefined> {
    const file = this.files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return undefined;
    const contentType = contentTypes[extname(file)] as string;
    const bytes = new Uint8Array(await readFile(file));
    return { bytes, contentType, hashed: path.startsWith('/assets/') };
  }
}
