import { readFileSync } from 'node:fs';
import { readDocument } from '../../../engine/document/read.ts';
import type { NetwrightDocument, TrainingSettings } from '../../../engine/document/schema.ts';

/** A template as it ships, with some training settings changed. */
export function template(id: string, training: Partial<TrainingSettings> = {}): NetwrightDocument {
  const file = new URL(`../../../assets/templates/${id}.netwright.json`, import.meta.url);
  const document = readDocument(readFileSync(file, 'utf8'), id);
  return { ...document, training: { ...document.training, ...training } };
}
