import index from '../../assets/templates/index.json';
import { readDocumentValue } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import {
  drawnFrom,
  drawnIn,
  readTemplateIndex,
  type TemplateEntry,
} from '../../engine/document/template-index.ts';

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
