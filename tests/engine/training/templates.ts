import { readFileSync } from 'node:fs';
import { readDocument } from '../../../engine/document/read.ts';
import type { NetwrightDocument, TrainingSettings } from '../../../engine/document/schema.ts';

/** A template as it ships, with some training settings changed, and with `samples` that many samples of its data. */
export function template(
  id: string,
  training: Partial<TrainingSettings> = {},
  samples?: number,
): NetwrightDocument {
  const file = new URL(`../../../assets/templates/${id}.netwright.json`, import.meta.url);
  const document = readDocument(readFileSync(file, 'utf8'), id);
  const nodes = document.nodes.map((node) =>
    samples !== undefined && node.type === 'data'
      ? { ...node, params: { ...node.params, count: samples } }
      : node,
  );
  return { ...document, nodes, training: { ...document.training, ...training } };
}
