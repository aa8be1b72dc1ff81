import Papa from 'papaparse';
import { type Text, text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';
import { decoded, type Encoding, encodingOf } from './decode-text.ts';
import { blanks, dialectOf, isHeader, looked, usedWidth } from './table-dialect.ts';

/** Rows of text as they stand in a file, columns first: what is in them is not understood yet. */
export interface Delimited {
  readonly names: readonly string[];
  /** [columns][rows], without blanks around. */
  readonly columns: readonly (readonly string[])[];
  readonly rows: number;
  readonly delimiter: string;
  readonly hasHeader: boolean;
}

const mostColumns = 4096;
/** So much at the start of a file says how it is written. */
const startBytes = 2 ** 18;
/** So much is text at a time, and more only where a row is longer. */
const pieceBytes = 2 ** 16;
const mostRowBytes = 2 ** 24;
/**
 * Each takes time and room however short it is, and a small file can be unpacked into any number of them. Of 16 bytes and more
 * there are never so many in a file that is read.
 */
const mostRowsRead = 2 ** 25;
/** Blank ones take time too. */
const mostLinesPerRow = 2;

/** Whole rows that lie together in the file. */
interface Piece {
  /** Bytes of the file. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Blank lines among them. */
  readonly rows: readonly (readonly string[])[];
  /** The row at which a quoted text begins that does not end. */
  readonly unended: number | undefined;
}

/**
 * A table as it lies in a file. Its rows are made of the bytes as often as they are asked for, a piece at a time: as text they
 * would take many times the room. Blank lines are no rows, and neither is the one that names the columns.
 */
export class DelimitedFile {
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly hasHeader: boolean;
  /** Nothing stands below the names of the columns. */
  readonly isEmpty: boolean;
  /** Lines above the table that are not blank. */
  readonly passed: readonly string[];
  /** Whether the first row is what names the columns. */
  private readonly namesInRow: boolean;
  /** None once the rows are read from where they lie. */
  private bytes: Uint8Array;
  readonly place: string;
  private readonly mostRows: number;
  private readonly encoding: Encoding;
  private readonly lineEnd: '\n' | '\r';
  /** Where the first row begins, as bytes. */
  private readonly begin: number;
  /** Where pieces lie, and the number of the row that they begin with; known once all rows have been read. */
  private index: readonly { readonly start: number; readonly end: number; readonly row: number }[] = [];
  private again: ((start: number, end: number) => Uint8Array) | undefined;
  private lastPiece: { readonly start: number; readonly rows: readonly (readonly string[])[] } | undefined;

  /** `known`: names of columns that another table has, of which this one may be a part: they are no row where they stand here. */
  constructor(bytes: Uint8Array, place: string, known?: readonly string[], mostRows = mostRowsRead) {
    this.bytes = bytes;
    this.place = place;
    this.mostRows = mostRows;
    this.encoding = encodingOf(bytes, place);
    const start = decoded(this.encoding, bytes.subarray(0, startBytes));
    this.lineEnd = start.includes('\n') || !start.includes('\r') ? '\n' : '\r';
    const lines = start.split(this.lineEnd).map((line) => line.replace(/\r$/, ''));
    const { delimiter, passed, marked } = dialectOf(lines, bytes.length > startBytes);
    this.delimiter = delimiter;
    this.passed = lines.slice(0, passed).filter((line) => line.trim() !== '' && !/^sep=.$/i.test(line));
    this.begin = lines.slice(0, passed).reduce((at) => this.endOfLine(at), 0);
    const read = this.firstRows();
    const width = usedWidth(read);
    const first = read.map((cells) => cells.slice(0, width));
    this.namesInRow = marked === undefined && (areNames(first[0] ?? [], known) || isHeader(first));
    this.hasHeader = this.namesInRow || marked !== undefined;
    this.isEmpty = this.hasHeader && first.length === (this.namesInRow ? 1 : 0);
    const names = (marked ?? first[0] ?? []).map((cell, i) =>
      (this.hasHeader && cell !== '' ? cell : `column ${i + 1}`).slice(0, 150),
    );
    this.names = unique(names);
  }

  /**
   * Shows every row, its cells without blanks around. Throws a NetwrightError with the line where a row has more or fewer
   * cells than the first, or a quote does not end, and where there are too many.
   */
  readRows(take: (cells: readonly string[], row: number) => void): void {
    const index: { start: number; end: number; row: number }[] = [];
    let row = this.namesInRow ? -1 : 0;
    const width = this.names.length;
    for (const piece of this.pieces(this.begin)) {
      index.push({ start: piece.start, end: piece.end, row });
      for (let at = 0; at < piece.rows.length; at++) {
        const cells = piece.rows[at] as readonly string[];
        if (at === piece.unended) throw this.wrong(piece, at, unendedQuote);
        if (isBlank(cells)) continue;
        if (cells.length !== width && (cells.length < width || !isBlank(cells.slice(width))))
          throw this.wrong(piece, at, ragged(width, cells.length));
        if (row === this.mostRows) throw this.tooMany();
        if (row >= 0) take(trimmed(cells, width), row);
        row++;
      }
    }
    this.index = index;
  }

  /** One of the rows that were read before. */
  rowAt(row: number): readonly string[] {
    const piece = this.index.findLast((known) => known.row <= row);
    if (piece === undefined) return [];
    if (this.lastPiece?.start !== piece.start) {
      const { start, end } = piece;
      const { rows } = this.parsed(this.again?.(start, end) ?? this.bytes.subarray(start, end));
      this.lastPiece = { start, rows: rows.filter((cells) => !isBlank(cells)) };
    }
    const cells = this.lastPiece?.rows[row - piece.row] ?? [];
    return trimmed(cells, this.names.length);
  }

  /** Lets go of the bytes once all rows have been read, where they can be had again: most of them are never asked for. */
  release(again: ((start: number, end: number) => Uint8Array) | undefined): void {
    if (again === undefined) return;
    this.again = again;
    this.bytes = new Uint8Array();
  }

  /** As many as it takes to know what the first one is. */
  private firstRows(): readonly (readonly string[])[] {
    const rows: (readonly string[])[] = [];
    for (const piece of this.pieces(this.begin)) {
      for (const [at, cells] of piece.rows.entries()) {
        if (at === piece.unended) throw this.wrong(piece, at, unendedQuote);
        if (isBlank(cells)) continue;
        if (cells.length > mostColumns) throw this.wrong(piece, at, tooWide(cells.length));
        rows.push(trimmed(cells));
        if (rows.length > looked) return rows;
      }
    }
    return rows;
  }

  private *pieces(from: number): Generator<Piece, void> {
    let lines = 0;
    for (let start = from; start < this.bytes.length; ) {
      const piece = this.pieceAt(start);
      lines += piece.rows.length;
      if (lines > mostLinesPerRow * this.mostRows) throw this.tooMany();
      yield piece;
      start = piece.end;
    }
  }

  /** It ends with a line; where that is within a quoted text, with a later one. */
  private pieceAt(start: number): Piece {
    for (let size = pieceBytes; ; size *= 2) {
      const end = this.endOfLine(start + size);
      if (end - start > mostRowBytes + pieceBytes) throw this.tooLong(start + size);
      const { text, rows, errors } = this.parsed(this.bytes.subarray(start, end));
      const isOpen = errors.some(({ code }) => code === 'MissingQuotes');
      if (isOpen && end < this.bytes.length && size < mostRowBytes) continue;
      const unended = errors.find(({ type }) => type === 'Quotes')?.row;
      return { start, end, text, rows, unended };
    }
  }

  private parsed(bytes: Uint8Array) {
    const text = decoded(this.encoding, bytes);
    const { data, errors } = Papa.parse(text, { delimiter: this.delimiter, newline: this.lineEnd });
    const isBlanks = this.delimiter === blanks;
    const rows = isBlanks ? data.map((cells) => cells.filter((cell) => cell.trim() !== '')) : data;
    return { text, rows, errors };
  }

  /** Behind the next end of a line, as bytes. */
  private endOfLine(from: number): number {
    const { bytes, encoding } = this;
    const code = this.lineEnd.charCodeAt(0);
    const isWide = encoding.startsWith('utf-16');
    for (let at = from; at < bytes.length; at++) {
      at = bytes.indexOf(code, at);
      if (at < 0) break;
      if (!isWide) return at + 1;
      // Of the two bytes of a character the higher one is 0 and has its place.
      const isLow = at % 2 === (encoding === 'utf-16le' ? 0 : 1);
      if (isLow && bytes[encoding === 'utf-16le' ? at + 1 : at - 1] === 0) return at + (at % 2 === 0 ? 2 : 1);
    }
    return bytes.length;
  }

  private wrong({ start, text: whole }: Piece, row: number, what: Text): Error {
    const { delimiter, lineEnd } = this;
    // It counts rows right only where it takes no short cuts.
    const before =
      row === 0
        ? 0
        : Papa.parse(whole, { delimiter, newline: lineEnd, preview: row, fastMode: false }).meta.cursor;
    return this.wrongLine(this.linesBefore(start) + this.linesIn(whole.slice(0, before)) + 1, what);
  }

  private tooMany(): Error {
    const isEnded = decoded(this.encoding, this.bytes.subarray(-4)).endsWith(this.lineEnd);
    const lines = this.linesBefore(this.bytes.length) + (isEnded ? 0 : 1);
    return dataError('table-rows', this.place, tooManyRows(this.mostRows, lines));
  }

  private tooLong(at: number): Error {
    return this.wrongLine(this.linesBefore(at) + 1, endlessRow);
  }

  private wrongLine(line: number, { en, zh }: Text): Error {
    return dataError('table-row', this.place, text(`line ${line}: ${en}`, `第 ${line} 行：${zh}`));
  }

  private linesBefore(end: number): number {
    let lines = 0;
    for (let at = 0; at < end; at += pieceBytes)
      lines += this.linesIn(decoded(this.encoding, this.bytes.subarray(at, Math.min(end, at + pieceBytes))));
    return lines;
  }

  private linesIn(some: string): number {
    let lines = 0;
    for (let at = some.indexOf(this.lineEnd); at >= 0; at = some.indexOf(this.lineEnd, at + 1)) lines++;
    return lines;
  }
}

/** Whether a row has the names of columns that are known, all of them or nothing else. */
const areNames = (cells: readonly string[], known: readonly string[] = []): boolean =>
  known.length > 0 &&
  cells.length > 0 &&
  (known.every((name) => cells.includes(name)) || cells.every((name) => known.includes(name)));

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** The first `width` of them. Where there is nothing to take away, which is so nearly always, nothing is made anew. */
const trimmed = (cells: readonly string[], width = cells.length): readonly string[] =>
  cells.length === width && cells.every(isTrimmed) ? cells : cells.slice(0, width).map((cell) => cell.trim());

const isTrimmed = (cell: string): boolean => cell.trim() === cell;

/** All rows of a table that is small: names of images, samples for a model. Throws as `readRows` does. */
export function readDelimited(bytes: Uint8Array, place: string): Delimited {
  const file = new DelimitedFile(bytes, place);
  const columns = file.names.map((): string[] => []);
  let rows = 0;
  file.readRows((cells) => {
    for (const [i, cell] of cells.entries()) columns[i]?.push(cell);
    rows++;
  });
  const { names, delimiter, hasHeader } = file;
  return { names, columns, rows, delimiter, hasHeader };
}

function unique(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; seen.has(free); i++) free = `${name} ${i}`;
    seen.add(free);
    return free;
  });
}

const unendedQuote = text(
  'expected an end of the quoted text, found none',
  '引号中的文字应有结束引号，但没有找到',
);
const endlessRow = text(
  `expected rows of at most ${mostRowBytes / 2 ** 20} MiB, found a longer one`,
  `每行最多 ${mostRowBytes / 2 ** 20} MiB，实际更长`,
);
const tooManyRows = (most: number, lines: number): Text =>
  text(`expected at most ${most} rows, found ${lines} lines`, `最多 ${most} 行数据，实际有 ${lines} 行`);
const ragged = (expected: number, found: number): Text =>
  text(
    `expected ${expected} ${expected === 1 ? 'value' : 'values'} as in the first line, found ${found}`,
    `应与首行一样有 ${expected} 个值，实际为 ${found} 个`,
  );
const tooWide = (found: number): Text =>
  text(
    `expected at most ${mostColumns} columns, found ${found}`,
    `最多 ${mostColumns} 列，实际为 ${found} 列`,
  );
