import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import { type Text, text } from '../../declaration/text.ts';
import { analyseDocument } from '../../document/analyse.ts';
import { problemText } from '../../document/problem-text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { readModelFile } from '../../hosts/model-files.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { dataOf, inspectBytes, rowsAsTaken, testRows } from '../../hosts/opened-model.ts';
import { openTemplateOrFile } from '../../hosts/templates.ts';
import type { InspectedModel } from '../../interchange/onnx/inspect.ts';
import { missingSizes, openSizesOf, requireSizes, sizedInput } from '../../interchange/onnx/open-sizes.ts';
import { type ModelRows, runModel } from '../../interchange/onnx/run-model.ts';
import type { ModelResult, Sizes } from '../../protocol/model-messages.ts';
import { jsonOption, path, sizeOption } from '../options.ts';
import { createOutput, figure, percent, say } from '../output.ts';

interface RunCommandOptions {
  readonly json?: boolean;
  readonly values?: string;
  readonly data?: string;
  readonly size?: Sizes;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description(say(text('run an ONNX file on values or on data', '用数值或数据运行 ONNX 文件')))
    .argument('<file>', say(text('ONNX file', 'ONNX 文件')), path('file'))
    .option(
      '--values <rows>',
      say(text('"5" or "1,2;3,4": rows by ";", numbers by ","', '“5”或“1,2;3,4”：行用“;”分隔，数用“,”分隔')),
    )
    .option(
      '--data <name>',
      say(
        text(
          'a template or project file, or "test": what the model was tested on',
          '模板或项目文件；“test”表示模型的测试集',
        ),
      ),
    )
    .addOption(sizeOption())
    .addOption(jsonOption())
    .action(run);
}

async function run(file: string, options: RunCommandOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const model = sized(inspectBytes(await readModelFile(file), file), options.size ?? {});
  const rows = await chosenRows(model, options);
  const onnxruntime = createOnnxruntime();
  let result: ModelResult;
  try {
    result = await runModel(model, rows, onnxruntime.run);
  } finally {
    onnxruntime.close();
  }
  const outputs = Object.fromEntries(
    result.outputs.map(({ name, shape, values }) => [name, nested([...values], shape)]),
  );
  const { rows: count, elapsedMs, accuracy, engineAccuracy } = result;
  output.result({ outputs, rows: count, elapsedMs, accuracy, engineAccuracy }, readable(result));
}

function sized(model: InspectedModel, sizes: Sizes): InspectedModel {
  requireSizes(openSizesOf(model.inputs), sizes, model.name);
  return { ...model, inputs: model.inputs.map((input) => sizedInput(input, sizes)) };
}

async function chosenRows(model: InspectedModel, { values, data }: RunCommandOptions): Promise<ModelRows> {
  if ((values === undefined) === (data === undefined)) {
    throw new NetwrightError(
      'usage',
      text('run: expected either --values or --data.', 'run：应给出 --values 或 --data 之一。'),
    );
  }
  if (values !== undefined) return eachInput(model, parseRows(values));
  return data === 'test' ? await testRows(model) : await namedRows(model, data as string);
}

/** The model's own test rows where it was trained on data of this kind; otherwise all samples of the document. */
async function namedRows(model: InspectedModel, name: string): Promise<ModelRows> {
  const { file, document } = await openTemplateOrFile(name);
  const data = await dataOf(document);
  if (data === undefined) throw noDataset(file, document);
  const [{ source, samples }] = data;
  const [own] = (model.metadata && (await dataOf(model.metadata.document))) ?? [];
  if (own?.source === source && own.split.test.length > 0) return await testRows(model);
  const all = Uint32Array.from({ length: samples.count }, (_, i) => i);
  return rowsAsTaken(model, data, all);
}

function noDataset(file: string, document: NetwrightDocument): NetwrightError {
  const {
    data: [data],
    problems,
  } = analyseDocument(document);
  const wrong = problems.find(({ severity, place }) => severity === 'error' && place.node === data?.id);
  if (data !== undefined && wrong !== undefined) {
    const { en, zh } = problemText(wrong, document);
    return new NetwrightError(wrong.code, text(`${file}: ${en}`, `${file}：${zh}`));
  }
  const found = document.nodes.filter(({ type }) => type === 'data').length;
  return new NetwrightError(
    'no-data',
    text(
      `${file}: expected one Data node, found ${found === 0 ? 'none' : found}.`,
      `${file}：应有一个数据节点，实际有 ${found} 个。`,
    ),
  );
}

