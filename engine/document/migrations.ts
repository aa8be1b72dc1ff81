import { currentVersion } from './schema.ts';

type Step = (document: Record<string, unknown>) => Record<string, unknown>;

/** migrations[n] makes a document of version n + 1 out of one of version n. */
const migrations: Readonly<Record<number, Step>> = {
  // Version 1 knew one learning rate, and nothing that holds weights or gradients back or ends a run early.
  1: (document) =>
    isObject(document.training)
      ? {
          ...document,
          training: {
            ...document.training,
            schedule: { type: 'constant', params: {} },
            warmupSteps: 0,
            regularisation: { l2: 0, decay: 0, biases: false },
            clipping: { by: 'none', limit: 1 },
            earlyStopping: { monitor: 'never', patience: 10, minChange: 0, keep: 'best' },
          },
        }
      : document,
  // Version 2 had no blocks.
  2: (document) => ({ ...document, blocks: [] }),
  // Version 3 knew no data from files, whose parameter is an object.
  3: (document) => document,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Brings a document of any older version to the current one; what cannot be brought up is returned as it is. */
export function migrate(value: unknown): unknown {
  if (!isObject(value)) return value;
  let document = value;
  while (typeof document.version === 'number' && document.version < currentVersion) {
    const step = migrations[document.version];
    if (step === undefined) return document;
    document = { ...step(document), version: document.version + 1 };
  }
  return document;
}
