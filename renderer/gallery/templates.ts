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

/** The projects that come with the studio, in the order of the gallery. */
export const templates: readonly Template[] = readTemplateIndex(index).map((entry) => {
  const name = `${drawnIn(entry)}.netwright.json`;
  const drawn = readDocumentValue(files[`../../assets/templates/${name}`], name);
  return { ...entry, document: drawnFrom(entry, drawn) };
});
