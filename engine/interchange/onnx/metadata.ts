import type { Preparation } from '../../data/sources/contract.ts';
import { NetwrightError } from '../../declaration/problem.ts';
import { jsonOrUndefined } from '../../document/json.ts';
import { readDocument } from '../../document/read.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { Reading } from '../../losses/contract.ts';
import type { Metrics, PartMetrics } from '../../protocol/live-run-messages.ts';

/**
 * What Netwright writes beside the graph, in the model's metadata_props, so that a file found later says what it is:
 *
 *   netwright.document  the whole document as JSON: its data, split and seed give the test rows again
 *   netwright.reading   what the output means: a Reading of losses/contract.ts
 *   netwright.engine    JSON of EngineRecord
 *   netwright.inputs    JSON: for each input from files, how its numbers are made of what lies there (a Preparation)
 *   netwright.prepared  the same, where the graph does it: its input takes what lies in the files
 */
const keys = {
  document: 'netwright.document',
  reading: 'netwright.reading',
  engine: 'netwright.engine',
  inputs: 'netwright.inputs',
  prepared: 'netwright.prepared',
} as const;

/** What the engine knew of the weights when it exported them. */
export interface EngineRecord extends PartMetrics {
  /** Netwright's version. */
  readonly version: string;
  /** Of the weights in the file's order, float32 little-endian, one after the other. */
  readonly weightsSha256: string;
  readonly step: number;
}

export interface NetwrightMetadata {
  readonly document: NetwrightDocument;
  readonly reading: Reading;
  readonly engine: EngineRecord;
  /** What the graph makes its inputs of, by their names; nothing where it takes them made. */
  readonly prepared: Preparations;
}

export type Preparations = Readonly<Record<string, Preparation>>;

export const metadataOf = (
  document: NetwrightDocument,
  reading: Reading,
  engine: EngineRecord,
  preprocessing: { readonly isInside: boolean; readonly inputs: Preparations },
): ReadonlyMap<string, string> =>
  new Map([
    [keys.document, JSON.stringify(document)],
    [keys.reading, reading],
    [keys.engine, JSON.stringify(engine)],
    ...(Object.keys(preprocessing.inputs).length === 0
      ? []
      : [
          [
            preprocessing.isInside ? keys.prepared : keys.inputs,
            JSON.stringify(preprocessing.inputs),
          ] as const,
        ]),
  ]);

const readings: readonly string[] = Object.keys({
  number: true,
  logit: true,
  probability: true,
  'class-logits': true,
  'class-log-probabilities': true,
} satisfies Record<Reading, true>);

/** The record in a model's metadata; undefined in a file from elsewhere or when it cannot be understood. */
export function readMetadata(
  metadata: ReadonlyMap<string, string>,
  file: string,
): NetwrightMetadata | undefined {
  const json = metadata.get(keys.document);
  const reading = metadata.get(keys.reading);
  const engine = readEngineRecord(metadata.get(keys.engine));
  if (json === undefined || reading === undefined || !readings.includes(reading) || engine === undefined) {
    return undefined;
  }
  try {
    const prepared = readPreparations(metadata.get(keys.prepared));
    return { document: readDocument(json, file), reading: reading as Reading, engine, prepared };
  } catch (error) {
    if (error instanceof NetwrightError) return undefined;
    throw error;
  }
}

function readPreparations(json: string | undefined): Preparations {
  const value = jsonOrUndefined(json);
  if (!isRecord(value)) return {};
  const inputs = Object.entries(value).map(([name, columns]) => [name, readPreparation(columns)] as const);
  return Object.fromEntries(inputs.filter((entry): entry is [string, Preparation] => entry[1] !== undefined));
}

function readPreparation(value: unknown): Preparation | undefined {
  if (!Array.isArray(value)) return undefined;
  const columns = value.flatMap((column: unknown): Preparation[number][] => {
    if (!isRecord(column)) return [];
    const { name, scale, shift, missing, categories } = column;
    if (typeof name !== 'string') return [];
    if (isTexts(categories)) return [{ name, categories }];
    if (typeof scale !== 'number' || typeof shift !== 'number') return [];
    return [{ name, scale, shift, ...(typeof missing === 'number' && { missing }) }];
  });
  return columns.length === value.length ? columns : undefined;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function readEngineRecord(json: string | undefined): EngineRecord | undefined {
  const value = jsonOrUndefined(json);
  if (!isRecord(value)) return undefined;
  const { version, weightsSha256, step, train, validation, test } = value;
  if (typeof version !== 'string' || typeof weightsSha256 !== 'string' || typeof step !== 'number')
    return undefined;
  const validated = readMetrics(validation);
  return {
    version,
    weightsSha256,
    step,
    train: readMetrics(train),
    ...(validated && { validation: validated }),
    test: readMetrics(test),
  };
}

function readMetrics(value: unknown): Metrics | undefined {
  if (!isRecord(value) || typeof value['loss'] !== 'number') return undefined;
  const { loss, accuracy } = value;
  return typeof accuracy === 'number' ? { loss, accuracy } : { loss };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
