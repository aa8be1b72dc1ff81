import { z } from 'zod';

/** Without this zod compiles its checks with `new Function`, which the studio's content security policy forbids. */
z.config({ jitless: true });

/**
 * The document as JSON: what a person draws and sets, and nothing of what a run makes of it.
 * This is the current version; older ones are brought up to it in migrations.ts.
 */
export const currentVersion = 1;
export const documentLimits = {
  nodes: 5000,
  wires: 20000,
  nameLength: 200,
  bytes: 16 * 1024 * 1024,
} as const;

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/);
const name = z.string().min(1).max(documentLimits.nameLength);
const paramValue = z.union([z.number(), z.string().max(1000), z.boolean()]);
const params = z.record(z.string().max(64), paramValue);
const choice = z.strictObject({ type: z.string().max(64), params });

export const nodeSchema = z.strictObject({
  id,
  type: z.string().min(1).max(64),
  name,
  position: z.strictObject({ x: z.number(), y: z.number() }),
  params,
  /** Id of the node whose weights this one uses instead of its own. */
  weightsOf: id.optional(),
});

export const wireSchema = z.strictObject({
  id,
  from: z.strictObject({ node: id, port: z.string().max(64) }),
  to: z.strictObject({ node: id, port: z.string().max(64) }),
});

export const trainingSchema = z.strictObject({
  optimizer: choice,
  learningRate: z.number().positive().max(1e6),
  batchSize: z.int().min(1).max(65536),
  epochs: z.int().min(1).max(1_000_000),
  seed: z.int().min(0).max(0x7fffffff),
  /** Share of the samples that is kept for testing. */
  testShare: z.number().min(0).max(0.9),
  initializer: choice,
});

export const documentSchema = z.strictObject({
  format: z.literal('netwright'),
  version: z.literal(currentVersion),
  name,
  nodes: z.array(nodeSchema).max(documentLimits.nodes),
  wires: z.array(wireSchema).max(documentLimits.wires),
  training: trainingSchema,
});

export type DocumentNode = z.infer<typeof nodeSchema>;
export type Wire = z.infer<typeof wireSchema>;
export type TrainingSettings = z.infer<typeof trainingSchema>;
export type NetwrightDocument = z.infer<typeof documentSchema>;
