import { z } from 'zod';
import { foundFilesSchema } from '../declaration/found-files.ts';

/** Without this zod compiles its checks with `new Function`, which the studio's content security policy forbids. */
z.config({ jitless: true });

/**
 * The document as JSON: what a person draws and sets, and nothing of what a run makes of it.
 * This is the current version; older ones are brought up to it in migrations.ts.
 */
export const currentVersion = 4;
export const documentLimits = {
  nodes: 5000,
  wires: 20000,
  nameLength: 200,
  bytes: 16 * 1024 * 1024,
  blocks: 500,
  /** How deep blocks may lie in blocks. */
  blockDepth: 16,
  repeat: 100,
  /** Exposed fields of one block. */
  exposed: 64,
  notes: 500,
  noteLength: 4000,
} as const;

/** The field that every instance of a block has: how many times it is passed through, one after the other. */
export const repeatField = 'repeat';

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/);
const name = z.string().min(1).max(documentLimits.nameLength);
const paramValue = z.union([z.number(), z.string().max(500_000), z.boolean(), foundFilesSchema]);
const params = z.record(z.string().max(64), paramValue);
const choice = z.strictObject({ type: z.string().max(64), params });

/** Colours that a person may mark nodes and notes with: told apart with every kind of colour vision (Okabe and Ito 2008). */
export const markColors = ['blue', 'sky', 'green', 'yellow', 'orange', 'purple'] as const;
const markColor = z.enum(markColors);

export const nodeSchema = z.strictObject({
  id,
  type: z.string().min(1).max(64),
  name,
  position: z.strictObject({ x: z.number(), y: z.number() }),
  params,
  /** Id of the node whose weights this one uses instead of its own. */
  weightsOf: id.optional(),
  /** Training leaves its weights as they are; of an instance, those of everything inside. */
  frozen: z.literal(true).optional(),
  /** What it is marked with; it means what the person wants it to mean. */
  color: markColor.optional(),
});

/** Words that a person put on the canvas; they change nothing of the network. */
export const noteSchema = z.strictObject({
  id,
  text: z.string().max(documentLimits.noteLength),
  position: z.strictObject({ x: z.number(), y: z.number() }),
  size: z.strictObject({ width: z.number().min(48).max(4000), height: z.number().min(32).max(4000) }),
  color: markColor.optional(),
});
const notes = z
  .array(noteSchema)
  .max(documentLimits.notes)
  .refine((all) => new Set(all.map((note) => note.id)).size === all.length);

export const wireSchema = z.strictObject({
  id,
  from: z.strictObject({ node: id, port: z.string().max(64) }),
  to: z.strictObject({ node: id, port: z.string().max(64) }),
});

/** A value that is set on every instance of a block, and the fields inside that take it. */
const exposedSchema = z.strictObject({
  name: id.refine((given) => given !== repeatField),
  /** What a person called it, in whatever language or in both; without one, what the first field is called. */
  label: z.union([name, z.strictObject({ en: name, zh: name })]).optional(),
  /** The first field's own value counts where an instance sets none. Each takes the value `times` over; once without it. */
  fields: z
    .array(z.strictObject({ node: id, field: z.string().max(64), times: z.number().positive().optional() }))
    .min(1)
    .max(documentLimits.exposed),
});

/**
 * A part of a network that is drawn once and used as one node, any number of times: a node of the type `block:<id>` is
 * an instance. Its ports are the nodes of type `block-input` and `block-output` inside, by their ids.
 */
export const blockSchema = z.strictObject({
  id: id.max(48),
  name,
  nodes: z.array(nodeSchema).max(documentLimits.nodes),
  wires: z.array(wireSchema).max(documentLimits.wires),
  exposed: z.array(exposedSchema).max(documentLimits.exposed),
  notes: notes.optional(),
});

export const trainingSchema = z.strictObject({
  optimizer: choice,
  /** What the schedule's factor multiplies. */
  learningRate: z.number().positive().max(1e6),
  schedule: choice,
  /** Steps in which the learning rate rises from nearly 0, whatever the schedule. */
  warmupSteps: z.int().min(0).max(1_000_000_000),
  /** Values of the fields that training-settings.ts names for each group. */
  regularisation: params,
  clipping: params,
  earlyStopping: params,
  batchSize: z.int().min(1).max(65536),
  epochs: z.int().min(1).max(1_000_000),
  seed: z.int().min(0).max(0x7fffffff),
  /** Share of the samples that is kept for testing. */
  testShare: z.number().min(0).max(0.9),
  /** Share of the samples that guides the run; without one the test part does. */
  validationShare: z.number().min(0).max(0.9).optional(),
  initializer: choice,
});

export const documentSchema = z.strictObject({
  format: z.literal('netwright'),
  version: z.literal(currentVersion),
  name,
  nodes: z.array(nodeSchema).max(documentLimits.nodes),
  wires: z.array(wireSchema).max(documentLimits.wires),
  blocks: z.array(blockSchema).max(documentLimits.blocks),
  notes: notes.optional(),
  training: trainingSchema,
});

export type MarkColor = z.infer<typeof markColor>;
export type DocumentNode = z.infer<typeof nodeSchema>;
export type Note = z.infer<typeof noteSchema>;
export type Wire = z.infer<typeof wireSchema>;
export type ExposedField = z.infer<typeof exposedSchema>;
export type BlockDefinition = z.infer<typeof blockSchema>;
export type TrainingSettings = z.infer<typeof trainingSchema>;
export type NetwrightDocument = z.infer<typeof documentSchema>;

/** Nodes and wires as they are drawn, at the top or inside a block, and the blocks that they may use. */
export type Drawing = Pick<NetwrightDocument, 'nodes' | 'wires' | 'blocks' | 'notes'>;

/** Nodes and wires that are only looked at. */
export interface Parts {
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly Wire[];
}

/** A document in which every block has been unfolded into the nodes that it stands for. */
export type FlatDocument = Omit<NetwrightDocument, 'blocks'> & { blocks: [] };
