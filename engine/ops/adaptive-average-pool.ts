import { elementCount } from '../declaration/tensor-type.ts';
import type { Attributes, OnnxNode, OpDefinition } from './contract.ts';
import { planes, resized, vertical } from './planes.ts';
import { costOf, given, list, numbers } from './shape-rules.ts';

const sizeOf = (op: string, attributes: Attributes): [number, number] =>
  vertical(list(op, attributes, 'size'), 1) as [number, number];

/**
 * y [N, C, …size] = the mean of each bin of x [N, C, H, W], or without H for signals: along an axis the i-th of n bins over
 * m elements reaches from ⌊i m / n⌋ to ⌈(i + 1) m / n⌉. Attribute `size`: one number for each axis of the image.
 */
export const adaptiveAveragePool: OpDefinition<'x', 'y'> = {
  name: 'adaptiveAveragePool',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    planes('adaptiveAveragePool', inputs, 'x');
    const [OH, OW] = sizeOf('adaptiveAveragePool', attributes);
    return { y: resized(numbers('adaptiveAveragePool', inputs, 'x'), OH, OW) };
  },

  cost: (inputs, outputs) =>
    costOf(elementCount(given('adaptiveAveragePool', inputs, 'x').shape), inputs, outputs),

  // dx = Σ dy / count over the bins that x lies in
  gradient(g, { inputs }, { y: dy }) {
    const size = numbers('adaptiveAveragePool', inputs, 'x').shape.slice(2);
    return { x: dy && g.emit(adaptiveAveragePoolGradient, { dy }, { size }).dx };
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const sizes = planes('adaptiveAveragePool', inputs, 'x');
    const [OH, OW] = sizeOf('adaptiveAveragePool', attributes);
    return {
      kernel: 'adaptiveAveragePool',
      arguments: { x: inputs.x, y, ...sizes, OH, OW },
      split: sizes.planes,
    };
  },

  // Bins of one size are AveragePool; other bins are a product with a matrix of shares for each axis.
  toOnnx({ inputs, outputs, attributes }) {
    const x = given('adaptiveAveragePool', inputs, 'x');
    const y = given('adaptiveAveragePool', outputs, 'y').name;
    const from = x.shape.slice(2);
    const to = list('adaptiveAveragePool', attributes, 'size');
    if (to.every((size) => size === 1))
      return [{ opType: 'GlobalAveragePool', inputs: [x.name], outputs: [y] }];
    if (from.every((size, axis) => size % (to[axis] as number) === 0)) {
      const kernel = from.map((size, axis) => size / (to[axis] as number));
      const window = { kernel_shape: kernel, strides: kernel };
      return [{ opType: 'AveragePool', inputs: [x.name], outputs: [y], attributes: window }];
    }
    const [width, height] = [from.at(-1) as number, from.at(-2)];
    const columns = shares(`${y}.columns`, width, to.at(-1) as number, true);
    if (from.length === 1 || height === undefined)
      return [...columns, { opType: 'MatMul', inputs: [x.name, `${y}.columns`], outputs: [y] }];
    return [
      ...columns,
      ...shares(`${y}.rows`, height, to[0] as number, false),
      { opType: 'MatMul', inputs: [x.name, `${y}.columns`], outputs: [`${y}.narrow`] },
      { opType: 'MatMul', inputs: [`${y}.rows`, `${y}.narrow`], outputs: [y] },
    ];
  },
};

/** Nodes that make a constant matrix: what share each of `from` elements has in each of `to` bins, [from, to] or [to, from]. */
function shares(name: string, from: number, to: number, tall: boolean): OnnxNode[] {
  const value = (element: number, bin: number): number => {
    const [begin, end] = [Math.floor((bin * from) / to), Math.ceil(((bin + 1) * from) / to)];
    return element >= begin && element < end ? 1 / (end - begin) : 0;
  };
  const [rows, columns] = tall ? [from, to] : [to, from];
  const floats = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return tall ? value(row, column) : value(column, row);
  });
  const constant = (suffix: string, attributes: NonNullable<OnnxNode['attributes']>): OnnxNode => ({
    opType: 'Constant',
    inputs: [],
    outputs: [`${name}.${suffix}`],
    attributes,
  });
  return [
    constant('values', { value_floats: { floats } }),
    constant('shape', { value_ints: [rows, columns] }),
    { opType: 'Reshape', inputs: [`${name}.values`, `${name}.shape`], outputs: [name] },
  ];
}

/** dx [N, C, …size] = Σ dy / count over the bins that it lies in. */
export const adaptiveAveragePoolGradient: OpDefinition<'dy', 'dx'> = {
  name: 'adaptiveAveragePoolGradient',
  inputs: ['dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    planes('adaptiveAveragePoolGradient', inputs, 'dy');
    const [H, W] = sizeOf('adaptiveAveragePoolGradient', attributes);
    return { dx: resized(numbers('adaptiveAveragePoolGradient', inputs, 'dy'), H, W) };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs, outputs: { dx }, attributes }) {
    const { planes: P, H: OH, W: OW } = planes('adaptiveAveragePoolGradient', inputs, 'dy');
    const [H, W] = sizeOf('adaptiveAveragePoolGradient', attributes);
    return {
      kernel: 'adaptiveAveragePoolGradient',
      arguments: { dy: inputs.dy, dx, planes: P, H, W, OH, OW },
      split: P,
    };
  },
};