/** The numbers of a row are those of all inputs, one input after the other; an input that is alone takes all there are. */
function eachInput(
  { inputs, name: file }: InspectedModel,
  { rows, values: [all] }: ModelRows & { readonly values: readonly [Float64Array] },
): ModelRows {
  if (inputs.length < 2) return { rows, values: [all] };
  const open = openSizesOf(inputs);
  if (open.length > 0) throw missingSizes(open, {}, file);
  const sizes = inputs.map(({ tensor }) => elementCount((tensor?.dims ?? []).slice(1) as number[]));
  const [expected, found] = [sizes.reduce((sum, size) => sum + size, 0), all.length / rows];
  if (expected !== found) {
    const each = inputs.map(({ name }, at) => `${name} ${sizes[at]}`).join(', ');
    throw valuesError(
      text(
        `expected ${expected} numbers in a row, those of all inputs one after the other (${each}), found ${found}`,
        `每行应依次给出所有输入的数，共 ${expected} 个（${each}），实际为 ${found} 个`,
      ),
    );
  }
  let first = 0;
  const values = sizes.map((size) => {
    const from = first;
    first += size;
    return Float64Array.from({ length: rows * size }, (_, i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      return all[row * expected + from + column] as number;
    });
  });
  return { rows, values };
}

function parseRows(list: string): ModelRows & { readonly values: readonly [Float64Array] } {
  const rows = list.split(';').map((row) => row.split(',').map((number) => number.trim()));
  const wrong = rows.flat().find((number) => number === '' || !Number.isFinite(Math.fround(Number(number))));
  if (wrong !== undefined) {
    const found = wrong === '' ? text('nothing', '空') : text(`"${wrong}"`, `“${wrong}”`);
    throw valuesError(
      text(
        `expected numbers that float32 can hold, found ${found.en}`,
        `应为 float32 能表示的数字，实际为${found.zh}`,
      ),
    );
  }
  const [first] = rows;
  const uneven = rows.findIndex((row) => row.length !== first?.length);
  if (uneven >= 0) {
    const [expected, found] = [first?.length ?? 0, rows[uneven]?.length ?? 0];
    throw valuesError(
      text(
        `expected ${expected} ${expected === 1 ? 'number' : 'numbers'} in row ${uneven + 1} as in row 1, found ${found}`,
        `第 ${uneven + 1} 行应与第 1 行一样有 ${expected} 个数，实际为 ${found} 个`,
      ),
    );
  }
  return { rows: rows.length, values: [Float64Array.from(rows.flat(), Number)] };
}

const valuesError = ({ en, zh }: Text): NetwrightError =>
  new NetwrightError('option-invalid', text(`--values: ${en}.`, `--values：${zh}。`));

type Nested = number | readonly Nested[];

/** Numbers in the shape of a tensor. */
function nested(values: readonly number[], [size, ...rest]: readonly number[]): Nested {
  if (size === undefined) return values[0] ?? Number.NaN;
  const step = values.length / size;
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * step, (i + 1) * step), rest));
}

const shownRows = 10;

function readable({ outputs, rows, accuracy, engineAccuracy }: ModelResult): Text {
  const lines = outputs.flatMap(({ name, values }) => {
    const columns = values.length / rows;
    const shown = Array.from({ length: Math.min(rows, shownRows) }, (_, row) => {
      const numbers = [...values.subarray(row * columns, (row + 1) * columns)].map(figure).join('  ');
      return `${name}[${row}]  ${numbers}`;
    });
    return rows > shownRows ? [...shown, '…'] : shown;
  });
  const engine = (label: string): string =>
    engineAccuracy === undefined ? '' : `${label} ${percent(engineAccuracy)}`;
  const en = [
    `${rows} ${rows === 1 ? 'row' : 'rows'}`,
    ...(accuracy === undefined ? [] : [`accuracy ${percent(accuracy)}${engine('; the engine’s own:')}`]),
  ];
  const zh = [
    `${rows} 行`,
    ...(accuracy === undefined ? [] : [`准确率 ${percent(accuracy)}${engine('；引擎自身：')}`]),
  ];
  return text([...lines, en.join(', ')].join('\n'), [...lines, zh.join('，')].join('\n'));
}
