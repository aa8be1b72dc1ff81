import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { readDocument } from '../document/read.ts';
import { documentLimits, type NetwrightDocument } from '../document/schema.ts';
import { drawnFrom, drawnIn, readTemplateIndex, type TemplateEntry } from '../document/template-index.ts';
import { assetsFolder } from './installation.ts';
import { readPersonText } from './person-files.ts';

/** A document and where it came from, for sentences about it. */
export interface NamedDocument {
  readonly file: string;
  readonly document: NetwrightDocument;
}

const folder = join(assetsFolder, 'templates');
const readIndex = async (): Promise<readonly TemplateEntry[]> =>
  readTemplateIndex(JSON.parse(await readPersonText(join(folder, 'index.json'), documentLimits.bytes)));

/** The gallery's templates that can be trained: the empty canvas is for drawing only. */
export async function listTemplates(): Promise<readonly TemplateEntry[]> {
  const index = await readIndex();
  const documents = await Promise.all(index.map(readTemplate));
  return index.filter((_, i) => (documents[i] as NetwrightDocument).nodes.length > 0);
}

async function readTemplate(entry: TemplateEntry): Promise<NetwrightDocument> {
  const file = join(folder, `${drawnIn(entry)}.netwright.json`);
  return drawnFrom(entry, readDocument(await readPersonText(file, documentLimits.bytes), entry.id));
}

/** The template of that name, or else the document in that file. Throws a NetwrightError when it is neither. */
export async function openTemplateOrFile(name: string): Promise<NamedDocument> {
  const template = (await readIndex()).find(({ id }) => id === name);
  if (template !== undefined) return { file: name, document: await readTemplate(template) };
  if (!existsSync(name) && !/[./\\]/.test(name)) {
    const ids = (await listTemplates()).map(({ id }) => id).join(', ');
    throw new NetwrightError(
      'template-unknown',
      text(
        `There is no template "${name}"; expected one of ${ids}, or a .netwright.json file.`,
        `没有名为“${name}”的模板；应为 ${ids} 之一，或 .netwright.json 文件。`,
      ),
    );
  }
  return { file: name, document: readDocument(await readPersonText(name, documentLimits.bytes), name) };
}
