import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { padAxis } from '../../../ops/slice.ts';
import { zeroPad } from '../../../ops/zero-pad.ts';
import { constantOf, wholeNumbers } from '../reading/constant.ts';
import { commonShape } from '../reading/fold.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import { expanded, type PadMode, paddedPlace, sliced, tiled } from '../reading/move.ts';
import { axesOf, axisOf, isEmpty, type NodeReader, type Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';

function reshapeNode(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const asked = node.intsFrom(1, 'shape') ?? [];
  const allowZero = node.int('allowzero', 0) === 1;
  return build.reshape(
    x,
    asked.map((size, axis) => (size === 0 && !allowZero ? (x.shape[axis] ?? 0) : size)),
  );
}

function flatten(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const asked = node.int('axis', 1);
  const axis = asked === x.shape.length ? asked : axisOf(asked, x.shape.length);
  return build.reshape(x, [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))]);
}

function squeeze(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const asked = node.intsFrom(1, 'axes');
  const axes =
    asked === undefined
      ? [...x.shape.keys()].filter((axis) => x.shape[axis] === 1)
      : axesOf(asked, x.shape.length);
  const other = axes.find((axis) => x.shape[axis] !== 1);
  if (other === undefined)
    return axes.toReversed().reduce((value, axis) => build.withoutAxis(value, axis), x);
  throw misfit(
    text(
      `expected axes of size 1, found ${x.shape[other]} in axis ${other}`,
      `应为大小是 1 的轴，轴 ${other} 的大小实际为 ${x.shape[other]}`,
    ),
  );
}

function unsqueeze(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const asked = node.intsFrom(1, 'axes') ?? [];
  const axes = axesOf(asked, x.shape.length + asked.length);
  return build.reshape(
    x,
    axes.reduce<readonly number[]>((shape, axis) => shape.toSpliced(axis, 0, 1), x.shape),
  );
}

function transpose(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const perm = node.maybeInts('perm') ?? [...x.shape.keys()].toReversed();
  if (axesOf(perm, x.shape.length).length === x.shape.length) {
    return build.transpose(
      x,
      perm.map((axis) => axisOf(axis, x.shape.length)),
    );
  }
  throw misfit(
    text(
      `expected an order of all axes of ${shapeText(x.shape)}, found ${shapeText(perm)}`,
      `应为 ${shapeText(x.shape)} 各轴的排列，实际为 ${shapeText(perm)}`,
    ),
  );
}

/** Places that are known before those of a sequence are put there one by one, the last of them first: each is a layer. */
function behindPlaces(build: ValueBuilder, values: readonly Value[]): Value {
  const known = values.slice(0, -1);
  const sequence = values.at(-1) as Value;
  const count = known.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
  const isOfPlaces = known.every(({ kind, shape }) => kind === 'constant' && shape.length === 3);
  if (!isOfPlaces || sequence.kind !== 'computed' || count < 2 || count > mostPieces)
    return build.concat(values, 1);
  const before = build.concat(known, 1);
  return Array.from({ length: count }, (_, at) => count - 1 - at).reduce<Value>(
    (behind, place) => build.concat([build.slice(before, 1, place, place + 1), behind], 1),
    sequence,
  );
}

function concatNode(node: NodeReader, build: ValueBuilder): Value {
  const { values } = node;
  const [first] = values;
  const axis = node.axis(node.value(0), 1);
  const other = values.find(
    ({ shape }) =>
      shape.length !== first.shape.length || shape.some((n, at) => at !== axis && n !== first.shape[at]),
  );
  if (other === undefined) return axis === 1 ? behindPlaces(build, values) : build.concat(values, axis);
  throw misfit(
    text(
      `expected shapes that differ in axis ${axis} only, found ${shapeText(first.shape)} and ${shapeText(other.shape)}`,
      `形状应只在轴 ${axis} 上不同，实际为 ${shapeText(first.shape)} 与 ${shapeText(other.shape)}`,
    ),
  );
}

