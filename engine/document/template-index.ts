import { z } from 'zod';
import { type NetwrightDocument, trainingSchema } from './schema.ts';

/** The list of the projects that come with the studio, in the order of the gallery. */

export const templateTopics = ['start', 'images', 'sequences'] as const;

const id = z.string().regex(/^[\w-]+$/);
const text = z.strictObject({ en: z.string(), zh: z.string() });

const entrySchema = z.strictObject({
  id,
  /** What it is looked for under; without one it stands everywhere, or with its family. */
  topic: z.enum(templateTopics).optional(),
  /** The template whose variant it is. */
  family: id.optional(),
  /** What sets it apart from its family: parameters of nodes there, settings of its training. Without any it has a file of its own. */
  nodes: z
    .record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])))
    .optional(),
  training: trainingSchema.partial().optional(),
  title: text,
  teaches: text,
});
export type TemplateEntry = z.infer<typeof entrySchema>;

export const readTemplateIndex = (value: unknown): readonly TemplateEntry[] =>
  z.array(entrySchema).parse(value);

/** The name of the file, without its ending, that a template is drawn in. */
export const drawnIn = ({ id: own, family, nodes, training }: TemplateEntry): string =>
  family !== undefined && (nodes ?? training) !== undefined ? family : own;

/** The template as it is made of the document in its file. */
export function drawnFrom(
  { title, nodes = {}, training }: TemplateEntry,
  document: NetwrightDocument,
): NetwrightDocument {
  return {
    ...document,
    name: title.en,
    training: { ...document.training, ...training } as NetwrightDocument['training'],
    nodes: document.nodes.map((node) => {
      const own = nodes[node.id];
      return own === undefined ? node : { ...node, params: { ...node.params, ...own } };
    }),
  };
}
