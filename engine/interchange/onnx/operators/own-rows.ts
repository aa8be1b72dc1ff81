import { elementCount } from '../../../declaration/tensor-type.ts';
import type { Value } from '../reading/known-tensors.ts';
import { expanded } from '../reading/move.ts';
import type { NodeReader } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { shownRows } from './whole-numbers.ts';

/**
 * Rows that every sample picks from its own at places which are computed, as `x[arange(N), places]` says. Files write it as
 * picks from the rows of all samples, by arithmetic that hangs on how many samples there are; here each picks for itself,
 * y_k = Σ_m [place_k = m] · x_m.
 */
function ownRows(build: ValueBuilder, x: Value, places: Value): Value {
  const [N, M, ...rest] = x.shape as [number, number, ...number[]];
  const shown = shownRows(build, places, M);
  const found = build.product(
    build.reshape(shown, [N, elementCount(places.shape.slice(1)), M]),
    build.reshape(x, [N, M, elementCount(rest)]),
  );
  return build.reshape(found, [...places.shape, ...rest]);
}

/** What is left of places of this shape where `known` are `step` times the number of each one's sample. */
function besideSamples(
  build: ValueBuilder,
  parts: readonly (Value | undefined)[],
  shape: readonly number[],
  step: number,
): Value | undefined {
  const known = parts.find((part) => part?.kind === 'constant');
  const own = parts.find((part) => part?.kind === 'computed');
  const [N] = shape;
  if (known?.kind !== 'constant' || parts.length !== 2 || own?.shape[0] !== N) return undefined;
  const each = elementCount(shape) / (N as number);
  const isOfSample = expanded(shape)(known).values.every((at, i) => at === Math.floor(i / each) * step);
  return isOfSample ? build.expand(own, shape) : undefined;
}

/** Gather along the first axis, of the rows of all samples, at `sample · rows + place`; undefined for all others. */
export function rowsOfSamples(build: ValueBuilder, x: Value, indices: Value): Value | undefined {
  const origin = build.known.originOf(indices);
  const [N = 0] = indices.shape;
  const [rows, ...rest] = x.shape as [number, ...number[]];
  if (origin?.opType !== 'Add' || x.kind !== 'computed' || N === 0 || rows % N !== 0) return undefined;
  const places = besideSamples(build, origin.inputs, indices.shape, rows / N);
  return places && ownRows(build, build.reshape(x, [N, rows / N, ...rest]), places);
}

/** GatherND at [sample, place], or at [place] of each sample; undefined for all others. */
export function partsOfSamples(node: NodeReader, build: ValueBuilder): Value | undefined {
  const [x, indices] = [node.value(0), node.value(1)];
  const shape = indices.shape.slice(0, -1);
  const [depth, batchDims] = [indices.shape.at(-1), node.int('batch_dims', 0)];
  if (x.kind !== 'computed' || x.shape.length < 2 || shape[0] !== x.shape[0]) return undefined;
  if (batchDims === 1 && depth === 1) return ownRows(build, x, build.reshape(indices, shape));
  const origin = build.known.originOf(indices);
  if (batchDims !== 0 || depth !== 2 || origin?.opType !== 'Concat') return undefined;
  const [sample] = origin.inputs;
  if (sample?.kind !== 'constant') return undefined;
  const places = besideSamples(build, origin.inputs, [...shape, 1], 1);
  return places && ownRows(build, x, build.reshape(places, shape));
}
