import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { readDocument } from '../document/read.ts';
import { documentLimits, type NetwrightDocument } from '../document/schema.ts';
import { assetsFolder } from './installation.ts';
import { readPersonText } from './person-files.ts';

export interface Template {
  readonly id: string;
  readonly title: Text;
}

/** A document and where it came from, for sentences about it. */
export interface NamedDocument {
  readonly file: string;
  readonly document: NetwrightDocument;
}

const folder = join(assetsFolder, 'templates');
const textSchema = z.object({ en: z.string(), zh: z.string() });
const indexSchema = z.array(z.object({ id: z.string(), title: textSchema }));

/** The gallery's templates that can be trained: the empty canvas is for drawing only. */
export async function listTemplates(): Promise<readonly Template[]> {
  const index = indexSchema.parse(
    JSON.parse(await readPersonText(join(folder, 'index.json'), documentLimits.bytes)),
  );
  const documents = await Promise.all(index.map(({ id }) => readTemplate(id)));
  return index.filter((_, i) => (documents[i] as NetwrightDocument).nodes.length > 0);
}

const templateFile = (id: string): string => join(folder, `${id}.netwright.json`);

export const readTemplate = async (id: string): Promise<NetwrightDocument> =>
  readDocument(await readPersonText(templateFile(id), documentLimits.bytes), id);

/** The template of that name, or else the document in that file. Throws a NetwrightError when it is neither. */
export async function openTemplateOrFile(name: string): Promise<NamedDocument> {
  const isTemplate = /^[\w-]+$/.test(name) && existsSync(templateFile(name));
  if (isTemplate) return { file: name, document: await readTemplate(name) };
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
