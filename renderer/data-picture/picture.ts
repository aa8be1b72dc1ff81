import { isMade, sourceOf } from '../../engine/data/sources/index.ts';
import type { Params } from '../../engine/declaration/fields.ts';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { type SampleKind, sampleKind } from '../charts/samples.ts';

/** A data source as a small picture: points of a plane or a line, or some samples on a sheet. */
export type Picture = Plane | Sheet;

/** Some samples of images, signals or tokens. */
export interface Sheet {
  readonly kind: SampleKind;
  readonly count: number;
  readonly inputShape: readonly number[];
  readonly inputSize: number;
  readonly targetShape: readonly number[];
  /** [count, …input shape] */
  readonly x: Float32Array | Int32Array;
  /** [count, …target shape] */
  readonly y: Float32Array | Int32Array;
  /** Empty where y is a number. */
  readonly classes: readonly Text[];
}

/** The source's own points, and which class a place belongs to. */
export interface Plane {
  readonly kind: 'plane';
  readonly points: readonly PicturePoint[];
  /** Which class each cell belongs to; absent where y is a number. */
  readonly field: ClassField | undefined;
  /** The line of least squares from the left edge to the right one, where y is a number. */
  readonly line: readonly [number, number] | undefined;
}

export interface ClassField {
  /** [rows, columns] */
  readonly labels: Uint8Array;
  /** [rows, columns], 0 where two classes are even, 1 where there is but one. */
  readonly certainty: Float32Array;
}

/** In the unit square, y downwards. */
interface PicturePoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

export const columns = 56;
export const rows = 36;
const drawn = 190;
const surveyed = 700;
export const onSheet = 48;

/**
 * With so many samples, where they stand on a sheet. Undefined where the source is not known, or its samples are rows of more
 * numbers than a picture has sides.
 */
export function dataPicture(source: string, params: Params, samples = onSheet): Picture | undefined {
  const definition = sourceOf(source);
  if (definition === undefined || !isMade(definition)) return undefined;
  const complete = completeParams(definition.fields, { ...params, count: surveyed });
  const own = Object.fromEntries(Object.keys(definition.fields).map((name) => [name, complete[name] ?? 0]));
  const { input, target } = definition.sampleType(own);
  const kind = sampleKind(input.shape, input.classes);
  if (kind !== undefined) {
    return {
      kind,
      ...definition.generate({ ...own, count: samples }),
      inputShape: input.shape,
      inputSize: elementCount(input.shape),
      targetShape: target.shape,
      classes: target.kind === 'class' ? target.classes : [],
    };
  }
  const { x, y } = definition.generate({ ...own, count: surveyed });
  const isLine = target.kind === 'number';
  const sides = isLine ? 1 : 2;
  if (input.shape.length !== 1 || input.shape[0] !== sides || target.shape.length > 1) return undefined;

  const across = Array.from({ length: surveyed }, (_, i) => x[isLine ? i : 2 * i] ?? 0);
  const up = Array.from({ length: surveyed }, (_, i) => (isLine ? y[i] : x[2 * i + 1]) ?? 0);
  const reach = Math.max(...across.map(Math.abs), ...up.map(Math.abs));
  // Points keep one scale on both axes, wide enough to fill the picture; a line fills it corner to corner.
  const wide = reach * (isLine ? 1.1 : 1.22);
  const tall = isLine ? wide : (wide * rows) / columns;
  const place = (i: number): PicturePoint => ({
    x: ((across[i] ?? 0) / wide + 1) / 2,
    y: (1 - (up[i] ?? 0) / tall) / 2,
    label: isLine ? 0 : (y[i] ?? 0),
  });
  const all = Array.from({ length: surveyed }, (_, i) => place(i));
  const points = all.slice(0, isLine ? drawn / 5 : drawn);
  if (isLine) return { kind: 'plane', points, field: undefined, line: leastSquares(all) };
  return { kind: 'plane', points, field: classField(all), line: undefined };
}

/** Samples that the engine read; undefined where they are bare numbers. */
export function sheetOf({
  x,
  y,
  inputShape,
  inputClasses,
  targetShape,
  classes = [],
}: SampleSet): Sheet | undefined {
  const kind = sampleKind(inputShape, inputClasses);
  if (kind === undefined) return undefined;
  const inputSize = elementCount(inputShape);
  return { kind, count: x.length / inputSize, x, y, inputShape, inputSize, targetShape, classes };
}

/** Every place asks its nearest points, the nearer the louder, so that the border is as smooth as the points allow. */
function classField(points: readonly PicturePoint[]): ClassField {
  const labels = new Uint8Array(columns * rows);
  const certainty = new Float32Array(columns * rows);
  // In cells, from their centres.
  const across = Float64Array.from(points, ({ x }) => x * columns - 0.5);
  const down = Float64Array.from(points, ({ y }) => y * rows - 0.5);
  const label = Uint8Array.from(points, (point) => point.label);
  const votes = new Float64Array(Math.max(...label) + 1); // [classes]
  for (let cell = 0; cell < labels.length; cell++) {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    votes.fill(0);
    for (let i = 0; i < label.length; i++) {
      const dx = (across[i] as number) - column;
      const dy = (down[i] as number) - row;
      const near = 1 / (dx * dx + dy * dy + 0.3);
      (votes[label[i] as number] as number) += near * near;
    }
    let [all, best, second] = [0, 0, 0];
    for (const [owner, vote] of votes.entries()) {
      all += vote;
      if (vote > best) {
        [best, second] = [vote, best];
        labels[cell] = owner;
      } else if (vote > second) second = vote;
    }
    certainty[cell] = (best - second) / all;
  }
  return { labels, certainty };
}

function leastSquares(points: readonly PicturePoint[]): readonly [number, number] {
  const mean = (of: (point: PicturePoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const slope = mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) ** 2);
  return [my - slope * mx, my + slope * (1 - mx)];
}
