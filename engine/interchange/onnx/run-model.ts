import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { catalogue } from '../../document/catalogue.ts';
import { completeParams } from '../../document/check-params.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { ModelResult } from '../../protocol/model-messages.ts';
import { type InspectedModel, typeName } from './inspect.ts';
import type { NetwrightMetadata } from './metadata.ts';
import { dimsProduct } from './model.ts';
import type { NamedTensors, RunOnnx, TensorValue, TensorValues } from './run-onnx.ts';

export type RowNumbers = Float32Array | Float64Array | Uint8Array;

/** Rows to run a model on, and their labels or target numbers where they are known. */
export interface ModelRows {
  readonly rows: number;
  /** For each of the model's inputs in order: [rows, …]. */
  readonly values: readonly RowNumbers[];
  readonly targets?: Float32Array | Int32Array;
  /** These are the very rows that the engine's recorded accuracy was measured on. */
  readonly engineTested?: boolean;
}

/** A model with a free number of rows gets at most this many at once, so that memory stays small. */
const mostRowsAtOnce = 4096;

/**
 * Runs a model in onnxruntime and, where labels are known, counts right answers. The engine's own accuracy is what it
 * measured at export, and is given only for the same rows and unchanged weights.
 * Throws a NetwrightError when the rows do not fit the model's input, or onnxruntime cannot run it.
 */
export async function runModel(model: InspectedModel, on: ModelRows, runOnnx: RunOnnx): Promise<ModelResult> {
  const feeds = feedsOf(model, on);
  const { outputs: answers, eachMs } = await runOnnx(model.file.bytes, feeds, undefined, model.file);

  const names = Object.keys(answers[0] ?? {});
  const outputs = names.flatMap((name) => joined(name, answers));
  const { metadata } = model;
  const first = outputs[0];
  return {
    outputs,
    rows: on.rows,
    elapsedMs: eachMs.reduce((sum, ms) => sum + ms, 0),
    accuracy: first && on.targets && accuracyOf(first, on.targets, metadata),
    engineAccuracy:
      on.engineTested === true && model.weightsAreRecorded ? metadata?.engine.test?.accuracy : undefined,
  };
}

/** What the model is given, in as many parts as its batch asks for. */
export function feedsOf(model: InspectedModel, { rows, values }: ModelRows): NamedTensors[] {
  const { inputs, name: file } = model;
  if (values.length !== inputs.length || inputs.length === 0) {
    const found = inputs.map(({ name }) => `"${name}"`).join(', ');
    throw unfit(
      text(
        `${file} has ${inputs.length} inputs (${found || '–'}); expected values for each of them, found them for ${values.length}.`,
        `${file} 有 ${inputs.length} 个输入（${found || '–'}）；应为每个输入给出数值，实际只有 ${values.length} 个输入的数值。`,
      ),
    );
  }
  const shapes = inputs.map(({ tensor }) => tensor?.dims ?? ['', '']);
  const rowShapes = shapes.map((shape, at) =>
    sizesPerRow(shape.slice(1), (values[at] as RowNumbers).length, rows, file),
  );
  const fixed = shapes.map(([first]) => first).find((first) => typeof first === 'number');
  const atOnce = fixed ?? Math.min(rows, mostRowsAtOnce);
  if (rows < 1 || (fixed !== undefined && (fixed < 1 || rows % fixed !== 0))) {
    const expected = `${fixed ?? 1}`;
    throw unfit(
      text(
        `${file} takes rows in batches of ${expected}; found ${rows}.`,
        `${file} 每批需要 ${expected} 行；实际为 ${rows} 行。`,
      ),
    );
  }
  const feeds: NamedTensors[] = [];
  for (let from = 0; from < rows; from += atOnce) {
    const count = Math.min(atOnce, rows - from);
    const tensors = inputs.map(({ name, tensor }, at): [string, TensorValue] => {
      const rowShape = rowShapes[at] as readonly number[];
      const rowSize = dimsProduct(rowShape);
      const dtype = typeName(tensor?.elementType ?? 1);
      const part = (values[at] as RowNumbers).slice(from * rowSize, (from + count) * rowSize);
      const dims = shapes[at]?.length === 0 ? [] : [count, ...rowShape];
      return [name, { dims, data: typedValues(part, dtype, file), dtype }];
    });
    feeds.push(Object.fromEntries(tensors));
  }
  return feeds;
}

