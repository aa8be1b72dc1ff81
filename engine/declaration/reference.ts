import type { Text } from './text.ts';

/** Where a definition comes from: a paper, a book, a specification. */
export interface Reference {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly url?: string;
}

export interface Documentation {
  /** One or two sentences: what it computes and when to use it. */
  readonly summary: Text;
  /** TeX, in the names of the code. */
  readonly formula: string;
  readonly references: readonly Reference[];
}
