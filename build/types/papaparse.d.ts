// What is used of papaparse: its published types bring all of Node with them, which pure rooms must not see.

declare module 'papaparse' {
  interface ParseError {
    readonly type: string;
    readonly code: string;
    readonly message: string;
    /** Counted from 0. */
    readonly row?: number;
  }
  interface Meta {
    readonly delimiter: string;
    /** Characters read so far. */
    readonly cursor: number;
  }
  interface Result {
    readonly data: string[][];
    readonly errors: readonly ParseError[];
    readonly meta: Meta;
  }
  interface Config {
    readonly delimiter?: string;
    readonly newline?: '\n' | '\r' | '\r\n';
    readonly preview?: number;
    readonly skipEmptyLines?: boolean | 'greedy';
    readonly fastMode?: boolean;
  }
  const papa: { parse(text: string, config: Config): Result };
  export default papa;
}
