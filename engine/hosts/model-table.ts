import { isMissing, plainNumber } from '../data/readers/cell-forms.ts';
import { understand } from '../data/readers/columns.ts';
import { type Delimited, readDelimited } from '../data/readers/delimited.ts';
import { dateTitle } from '../data/readers/table.ts';
import type { Preparation } from '../data/sources/contract.ts';
import { openedFiles } from '../data/sources/index.ts';
import { rolesOf, table as tableSource } from '../data/sources/table.ts';
import { paramText } from '../declaration/fields.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { analyseDocument } from '../document/analyse.ts';
import { completeParams } from '../document/check-params.ts';
import type { InspectedModel } from '../interchange/onnx/inspect.ts';
import type { ModelTable } from '../protocol/model-messages.ts';
import { declaredData } from './opened-model.ts';

/** Names of a column that says the answer rather than the question. */
const labelName = /^(label|labels|class|target|y|answer|标签|类别|目标)$/i;

type Column = Preparation[number] | undefined;

/** Where in a table the numbers of the inputs stand one after the other, and the answer; −1 where it stands nowhere. */
interface Places {
  readonly features: readonly number[];
  readonly label: number;
}

/**
 * Rows of a CSV file as a model takes them: the numbers of its inputs one after the other, and one column more where the
 * table says which class is right: the one that is called so, else the last. A model that prepares its values itself takes
 * cells as they stood in the table that it was trained on, and finds its columns by their names where they are there; words
 * become the numbers of their categories, and cells without a value NaN. Throws a NetwrightError that names the line.
 */
export function modelTable(
  { inputs, metadata }: InspectedModel,
  file: string,
  bytes: Uint8Array,
): ModelTable {
  const sizes = inputs.map(({ tensor }) =>
    elementCount((tensor?.dims ?? []).slice(1).map((size) => (typeof size === 'number' ? size : 1))),
  );
  // A column is told for each number where these are no pixels or points in time.
  const columns = inputs.flatMap(({ name }, at): Column[] => {
    const prepared = metadata?.prepared[name];
    const size = sizes[at] as number;
    return prepared?.length === size ? [...prepared] : new Array<Column>(size).fill(undefined);
  });
  const table = readDelimited(bytes, file);
  const places =
    placesByName(table, columns, answersIn(metadata)) ?? placesInOrder(table, columns.length, file);
  const numbers = places.features.map((place, at) => numbersIn(table, place, columns[at], file));
  let first = 0;
  const values = sizes.map((size) => {
    const part = new Float64Array(table.rows * size);
    for (let column = 0; column < size; column++) {
      const cells = numbers[first + column] as Float64Array;
      for (let row = 0; row < table.rows; row++) part[row * size + column] = cells[row] as number;
    }
    first += size;
    return part;
  });
  const labels = places.label < 0 ? undefined : labelsIn(table, places.label, metadata, file);
  return { values, rows: table.rows, ...(labels && { labels }) };
}

/** What the answers are called in the table that a model was trained on. */
function answersIn(metadata: InspectedModel['metadata']): string | undefined {
  const [data] = metadata === undefined ? [] : analyseDocument(metadata.document).data;
  if (data === undefined || data.params['source'] !== tableSource.type) return undefined;
  const { columns = [] } = openedFiles(data.params) ?? {};
  const { target, ignored } = completeParams(tableSource.fields, data.params);
  const roles = rolesOf(columns, { target: paramText(target), ignored: paramText(ignored) });
  return columns[roles.indexOf('target')]?.name;
}

/** Undefined where the columns have no names, or one of them is not there. */
function placesByName(
  { names, hasHeader }: Delimited,
  columns: readonly Column[],
  answers: string | undefined,
): Places | undefined {
  if (!hasHeader) return undefined;
  const features = columns.map((column) =>
    column === undefined
      ? -1
      : names.findIndex((name) => name === column.name || dateTitle(name) === column.name),
  );
  if (features.includes(-1)) return undefined;
  if (answers !== undefined) return { features, label: names.indexOf(answers) };
  const others = [...names.keys()].filter((place) => !features.includes(place));
  const named = others.find((place) => labelName.test(names[place] as string));
  return { features, label: named ?? (others.length === 1 ? (others[0] as number) : -1) };
}