function sliceNode(node: NodeReader, build: ValueBuilder): Value {
  let x = node.value(0);
  const starts = node.intsFrom(1, 'starts') ?? [];
  const ends = node.intsFrom(2, 'ends') ?? [];
  const axes = node.intsFrom(3, 'axes') ?? [...starts.keys()];
  const steps = node.maybeKnown(4)?.values ?? starts.map(() => 1);
  for (const [at, asked] of axes.entries()) {
    const axis = axisOf(asked, x.shape.length);
    const [step, size] = [steps[at], x.shape[axis]];
    if (step === 0 || starts[at] === undefined || ends[at] === undefined) {
      throw misfit(
        text(
          'expected a start, an end and a step other than 0 for each axis',
          '每个轴应有起点、终点和非零步长',
        ),
      );
    }
    const fromFront = (n: number): number => (n < 0 ? n + size : n);
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const bounded = (n: number): number => Math.min(Math.max(fromFront(n), low), high);
    const start = step > 0 ? bounded(starts[at]) : Math.min(Math.max(fromFront(starts[at]), 0), size - 1);
    const count = Math.max(0, Math.ceil((bounded(ends[at]) - start) / step));
    const last = start + (count - 1) * step;
    const [from, to] = step > 0 ? [start, last + 1] : [last, start + 1];
    x = count === 0 ? build.move(x, sliced(axis, 0, 1, 0)) : build.slice(x, axis, from, to, step);
  }
  return x;
}

function split(node: NodeReader, build: ValueBuilder): Value[] {
  const x = node.value(0);
  const axis = node.axis(x, 0);
  const size = x.shape[axis];
  const parts = node.int('num_outputs', node.outputCount);
  const even = Math.ceil(size / parts);
  const sizes =
    node.intsFrom(1, 'split') ??
    Array.from({ length: parts }, (_, at) => Math.max(0, Math.min(even, size - at * even)));
  const total = sizes.reduce((sum, n) => sum + n, 0);
  if (total !== size) {
    throw misfit(
      text(
        `expected parts of ${size} in all, found ${shapeText(sizes)}`,
        `各部分之和应为 ${size}，实际为 ${shapeText(sizes)}`,
      ),
    );
  }
  let start = 0;
  return sizes.map((n) => {
    start += n;
    return build.slice(x, axis, start - n, start);
  });
}

/** Copies of single places that are put around a value piece by piece; more of them are looked up at once. */
const mostPieces = 16;

/** x with `before` and `after` copies of its own places around an axis. */
function amongCopies(
  build: ValueBuilder,
  x: Value,
  axis: number,
  [before, after]: readonly [number, number],
  mode: PadMode,
): Value {
  const size = x.shape[axis];
  const pieces = new Map<number, Value>();
  const pieceAt = (i: number): Value => {
    const place = paddedPlace(i, size, mode);
    const piece = pieces.get(place) ?? build.slice(x, axis, place, place + 1);
    pieces.set(place, piece);
    return piece;
  };
  const front = Array.from({ length: before }, (_, i) => pieceAt(i - before));
  const behind = Array.from({ length: after }, (_, i) => pieceAt(size + i));
  return build.concat([...front, x, ...behind], axis);
}

