import type { Text } from './text.ts';

/** Where a definition comes from: a paper, a book, a specification. */
export interface Reference {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly url?: string;
}

export interface Documentation {
  /** One or two sentences: what it computes, and what for. */
  readonly summary: Text;
  /** TeX, in the names of the code. */
  readonly formula: string;
  readonly references: readonly Reference[];
}

/** Of what stands on the canvas, where there is much to choose from. */
export interface LayerDocumentation extends Documentation {
  /** When to use it, rather than what is like it. */
  readonly when: Text;
}
