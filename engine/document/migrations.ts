import { currentVersion } from './schema.ts';

type Step = (document: Record<string, unknown>) => Record<string, unknown>;

/** migrations[n] makes a document of version n + 1 out of one of version n. */
const migrations: Readonly<Record<number, Step>> = {};

/** Brings a document of any older version to the current one; what cannot be brought up is returned as it is. */
export function migrate(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  let document = value as Record<string, unknown>;
  while (typeof document.version === 'number' && document.version < currentVersion) {
    const step = migrations[document.version];
    if (step === undefined) return document;
    document = { ...step(document), version: document.version + 1 };
  }
  return document;
}
