import { NetwrightError } from '../../../declaration/problem.ts';
import { type Text, text } from '../../../declaration/text.ts';
import type { Model, ValueInfo } from '../model.ts';
import { takenInputs } from '../open-sizes.ts';
import { type GivenInput, type ReadGraph, readGraph } from '../reading/read-graph.ts';

/** Rows that a model is read for where it takes any number; one that is not mistaken for another size. */
const freeRows = 2;
/** Rows that it is read for once more where it matters what hangs on them. */
const otherRows = 3;

export interface ReadRows {
  readonly read: ReadGraph;
  readonly rows: number;
  /** The number of rows that the file asks for. */
  readonly fixed: number | undefined;
  /** The same for another number of rows; undefined where the model computes for one alone. */
  readonly again: (() => ReadRows) | undefined;
}

/**
 * Reads a model, whose sizes behind the first are all settled, for any number of rows; for the number its file names where it
 * asks for that one alone. Throws a NetwrightError.
 */
export function readRows(model: Model, file: string): ReadRows {
  const inputs = takenInputs(model.graph);
  requireSamples(inputs, file);
  const named = inputs
    .map(({ tensor }) => tensor?.dims?.[0])
    .find((size) => typeof size === 'number' && size > 0) as number | undefined;
  const graph = { ...model.graph, inputs: model.graph.inputs.map(withFreeRows) };
  const readFor = (rows: number): ReadGraph =>
    readGraph({ ...model, graph }, file, new Map(inputs.map((input) => samplesOf(input, rows))));
  const found = readFittingRows(readFor, named);
  // Whatever the engine lacks has been named before.
  requireDrawable(inputs, file);
  return found;
}

function readFittingRows(readFor: (rows: number) => ReadGraph, named: number | undefined): ReadRows {
  const free = (read: ReadGraph): ReadRows => ({
    read,
    rows: freeRows,
    fixed: named,
    again: () => ({ read: readFor(otherRows), rows: otherRows, fixed: named, again: undefined }),
  });
  if (named === undefined) return free(readFor(freeRows));
  try {
    const read = readFor(freeRows);
    if (read.outputs.every(({ value }) => value.shape[0] === freeRows)) return free(read);
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
  }
  return { read: readFor(named), rows: named, fixed: named, again: undefined };
}

/** What an input is read for: a single number for each sample is a row of one. */
function samplesOf({ name, tensor }: ValueInfo, rows: number): [string, GivenInput] {
  const sizes = (tensor?.dims ?? []).slice(1) as number[];
  return [name, { shape: [rows, ...sizes], ...(sizes.length === 0 && { asRows: true }) }];
}

/** The input for any number of rows, though the file may name one. */
function withFreeRows(info: ValueInfo): ValueInfo {
  const dims = info.tensor?.dims;
  if (info.tensor === undefined || dims === undefined || dims.length === 0) return info;
  return { ...info, tensor: { ...info.tensor, dims: ['N', ...dims.slice(1)] } };
}

const portText = ({ name, tensor }: ValueInfo): string =>
  `${name} [${(tensor?.dims ?? ['?']).map((size) => (size === '' ? '?' : size)).join(', ')}]`;

/** The first axis of all inputs is that of the samples. */
function requireSamples(inputs: readonly ValueInfo[], file: string): void {
  if (inputs.length > 0 && inputs.every(({ tensor }) => (tensor?.dims?.length ?? 0) >= 1)) return;
  throw notSamples(inputs, file);
}

/** Numbers, rows, sequences, images or volumes. */
function requireDrawable(inputs: readonly ValueInfo[], file: string): void {
  if (inputs.some(({ tensor }) => (tensor?.dims?.length ?? 0) > 5)) throw notSamples(inputs, file);
}

function notSamples(inputs: readonly ValueInfo[], file: string): NetwrightError {
  const found = inputs.map(portText).join(', ');
  return unlike(
    file,
    text(
      `inputs of numbers, rows, sequences, images or volumes (1 to 5 dimensions), found ${found || 'none'}`,
      `输入应为数值、行、序列、图像或体数据（1 到 5 维），实际为 ${found || '无'}`,
    ),
  );
}

/** `what` is what was expected, and what found instead. */
export const unlike = (file: string, what: Text): NetwrightError =>
  new NetwrightError(
    'import-unlike',
    text(`${file} cannot become a project: expected ${what.en}.`, `${file} 无法成为项目：${what.zh}。`),
  );
