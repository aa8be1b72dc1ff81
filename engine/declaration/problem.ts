import type { Text } from './text.ts';

/** The place in a document that a problem is about; every part that is known is given. */
export interface Place {
  readonly node?: string;
  readonly wire?: string;
  readonly port?: string;
  readonly field?: string;
  /** A JSON path such as `training.batchSize`, for what is on no node. */
  readonly path?: string;
}

/** Something that keeps a document from running (`error`) or that its author should know (`warning`). */
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** One sentence: what is wrong, what was expected, what was found. */
  readonly message: Text;
}

/** Thrown where a value cannot be used at all; carries the sentence in both languages. */
export class NetwrightError extends Error {
  readonly code: string;
  readonly text: Text;
  readonly problems: readonly Problem[];

  constructor(code: string, text: Text, problems: readonly Problem[] = []) {
    super(text.en);
    this.name = 'NetwrightError';
    this.code = code;
    this.text = text;
    this.problems = problems;
  }
}
