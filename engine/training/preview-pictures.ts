import type { ForwardNode, ForwardPlan } from '../compiler/forward.ts';
import type { PlannedTensor } from '../compiler/plan.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { PreviewPicture } from '../protocol/messages.ts';
import type { Arena } from '../runtime/arena.ts';
import { readPredictions } from './reading.ts';
import { viewOf } from './weights.ts';

/** As much as a node on the canvas has room for. */
const mostPanes = 8;
const mostSide = 32;
const mostFeatures = 64;

/** What a node's picture shows of what the arena holds after a pass: its first row, or its rows over the input plane. */
export function pictureOf(node: string, made: ForwardNode, arena: Arena, gridSize: number): PreviewPicture {
  const { output, attention } = made;
  const shape = output.shape.slice(1);
  if (attention !== undefined)
    return { node, ...mapsOf(attention.shape.slice(1), viewOf(attention, arena)), kind: 'attention' };
  if (shape.length === 1 && output.dtype === 'int32') return { node, ...rowOf(output, arena, 'tokens') };
  if (shape.length === 1 && gridSize > 0) return { node, ...planeOf(output, arena, gridSize) };
  if (shape.length <= 1) return { node, ...rowOf(output, arena, 'vector') };
  return { node, ...mapsOf(shape, viewOf(output, arena)) };
}

type Picture = Omit<PreviewPicture, 'node'>;

/** [F] as one row. */
function rowOf(tensor: PlannedTensor, arena: Arena, kind: 'vector' | 'tokens'): Picture {
  const shape = tensor.shape.slice(1);
  const values = viewOf(tensor, arena);
  const every = Math.ceil(elementCount(shape) / mostFeatures);
  const columns = Math.ceil(elementCount(shape) / every);
  return {
    kind,
    shape,
    panes: [0],
    of: 1,
    rows: 1,
    columns,
    everyRow: 1,
    everyColumn: every,
    values: Float32Array.from({ length: columns }, (_, i) => values[i * every] as number),
  };
}

type Answer = ForwardPlan['answers'] extends ReadonlyMap<string, infer A> ? A : never;

/** What a loss is given to judge, as a person reads it: one answer as a row, answers to a sequence as a map. */
export function answerPicture(node: string, { output, reading }: Answer, arena: Arena): PreviewPicture {
  const shape = output.shape.slice(1);
  const values = viewOf(output, arena).slice(0, elementCount(shape)) as Float32Array;
  const columns = shape.at(-1) ?? 1;
  readPredictions(values, columns, reading);
  if (shape.length > 1) return { node, ...mapsOf(shape, values) };
  const one = { panes: [0], of: 1, rows: 1, columns, everyRow: 1, everyColumn: 1 };
  return { node, kind: 'answer', shape, ...one, values };
}

/** [.., H, W] as maps of whatever stands before the last two, [T, D] as one map. */
function mapsOf(shape: readonly number[], from: ArrayLike<number>): Picture {
  const [height = 1, width = 1] = shape.slice(-2);
  const of = elementCount(shape.slice(0, -2));
  const panes = spread(of);
  const everyRow = Math.ceil(height / mostSide);
  const everyColumn = Math.ceil(width / mostSide);
  const rows = Math.ceil(height / everyRow);
  const columns = Math.ceil(width / everyColumn);
  const values = new Float32Array(panes.length * rows * columns); // [panes, rows, columns]
  let at = 0;
  for (const pane of panes) {
    for (let row = 0; row < rows; row++) {
      const start = (pane * height + row * everyRow) * width;
      for (let column = 0; column < columns; column++)
        values[at++] = from[start + column * everyColumn] as number;
    }
  }
  const kind = shape.length === 2 ? 'sequence' : 'maps';
  return { kind, shape, panes, of, rows, columns, everyRow, everyColumn, values };
}

/** Units [F] at every point of the input plane, which stand in the rows of the batch behind the sample's own. */
function planeOf(tensor: PlannedTensor, arena: Arena, size: number): Picture {
  const shape = tensor.shape.slice(1);
  const [of = 1] = shape;
  const panes = spread(of);
  const cells = size * size;
  const from = viewOf(tensor, arena);
  const values = new Float32Array(panes.length * cells); // [panes, size, size]
  for (const [i, unit] of panes.entries()) {
    for (let cell = 0; cell < cells; cell++)
      values[i * cells + cell] = from[(1 + cell) * of + unit] as number;
  }
  return { kind: 'plane', shape, panes, of, rows: size, columns: size, everyRow: 1, everyColumn: 1, values };
}

/** At most `mostPanes` of `count`, at even distances. */
function spread(count: number): number[] {
  const shown = Math.min(count, mostPanes);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * count) / shown));
}

const mostPoints = 240;
const goldenRatio = (1 + Math.sqrt(5)) / 2;

/**
 * Rows from all over the samples. Every n-th would meet only one class where classes alternate; multiples of the golden
 * ratio lie evenly and keep step with nothing.
 */
const someOf = (count: number): number[] =>
  count <= mostPoints
    ? Array.from({ length: count }, (_, row) => row)
    : Array.from({ length: mostPoints }, (_, i) => Math.floor(((i * goldenRatio) % 1) * count));

/** The sample and others around it on the input plane. */
export function pointsPicture(
  node: string,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  targetSize: number,
  sample: number,
): PreviewPicture {
  const rows = [sample, ...someOf(x.length / 2)];
  return {
    node,
    kind: 'points',
    shape: [2],
    panes: [0],
    of: 1,
    rows: rows.length,
    columns: 3,
    everyRow: 1,
    everyColumn: 1,
    values: Float32Array.from(
      rows.flatMap((row) => [
        x[2 * row] as number,
        x[2 * row + 1] as number,
        (y[row * targetSize] ?? 0) as number,
      ]),
    ),
  };
}