/** x with `pads` before and behind each axis, in ONNX's order; negative ones cut. */
export function padded(
  build: ValueBuilder,
  x: Value,
  pads: readonly number[],
  mode: PadMode = 'constant',
  fill = 0,
): Value {
  const rank = x.shape.length;
  if (pads.every((n) => n === 0)) return x;
  const cut = x.shape.findIndex((size, axis) => {
    const [before, after] = [pads[axis], pads[axis + rank]];
    return (before < 0 || after < 0) && size + Math.min(before, 0) + Math.min(after, 0) > 0;
  });
  if (cut >= 0) {
    const [before, after] = [pads[cut], pads[cut + rank]];
    const rest = build.slice(x, cut, Math.max(0, -before), x.shape[cut] + Math.min(0, after));
    const others = pads.with(cut, Math.max(0, before)).with(cut + rank, Math.max(0, after));
    return padded(build, rest, others, mode, fill);
  }
  const isAround = mode === 'constant' && x.kind === 'computed' && pads.every((n) => n >= 0);
  const isImage = (rank === 3 || rank === 4) && [0, 1].every((axis) => pads[axis] + pads[axis + rank] === 0);
  if (isAround && isImage) {
    const sides = [...pads.slice(2, rank), ...pads.slice(rank + 2)];
    return build.emit(zeroPad, { x }, { pads: sides, ...(fill !== 0 && { value: fill }) }).y;
  }
  if (isAround && fill === 0) {
    return [...x.shape.keys()].reduce<Value>((value, axis) => {
      const [before, after] = [pads[axis], pads[axis + rank]];
      return before + after === 0 ? value : build.emit(padAxis, { x: value }, { axis, before, after }).y;
    }, x);
  }
  const isOfCopies = mode !== 'constant' && x.kind === 'computed' && x.type === 'float32';
  const count = pads.reduce((sum, n) => sum + n, 0);
  if (isOfCopies && pads.every((n) => n >= 0) && pads[0] + pads[rank] === 0 && count <= mostPieces) {
    return [...x.shape.keys()].reduce<Value>((value, axis) => {
      const sides = [pads[axis], pads[axis + rank]] as const;
      return sides[0] + sides[1] === 0 ? value : amongCopies(build, value, axis, sides, mode);
    }, x);
  }
  const shape = x.shape.map((n, axis) => n + pads[axis] + pads[axis + rank]);
  if (shape.some((n) => n < 0)) {
    throw misfit(
      text(
        `expected pads that leave something of ${shapeText(x.shape)}, found ${shapeText(pads)}`,
        `填充应使 ${shapeText(x.shape)} 有所保留，实际为 ${shapeText(pads)}`,
      ),
    );
  }
  const last = elementCount(x.shape);
  const places = shape.map((n, axis) =>
    Array.from({ length: n }, (_, i) => paddedPlace(i - pads[axis], x.shape[axis], mode)),
  );
  const index = expanded(shape)(constantOf('int64', [1], [0]));
  let inner = elementCount(shape);
  let stride = last;
  const at = new Float64Array(inner);
  for (const [axis, n] of shape.entries()) {
    inner /= n;
    stride /= x.shape[axis];
    for (let i = 0; i < index.values.length; i++) {
      const from = places[axis][Math.floor(i / inner) % n];
      if (from < 0 || at[i] < 0) at[i] = -1;
      else at[i] += from * stride;
    }
  }
  return build.pickFrom(
    [x, constantOf(x.type, [1], [fill])],
    at.map((place) => (place < 0 ? last : place)),
    shape,
  );
}

const padModes: Readonly<Record<string, PadMode>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'edge',
  wrap: 'wrap',
};

function pad(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const asked = node.intsFrom(1, 'pads') ?? [];
  const given = node.maybeKnown(3);
  const axes =
    given === undefined ? [...x.shape.keys()] : [...given.values].map((a) => axisOf(a, x.shape.length));
  const rank = x.shape.length;
  const pads = new Array<number>(2 * rank).fill(0);
  for (const [at, axis] of axes.entries()) {
    pads[axis] = asked[at] ?? 0;
    pads[axis + rank] = asked[at + axes.length] ?? 0;
  }
  const mode = padModes[node.string('mode', 'constant')];
  if (mode === undefined) throw unsupportedForm(text('this mode of Pad', '此 Pad 模式'));
  return padded(build, x, pads, mode, node.knownNumber(2, node.float('value', 0)));
}

/** [N, b, b, C, H, W] or [N, C, b, b, H, W] to [N, C, H, b, W, b]. */
function depthToSpace(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0, 4);
  const b = node.int('blocksize', 1);
  const [N, C, H, W] = x.shape;
  const crd = node.string('mode', 'DCR') === 'CRD';
  const depth = C / (b * b);
  const seen = build.reshape(x, crd ? [N, depth, b, b, H, W] : [N, b, b, depth, H, W]);
  const turned = build.transpose(seen, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return build.reshape(turned, [N, depth, H * b, W * b]);
}

