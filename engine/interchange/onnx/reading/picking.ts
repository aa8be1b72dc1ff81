import { elementCount } from '../../../declaration/tensor-type.ts';
import { add } from '../../../ops/add.ts';
import type { Attributes, Named, OpDefinition } from '../../../ops/contract.ts';
import { embedding } from '../../../ops/embedding.ts';
import { permute } from '../../../ops/permute.ts';
import { padAxis } from '../../../ops/slice.ts';
import { type Constant, constantOf } from './constant.ts';
import { type Computed, isHeldWhole, type KnownTensors, type Value } from './known-tensors.ts';
import { runLength } from './move.ts';

/** What emits the ops (moving-builder.ts). */
interface Builder {
  readonly known: KnownTensors;
  emit<O extends string>(
    op: OpDefinition<string, O>,
    inputs: Named<Value>,
    attributes?: Attributes,
  ): Readonly<Record<O, Computed>>;
  reshape(x: Value, shape: readonly number[]): Value;
  concat(parts: readonly Value[], axis: number): Value;
}

/** For each number of one sample: its place among the sample's own numbers, or behind them one of `known`. */
interface Picked {
  readonly places: Float64Array;
  readonly known: readonly number[];
  /** How many numbers of its own a sample has in each of the sources; 0 where all have the same ones. */
  readonly own: readonly number[];
}

/**
 * What each sample picks from its own numbers and from known ones, where all of them pick alike; undefined where they do not.
 * `places` counts through all the sources, one behind the other.
 */
function alike(sources: readonly Value[], places: ArrayLike<number>, samples: number): Picked | undefined {
  const own = sources.map(({ kind, shape }) => (kind === 'constant' ? 0 : elementCount(shape) / samples));
  const isEach = sources.every(({ kind, shape }) => kind === 'constant' || shape[0] === samples);
  if (samples < 2 || !isEach || places.length % samples !== 0) return undefined;
  const starts = sources.map((_, at) =>
    sources.slice(0, at).reduce((sum, { shape }) => sum + elementCount(shape), 0),
  );
  const ownStarts = own.map((_, at) => own.slice(0, at).reduce((sum, size) => sum + size, 0));
  const ownCount = own.reduce((sum, size) => sum + size, 0);
  const known: number[] = [];
  const knownPlaces = new Map<number, number>();
  /** Undefined where it is a number of another sample. */
  const placeOf = (place: number, sample: number): number | undefined => {
    const source = starts.findLastIndex((start) => start <= place);
    const at = place - (starts[source] as number);
    const value = sources[source] as Value;
    const size = own[source] as number;
    if (value.kind !== 'constant')
      return Math.floor(at / size) === sample ? (ownStarts[source] as number) + (at % size) : undefined;
    const number = value.values[at] as number;
    const before = knownPlaces.get(number);
    if (before !== undefined) return before;
    knownPlaces.set(number, ownCount + known.length);
    known.push(number);
    return ownCount + known.length - 1;
  };
  const count = places.length / samples;
  const found = new Float64Array(count);
  for (let at = 0; at < places.length; at++) {
    const place = placeOf(places[at] as number, Math.floor(at / count));
    if (place === undefined || (at >= count && found[at % count] !== place)) return undefined;
    found[at % count] = place;
  }
  return { places: found, known, own };
}

/** All the numbers of each sample in a row: its own of all the sources, and known ones behind them. */
function rowsOf(build: Builder, sources: readonly Value[], { own, known }: Picked, samples: number): Value {
  const parts = sources.filter((_, at) => (own[at] as number) > 0);
  const rows = build.concat(
    parts.map((part) => build.reshape(part, [samples, elementCount(part.shape) / samples])),
    1,
  );
  if (known.length === 0) return rows;
  // Nothing is added to the sample's own numbers, and the known ones to nothing.
  const wide = build.emit(padAxis, { x: rows }, { axis: 1, before: 0, after: known.length }).y;
  const width = rows.shape[1] as number;
  const added = constantOf('float32', [1, width + known.length], [...new Float64Array(width), ...known]);
  return build.emit(add, { a: wide, b: added }).y;
}

/**
 * y = numbers of the sources at `places` of their orders one behind the other, in this shape, as every sample picks them from
 * its own numbers; undefined where samples do not pick alike.
 */
export function pickedAlike(
  build: Builder,
  sources: readonly Value[],
  places: ArrayLike<number>,
  shape: readonly number[],
): Value | undefined {
  const [samples = 1] = shape;
  const isMovable = sources.some(({ kind }) => kind !== 'constant') && !sources.some(isHeldWhole);
  const picked = isMovable ? alike(sources, places, samples) : undefined;
  if (picked === undefined || picked.places.length === 0) return undefined;
  const rows = rowsOf(build, sources, picked, samples);
  const width = rows.shape[1] as number;
  const run = runLength(picked.places, width);
  const count = picked.places.length / run;
  const tokens: Constant = constantOf(
    'int32',
    [count],
    Float64Array.from({ length: count }, (_, row) => (picked.places[row * run] as number) / run),
  );
  const parts = build.reshape(rows, [samples, width / run, run]);
  const first = build.emit(permute, { x: parts }, { axes: [1, 0, 2] }).y;
  const table = build.reshape(first, [width / run, samples * run]);
  const found = build.emit(embedding, { tokens: build.known.keep(tokens), table }).y;
  const apart = build.reshape(found, [count, samples, run]);
  const y = build.emit(permute, { x: apart }, { axes: [1, 0, 2] }).y;
  return build.reshape(y, shape);
}
