import { unpackTar } from 'modern-tar';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';

export interface ArchivedFile {
  /** With `/` between, from the top of the archive. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const mostEntries = 500_000;
const headerBytes = 512;
const magicAt = 257;

/** By the magic in its first header. */
export const isTar = (start: Uint8Array): boolean =>
  start.length >= headerBytes &&
  new TextDecoder('utf-8').decode(start.subarray(magicAt, magicAt + 5)) === 'ustar';

/**
 * The files of a tar archive, by name. Nothing is written, so that no path can lead anywhere; an archive that tries is
 * refused all the same, as are links: it is not what it says it is. Throws a NetwrightError.
 */
export async function unpackArchive(bytes: Uint8Array, place: string): Promise<readonly ArchivedFile[]> {
  const files = new Map<string, Uint8Array>();
  try {
    for (const { header, data } of await unpackTar(bytes, { strict: true })) {
      const { name, type } = header;
      if (type === 'directory' || type === 'pax-header' || type === 'pax-global-header') continue;
      if (type !== 'file') {
        throw refused(place, text(`"${name}", a ${type}`, `“${name}”，类型为 ${type}`));
      }
      const parts = name.split('/').filter((part) => part !== '' && part !== '.');
      if (name.startsWith('/') || name.includes('\\') || /^[a-z]:/i.test(name) || parts.includes('..')) {
        throw refused(place, text(`the path "${name}"`, `路径“${name}”`));
      }
      const plain = parts.join('/');
      if (files.has(plain)) {
        throw refused(place, text(`two files called "${plain}"`, `两个同名文件“${plain}”`));
      }
      files.set(plain, data ?? new Uint8Array());
      if (files.size > mostEntries) {
        throw refused(place, text(`more than ${mostEntries} of them`, `超过 ${mostEntries} 个文件`));
      }
    }
  } catch (error) {
    if (error instanceof NetwrightError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw dataError(
      'archive-broken',
      place,
      text(
        `it is no tar archive that can be read (${reason}): the file is cut off or damaged`,
        `无法作为 tar 归档读取（${reason}）：文件不完整或已损坏`,
      ),
    );
  }
  return [...files]
    .map(([name, content]) => ({ name, bytes: content }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const refused = (place: string, { en, zh }: Text): NetwrightError =>
  dataError(
    'archive-refused',
    place,
    text(
      `expected an archive of plain files in folders of its own, found ${en}`,
      `归档中只应有其自身目录下的普通文件，实际发现${zh}`,
    ),
  );