function spaceToDepth(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0, 4);
  const b = node.int('blocksize', 1);
  const [N, C, H, W] = x.shape;
  const seen = build.reshape(x, [N, C, H / b, b, W / b, b]);
  return build.reshape(build.transpose(seen, [0, 3, 5, 1, 2, 4]), [N, C * b * b, H / b, W / b]);
}

/** x again and again along each axis; a few times more of it behind the samples are pieces put together. */
function tile(node: NodeReader, build: ValueBuilder): Value {
  const x = node.value(0);
  const times = [...node.known(1).values];
  if (isEmpty(x)) return x;
  if (times.every((n, axis) => n === 1 || x.shape[axis] === 1)) {
    return build.expand(
      x,
      x.shape.map((n, axis) => n * times[axis]),
    );
  }
  const isOfPieces = x.kind === 'computed' && times[0] === 1 && times.every((n) => n >= 1 && n <= mostPieces);
  if (!isOfPieces) return build.move(x, tiled(times));
  return times.reduce<Value>((value, n, axis) => build.concat(new Array<Value>(n).fill(value), axis), x);
}

function shapeOf(node: NodeReader): Value {
  const { shape } = node.value(0);
  const bound = (n: number): number => Math.min(Math.max(n < 0 ? n + shape.length : n, 0), shape.length);
  const [start, end] = [bound(node.int('start', 0)), bound(node.int('end', shape.length))];
  return wholeNumbers(shape.slice(start, Math.max(start, end)));
}

const constantAttributes: Readonly<Record<string, (node: NodeReader) => Value | undefined>> = {
  value: (node) => node.maybeTensor('value'),
  value_float: (node) => constantOf('float32', [], [node.float('value_float', 0)]),
  value_int: (node) => constantOf('int64', [], [node.int('value_int', 0)]),
  value_ints: (node) => wholeNumbers(node.maybeInts('value_ints') ?? []),
  value_floats: (node) => {
    const values = node.maybeFloats('value_floats') ?? [];
    return constantOf('float32', [values.length], values);
  },
};

function constant(node: NodeReader): Value {
  const name = Object.keys(constantAttributes).find((known) => node.attribute(known) !== undefined);
  const value = name === undefined ? undefined : constantAttributes[name](node);
  if (value !== undefined) return value;
  throw unsupportedForm(text('a constant of text or of few numbers among zeros', '文本或稀疏常量'));
}

function constantOfShape(node: NodeReader, build: ValueBuilder): Value {
  const value = node.maybeTensor('value') ?? constantOf('float32', [1], [0]);
  return build.move(constantOf(value.type, [], [value.values[0] ?? 0]), expanded([...node.known(0).values]));
}

/** Longest row that Range may make. */
const longestRange = 2 ** 24;

function range(node: NodeReader): Value {
  const [start, limit, delta] = [0, 1, 2].map((input) => node.known(input).values[0]);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (count <= longestRange) {
    return constantOf(
      node.known(0).type,
      [count],
      Float64Array.from({ length: count }, (_, i) => start + i * delta),
    );
  }
  throw misfit(
    text(
      `expected at most ${longestRange} numbers, found ${count}`,
      `最多 ${longestRange} 个数，实际为 ${count}`,
    ),
  );
}

export const shapes: Readonly<Record<string, Operator>> = {
  Reshape: reshapeNode,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concatNode,
  Slice: sliceNode,
  Split: split,
  Expand: (node, build) => {
    const x = node.value(0);
    return build.expand(x, commonShape([x.shape, [...node.known(1).values]]));
  },
  Tile: tile,
  Pad: pad,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Shape: shapeOf,
  Size: (node) => constantOf('int64', [], [elementCount(node.value(0).shape)]),
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
};
