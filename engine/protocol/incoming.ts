import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { readDocumentValue } from '../document/read.ts';
import { documentLimits, trainingSchema } from '../document/schema.ts';
import { runColors } from './kept-run-messages.ts';
import { type RequestName, type ToEngine } from './messages.ts';
import { mostOpenSize } from './model-messages.ts';

/** What the engine takes from outside in one message: a studio, or whoever pretends to be one, is a stranger to it. */
export const incomingLimits = {
  rows: 1_000_000,
  inputNumbers: 16 * 1024 * 1024,
  modelBytes: 128 * 1024 * 1024,
  /** Of all that a model keeps in files beside it, and how many these are. */
  besideBytes: 192 * 1024 * 1024,
  besideFiles: 4096,
  /** Inputs of one model that are filled, and rows that it is timed on. */
  modelInputs: 64,
  timedRows: 4096,
  /** Sizes that one model leaves open and that are told. */
  openSizes: 256,
  threads: 256,
  /** Samples that are looked at in one piece. */
  browsed: 1000,
  noteLength: 2000,
  /** Nodes that one preview is asked about, and the longest way to one through blocks in blocks. */
  previewed: 512,
  placeLength: 1200,
} as const;

// Without this zod tries `new Function`, which a strict content security policy reports.
z.config({ jitless: true });

const handle = z.string().min(1).max(200);
const nodeId = z.string().min(1).max(64);
const filePath = z.string().min(1).max(4096);
const rows = z.int().min(0).max(incomingLimits.rows);
const numbers = z
  .instanceof(Float32Array)
  .refine((x) => x.length <= incomingLimits.inputNumbers, `expected at most ${incomingLimits.inputNumbers}`);
const doubles = z
  .instanceof(Float64Array)
  .refine((x) => x.length <= incomingLimits.inputNumbers, `expected at most ${incomingLimits.inputNumbers}`);
const bytes = z
  .instanceof(Uint8Array)
  .refine(
    (x) => x.length <= incomingLimits.modelBytes,
    `expected at most ${incomingLimits.modelBytes} bytes`,
  );

const fileName = z.string().min(1).max(1000);
const besideFiles = z
  .array(z.strictObject({ name: fileName, bytes: z.instanceof(Uint8Array) }))
  .max(incomingLimits.besideFiles)
  .refine(
    (files) => files.reduce((sum, file) => sum + file.bytes.length, 0) <= incomingLimits.besideBytes,
    `expected at most ${incomingLimits.besideBytes} bytes in all`,
  );

// Documents have a reader of their own, which knows older versions and better words.
const document = z.unknown();

const options = z.strictObject({
  threads: z.int().min(1).max(incomingLimits.threads).optional(),
  kernels: z.enum(['auto', 'portable', 'native', 'reference']).optional(),
  paused: z.boolean().optional(),
});

const modelData = z.union([
  z.strictObject({
    values: z
      .array(z.union([numbers, doubles]))
      .min(1)
      .max(incomingLimits.modelInputs),
    rows,
    labels: numbers.optional(),
  }),
  z.strictObject({ data: z.enum(['test', 'project']) }),
]);

const sizes = z
  .record(z.string().min(1).max(1000), z.int().min(1).max(mostOpenSize))
  .refine(
    (x) => Object.keys(x).length <= incomingLimits.openSizes,
    `expected at most ${incomingLimits.openSizes} sizes`,
  )
  .optional();

const whichWeights = z.enum(['last', 'best']);