function placesInOrder({ names, rows }: Delimited, expected: number, file: string): Places {
  const found = names.length;
  if ((found !== expected && found !== expected + 1) || rows === 0) {
    throw new NetwrightError(
      'table-columns',
      text(
        `${file}: expected rows of ${expected} ${expected === 1 ? 'number' : 'numbers'}, or of one more for the label, found ${rows === 0 ? 'no row' : found}.`,
        `${file}：每行应有 ${expected} 个数，或再加一个标签；实际${rows === 0 ? '没有任何行' : `为 ${found} 个`}。`,
      ),
    );
  }
  const named = names.findIndex((name) => labelName.test(name));
  const label = found === expected ? -1 : named < 0 ? found - 1 : named;
  return { features: [...names.keys()].filter((place) => place !== label), label };
}

/** The numbers of one column; what a column is says how its cells are read. */
function numbersIn(table: Delimited, place: number, column: Column, file: string): Float64Array {
  const cells = table.columns[place] as readonly string[];
  if (column === undefined) {
    return numbersOf(
      cells,
      (cell) => (plainNumber.test(cell) ? Number(cell) : undefined),
      (row, found) =>
        wrongCell(table, place, row, file, text(`a number, found "${found}"`, `数字，实际为“${found}”`)),
    );
  }
  const { categories } = column;
  if (categories === undefined) {
    const { kind, at } = understand(column.name, cells, table.delimiter);
    if (kind === 'number' || kind === 'date' || cells.every(isMissing))
      return Float64Array.from(cells, (_, row) => at(row));
    const row = cells.findIndex((cell) => !isMissing(cell) && !plainNumber.test(cell));
    const found = cells[row] as string;
    throw wrongCell(table, place, row, file, text(`a number, found "${found}"`, `数字，实际为“${found}”`));
  }
  const some =
    categories.slice(0, toldCategories).join(', ') + (categories.length > toldCategories ? ' …' : '');
  return numbersOf(
    cells,
    (cell) => {
      const at = categories.indexOf(cell);
      return at >= 0 ? at : isMissing(cell) ? Number.NaN : undefined;
    },
    (row, found) =>
      wrongCell(
        table,
        place,
        row,
        file,
        text(`one of ${some}, found "${found}"`, `${some} 之一，实际为“${found}”`),
      ),
  );
}

const toldCategories = 6;

function numbersOf(
  cells: readonly string[],
  read: (cell: string) => number | undefined,
  wrong: (row: number, found: string) => Error,
): Float64Array {
  return Float64Array.from(cells, (cell, row) => {
    const value = read(cell);
    if (value === undefined) throw wrong(row, cell);
    return value;
  });
}

/** Numbers of classes; a model that reads words knows its classes by their names too. */
function labelsIn(
  table: Delimited,
  place: number,
  metadata: InspectedModel['metadata'],
  file: string,
): Float32Array {
  const target = metadata && declaredData(metadata.document)?.sample?.target;
  const isNamed = target?.kind === 'class' && Object.keys(metadata?.prepared ?? {}).length > 0;
  const classes = isNamed ? target.classes.map(({ en }) => en) : undefined;
  if (classes === undefined) return Float32Array.from(numbersIn(table, place, undefined, file));
  return Float32Array.from(numbersIn(table, place, { name: '', categories: classes }, file));
}

function wrongCell(
  { names, hasHeader }: Delimited,
  place: number,
  row: number,
  file: string,
  expected: { readonly en: string; readonly zh: string },
): NetwrightError {
  const line = row + 1 + (hasHeader ? 1 : 0);
  return new NetwrightError(
    'table-number',
    text(
      `${file}, row ${line}, "${names[place]}": expected ${expected.en}.`,
      `${file} 第 ${line} 行“${names[place]}”：应为${expected.zh}。`,
    ),
  );
}
