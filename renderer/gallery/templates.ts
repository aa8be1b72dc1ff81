import names from '../../assets/blocks/names.json';
import index from '../../assets/templates/index.json';
import type { Language, Text } from '../../engine/declaration/text.ts';
import { readDocumentValue } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import {
  drawnFrom,
  drawnIn,
  readTemplateIndex,
  type TemplateEntry,
} from '../../engine/document/template-index.ts';
import { builtInBlocks } from '../blocks/known-blocks.ts';

export interface Template extends Omit<TemplateEntry, 'nodes'> {
  readonly document: NetwrightDocument;
}

const files = import.meta.glob<unknown>('../../assets/templates/*.netwright.json', {
  eager: true,
  import: 'default',
});

const read = new Map<string, NetwrightDocument>();

/** Variants share the file of their family. */
function drawing(file: string): NetwrightDocument {
  const name = `${file}.netwright.json`;
  const known = read.get(name) ?? readDocumentValue(files[`../../assets/templates/${name}`], name);
  read.set(name, known);
  return known;
}

/** The projects that come with the studio, in the order of the gallery. */
export const templates: readonly Template[] = readTemplateIndex(index).map((entry) => ({
  ...entry,
  document: drawnFrom(entry, drawing(drawnIn(entry))),
}));

/** What the blocks of templates are called: those of the library as there, and the few that only templates have. */
const blockNames: ReadonlyMap<string, Text> = new Map(
  [...builtInBlocks.map(({ title }) => title), ...names].map((name) => [name.en, name]),
);

/** A template as a project, called as a person of that language calls things. */
export function projectIn(language: Language, { document, title }: Template): NetwrightDocument {
  return {
    ...document,
    name: title[language],
    blocks: document.blocks.map((block) => ({
      ...block,
      name: blockNames.get(block.name)?.[language] ?? block.name,
    })),
  };
}