/** The shape of one row: what the model says, with at most one free dimension filled by what was given. */
function sizesPerRow(
  shape: readonly (number | string)[],
  count: number,
  rows: number,
  file: string,
): number[] {
  const known = dimsProduct(shape.filter((size) => typeof size === 'number'));
  const free = shape.filter((size) => typeof size === 'string').length;
  const found = rows > 0 ? count / rows : 0;
  const fits = free === 0 ? found === known : free === 1 && found >= known && found % known === 0;
  if (fits) return shape.map((size) => (typeof size === 'number' ? size : found / known));
  const whole = Number.isInteger(found) ? `${found}` : found.toFixed(2);
  const shown = `[${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
  throw unfit(
    free === 0
      ? text(
          `${file}: expected ${known} ${known === 1 ? 'value' : 'values'} per row, found ${whole}.`,
          `${file}：每行应有 ${known} 个值，实际为 ${whole} 个。`,
        )
      : text(
          `${file}: the shape of a row, ${shown}, cannot be told from ${whole} values; say its open sizes (--size).`,
          `${file}：无法由 ${whole} 个值确定每行的形状 ${shown}；请设定其中的待定尺寸（--size）。`,
        ),
  );
}

/** Numbers as an input of that type takes them. Throws a NetwrightError where it cannot. */
export function typedValues(values: RowNumbers, dtype: string, file: string): TensorValues {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
    case 'uint8':
      return bytesOf(values, file);
    case 'bool':
      return conditionsOf(values, file);
    default:
      throw unfit(
        text(
          `${file} takes ${dtype} values; expected float32, float64, int32, int64, uint8 or bool.`,
          `${file} 的输入类型为 ${dtype}；支持的类型为 float32、float64、int32、int64、uint8 和 bool。`,
        ),
      );
  }
}

function bytesOf(values: RowNumbers, file: string): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const wrong = values.find((value) => !Number.isInteger(value) || value < 0 || value > 255);
  if (wrong === undefined) return Uint8Array.from(values);
  throw unfit(
    text(
      `${file} takes bytes, as pixels are; expected whole numbers from 0 to 255, found ${wrong}.`,
      `${file} 的输入为字节（如像素值）；应为 0 到 255 的整数，实际为 ${wrong}。`,
    ),
  );
}

function conditionsOf(values: RowNumbers, file: string): Uint8Array {
  const wrong = values.find((value) => value !== 0 && value !== 1);
  if (wrong === undefined) return Uint8Array.from(values);
  throw unfit(
    text(
      `${file} takes conditions; expected 0 or 1, found ${wrong}.`,
      `${file} 的输入为真假值；应为 0 或 1，实际为 ${wrong}。`,
    ),
  );
}

/** One output over all parts, as numbers; nothing for an output of text. */
function joined(name: string, answers: readonly NamedTensors[]): ModelResult['outputs'] {
  const parts = answers.map((answer) => answer[name]);
  const values = parts.map((part) => numbersOf(part.data));
  if (values.includes(undefined)) return [];
  const all = new Float32Array(values.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let at = 0;
  for (const part of values) {
    all.set(part ?? [], at);
    at += part?.length ?? 0;
  }
  const [rows, ...rest] = parts[0]?.dims ?? [];
  const shape =
    rows === undefined ? [] : [parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0), ...rest];
  return [{ name, shape, values: all }];
}

function numbersOf(data: TensorValues): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return isText(data) ? undefined : Float32Array.from(data);
}

const isText = (data: TensorValues): data is readonly string[] => Array.isArray(data);

/** The label that asks for nothing: the loss says which; undefined where every label asks. */
function ignoredLabel({ nodes }: NetwrightDocument): number | undefined {
  const loss = nodes.find(({ type }) => catalogue.get(type)?.category === 'loss');
  const definition = loss && catalogue.get(loss.type);
  if (loss === undefined || definition === undefined) return undefined;
  const label = completeParams(definition.fields, loss.params)['ignored'];
  return typeof label === 'number' ? label : undefined;
}

/**
 * Share of answers that are right, by the engine's own rule where the file says what its answers mean, else by the largest
 * number of each row; undefined where no answer can be right.
 */
export function accuracyOf(
  { shape, values }: ModelResult['outputs'][number],
  targets: Float32Array | Int32Array,
  metadata: NetwrightMetadata | undefined,
): number | undefined {
  const { reading, document } = metadata ?? { reading: 'class', document: undefined };
  if (metadata === undefined && (shape.at(-1) ?? 1) < 2) return undefined;
  if (reading === 'number' || targets.length === 0) return undefined;
  if (reading === 'logit' || reading === 'probability') {
    const threshold = reading === 'logit' ? 0 : 0.5;
    return share(targets.length, (i) => values[i] > threshold === targets[i] > 0.5);
  }
  const classes = shape.at(-1) ?? 1;
  const largest = (of: Float32Array, row: number): number => {
    const one = of.subarray(row * classes, (row + 1) * classes);
    return one.reduce((best, value, i) => (value > one[best] ? i : best), 0);
  };
  // As many targets as values are shares of the classes; else there is one label for each row of them.
  if (targets instanceof Float32Array && targets.length === values.length) {
    return share(targets.length / classes, (row) => largest(values, row) === largest(targets, row));
  }
  const ignored = document && ignoredLabel(document);
  const asked = [...targets.keys()].filter((row) => targets[row] !== ignored);
  return share(asked.length, (i) => largest(values, asked[i] as number) === targets[asked[i] as number]);
}

function share(count: number, isRight: (index: number) => boolean): number {
  let hits = 0;
  for (let index = 0; index < count; index++) if (isRight(index)) hits++;
  return count === 0 ? 0 : hits / count;
}

const unfit = (message: Text): NetwrightError => new NetwrightError('model-input', message);
