import { decodeText } from '../data/readers/decode-text.ts';
import { plainNumber, readDelimited } from '../data/readers/delimited.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { InspectedModel } from '../interchange/onnx/inspect.ts';
import type { ModelTable } from '../protocol/model-messages.ts';

/** Names of a column that says the answer rather than the question. */
const labelName = /^(label|labels|class|target|y|answer|标签|类别|目标)$/i;

/**
 * Rows of a CSV file as a model takes them: the numbers of its inputs one after the other, and one column more where the table says which class is right: the one that is called so, else the last. Throws a NetwrightError that
 * names the line.
 */
export function modelTable({ inputs }: InspectedModel, file: string, bytes: Uint8Array): ModelTable {
  const sizes = inputs.map(({ tensor }) =>
    elementCount((tensor?.dims ?? []).slice(1).map((size) => (typeof size === 'number' ? size : 1))),
  );
  const table = readDelimited(decodeText(bytes, file), file);
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  const found = table.columns.length;
  if ((found !== expected && found !== expected + 1) || table.rows === 0) {
    throw new NetwrightError(
      'table-columns',
      text(
        `${file}: expected rows of ${expected} ${expected === 1 ? 'number' : 'numbers'}, or of one more for the label, found ${table.rows === 0 ? 'no row' : found}.`,
        `${file}：每行应有 ${expected} 个数，或再加一个标签；实际${table.rows === 0 ? '没有任何行' : `为 ${found} 个`}。`,
      ),
    );
  }
  const named = table.names.findIndex((name) => labelName.test(name));
  const labelAt = found === expected ? -1 : named < 0 ? found - 1 : named;
  const numbers = table.columns.map((cells, column) =>
    Float32Array.from(cells, (cell, row) => {
      if (plainNumber.test(cell)) return Number(cell);
      const line = row + 1 + (table.hasHeader ? 1 : 0);
      throw new NetwrightError(
        'table-number',
        text(
          `${file}, row ${line}, "${table.names[column]}": expected a number, found "${cell}".`,
          `${file} 第 ${line} 行“${table.names[column]}”：应为数字，实际为“${cell}”。`,
        ),
      );
    }),
  );
  const features = numbers.filter((_, column) => column !== labelAt);
  let first = 0;
  const values = sizes.map((size) => {
    const part = new Float32Array(table.rows * size);
    for (let column = 0; column < size; column++) {
      const cells = features[first + column] as Float32Array;
      for (let row = 0; row < table.rows; row++) part[row * size + column] = cells[row] as number;
    }
    first += size;
    return part;
  });
  const labels = labelAt < 0 ? undefined : numbers[labelAt];
  return { values, rows: table.rows, ...(labels && { labels }) };
}
