import { NetwrightError } from '../../../declaration/problem.ts';
import { type Text, text } from '../../../declaration/text.ts';
import type { Model, ValueInfo } from '../model.ts';
import { takenInputs } from '../open-sizes.ts';
import { type ReadGraph, readGraph } from '../reading/read-graph.ts';

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
  requireInputs(inputs, file);
  const named = inputs
    .map(({ tensor }) => tensor?.dims?.[0])
    .find((size) => typeof size === 'number' && size > 0) as number | undefined;
  const readFor = (rows: number): ReadGraph => {
    const freed = { ...model, graph: { ...model.graph, inputs: model.graph.inputs.map(withFreeRows) } };
    const shapes = inputs.map(({ name, tensor }): [string, { shape: readonly number[] }] => [
      name,
      { shape: [rows, ...((tensor?.dims ?? []).slice(1) as number[])] },
    ]);
    return readGraph(freed, file, new Map(shapes));
  };
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

/** The input for any number of rows, though the file may name one. */
function withFreeRows(info: ValueInfo): ValueInfo {
  const dims = info.tensor?.dims;
  if (info.tensor === undefined || dims === undefined || dims.length === 0) return info;
  return { ...info, tensor: { ...info.tensor, dims: ['N', ...dims.slice(1)] } };
}

const portText = ({ name, tensor }: ValueInfo): string =>
  `${name} [${(tensor?.dims ?? ['?']).map((size) => (size === '' ? '?' : size)).join(', ')}]`;

/** Inputs of rows, sequences or images. */
function requireInputs(inputs: readonly ValueInfo[], file: string): void {
  const isRow = ({ tensor }: ValueInfo): boolean => {
    const rank = tensor?.dims?.length ?? 0;
    return rank >= 2 && rank <= 4;
  };
  if (inputs.length > 0 && inputs.every(isRow)) return;
  const found = inputs.map(portText).join(', ');
  throw unlike(
    file,
    text(
      `inputs of rows, sequences or images (2 to 4 dimensions), found ${found || 'none'}`,
      `输入应为行、序列或图像（2 到 4 维），实际为 ${found || '无'}`,
    ),
  );
}

/** `what` is what was expected, and what found instead. */
export const unlike = (file: string, what: Text): NetwrightError =>
  new NetwrightError(
    'import-unlike',
    text(`${file} cannot become a project: expected ${what.en}.`, `${file} 无法成为项目：${what.zh}。`),
  );
