import { resolve } from 'node:path';

export const documentExtension = '.netwright.json';

/** The documents among a command line's words: what the system passes when a file is opened with the app. */
export const documentsIn = (argv: readonly string[]): string[] =>
  argv
    .slice(1)
    .filter((word) => !word.startsWith('-') && word.endsWith(documentExtension))
    .map((word) => resolve(word));
