import index from '../../assets/templates/index.json';
import type { Text } from '../../engine/declaration/text.ts';
import { readDocumentValue } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';

export interface Template {
  readonly id: string;
  readonly title: Text;
  readonly teaches: Text;
  readonly document: NetwrightDocument;
}

const files = import.meta.glob<unknown>('../../assets/templates/*.netwright.json', {
  eager: true,
  import: 'default',
});

/** The projects that come with the studio, in the order of the gallery. */
export const templates: readonly Template[] = index.map(({ id, title, teaches }) => {
  const name = `${id}.netwright.json`;
  return { id, title, teaches, document: readDocumentValue(files[`../../assets/templates/${name}`], name) };
});
