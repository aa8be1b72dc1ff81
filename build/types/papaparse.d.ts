// What is used of papaparse: its published types bring all of Node with them, which pure rooms must not see.

declare module 'papaparse' {
  interface ParseError {
    readonly type: string;
    readonly code: string;
    readonly message: string;
  }
  interface Meta {
    readonly delimiter: string;
    /** Characters read so far. */
    readonly cursor: number;
  }
  interface Row {
    readonly data: string[];
    readonly errors: readonly ParseError[];
    readonly meta: Meta;
  }
  interface Result {
    readonly data: readonly string[][];
    readonly meta: Meta;
  }
  interface Config {
    readonly delimiter?: string;
    readonly delimitersToGuess?: readonly string[];
    readonly preview?: number;
    readonly skipEmptyLines?: boolean | 'greedy';
    readonly step?: (row: Row, parser: { abort(): void }) => void;
  }
  const papa: { parse(text: string, config: Config): Result };
  export default papa;
}