const asks = {
  hello: z.strictObject({}),
  start: z.strictObject({ document, options, weightsOf: handle.optional() }),
  predict: z.strictObject({ run: handle, x: numbers, rows }),
  predictPart: z.strictObject({
    run: handle,
    node: nodeId,
    part: z.enum(['validation', 'test']),
    first: z.int().min(0).max(0x7fffffff),
    count: z.int().min(1).max(incomingLimits.rows),
    against: z.enum(['targets', 'inputs']),
  }),
  weight: z.strictObject({ run: handle, node: z.string(), weight: z.string() }),
  openData: z.strictObject({ path: filePath }),
  listFolder: z.strictObject({ path: filePath.optional() }),
  knownSets: z.strictObject({}),
  downloadSet: z.strictObject({ set: handle }),
  cancelDownload: z.strictObject({ set: handle }),
  preparing: z.strictObject({}),
  cancelPreparing: z.strictObject({ path: filePath }),
  describeData: z.strictObject({ document, node: nodeId }),
  samples: z.strictObject({
    document,
    node: nodeId,
    most: z.int().min(1).max(incomingLimits.rows).optional(),
    varied: z.int().min(1).max(100).optional(),
    first: z.enum(['validation', 'test']).optional(),
  }),
  browseSamples: z.strictObject({
    document,
    node: nodeId,
    from: z.union([
      z.strictObject({
        part: z.enum(['train', 'validation', 'test']),
        class: z.int().min(0).max(incomingLimits.rows).optional(),
        first: z.int().min(0).max(0x7fffffff),
        count: z.int().min(1).max(incomingLimits.browsed),
      }),
      z.strictObject({ rows: z.array(z.int().min(0).max(0x7fffffff)).max(incomingLimits.browsed) }),
    ]),
    epoch: z.int().min(0).max(0x7fffffff).optional(),
  }),
  findDuplicates: z.strictObject({ document, node: nodeId }),
  preview: z.strictObject({
    document,
    sample: z.int().min(0).max(0x7fffffff),
    nodes: z.array(z.string().min(1).max(incomingLimits.placeLength)).max(incomingLimits.previewed),
    run: handle.optional(),
  }),
  times: z.strictObject({ run: handle }),
  measure: z.strictObject({ document }),
  export: z.strictObject({ run: handle, weights: whichWeights, preprocessing: z.boolean() }),
  exportPytorch: z.strictObject({ run: handle, weights: whichWeights }),
  openModel: z.union([
    z.strictObject({ name: fileName, bytes, beside: besideFiles.optional() }),
    z.strictObject({ path: filePath }),
  ]),
  runModel: z.strictObject({ model: handle, on: modelData, document: document.optional(), sizes }),
  modelTable: z.strictObject({ model: handle, name: fileName, bytes, sizes }),
  compareModels: z.strictObject({
    models: z.tuple([handle, handle]),
    on: modelData,
    document: document.optional(),
    sizes,
  }),
  timeModel: z.strictObject({ model: handle, rows: z.int().min(1).max(incomingLimits.timedRows), sizes }),
  proposeSizes: z.strictObject({ model: handle }),
  importModel: z.strictObject({ model: handle, sizes }),
  runs: z.strictObject({}),
  readRun: z.strictObject({ run: handle }),
  readHistograms: z.strictObject({ run: handle }),
  labelRun: z.strictObject({
    run: handle,
    change: z.strictObject({
      name: z.string().min(1).max(documentLimits.nameLength).optional(),
      color: z
        .int()
        .min(0)
        .max(runColors - 1)
        .optional(),
      note: z.string().max(incomingLimits.noteLength).optional(),
      starred: z.boolean().optional(),
    }),
  }),
  deleteRun: z.strictObject({ run: handle }),
  continueRun: z.strictObject({ run: handle, epochs: trainingSchema.shape.epochs.optional(), options }),
  startFromBest: z.strictObject({ run: handle, options }),
} satisfies Record<RequestName, z.ZodType>;

const request = z.strictObject({
  kind: z.literal('request'),
  id: z.int().min(0),
  name: z.enum(Object.keys(asks) as [RequestName, ...RequestName[]]),
  ask: z.unknown(),
});

const controlBase = { kind: z.literal('control'), run: handle };
const control = z.discriminatedUnion('action', [
  z.strictObject({ ...controlBase, action: z.enum(['pause', 'resume', 'step', 'stop']) }),
  z.strictObject({
    ...controlBase,
    action: z.literal('tune'),
    learningRate: trainingSchema.shape.learningRate,
  }),
  z.strictObject({ ...controlBase, action: z.literal('watch'), tensors: z.enum(['all', 'none']) }),
]);

/** A message whose form has been checked; throws a NetwrightError with one sentence about the first thing that is wrong. */
export function checkIncoming(message: unknown): ToEngine {
  const kind = (message as { kind?: unknown } | null)?.kind;
  if (kind === 'control') return checked(control, message, 'control') as ToEngine;
  const { name, id, ask } = checked(request, message, 'request');
  const checkedAsk = checked(asks[name], ask, name);
  if ('document' in checkedAsk)
    checkedAsk.document = readDocumentValue(checkedAsk.document, nameOf(checkedAsk));
  return { kind: 'request', id, name, ask: checkedAsk } as ToEngine;
}

/** What the sentences of the document's reader call it: there is no file here. */
function nameOf({ document }: { document?: unknown }): string {
  const name = (document as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name.slice(0, 80) : 'document';
}

/** The id under which a refusal of a malformed request is to be sent; undefined when it has none. */
export function requestId(message: unknown): number | undefined {
  const id = (message as { id?: unknown } | null)?.id;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const place = [what, ...issue.path].join('.');
  throw new NetwrightError(
    'message-refused',
    text(
      `The message cannot be used: ${place}: ${issue.message}.`,
      `消息无法使用：${place} 不符合协议（${issue.message}）。`,
    ),
  );
}
