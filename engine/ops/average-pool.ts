import { elementCount } from '../declaration/tensor-type.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { onnxWindow, planes, resized, windowedBack, windows } from './planes.ts';
import { attribute, costOf, given, list, numbers } from './shape-rules.ts';

const multiplyAdds = (outputs: readonly number[], attributes: Attributes): number =>
  elementCount(outputs) * elementCount(list('averagePool', attributes, 'kernel'));

/**
 * y [N, C, OH, OW] = the mean of each window over x [N, C, H, W], or the same without H for signals. With the attribute
 * countPadding = 1 the padding counts as zeros, with 0 not at all. The other attributes are told in planes.ts.
 */
export const averagePool: OpDefinition<'x', 'y'> = {
  name: 'averagePool',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { OH, OW } = windows('averagePool', planes('averagePool', inputs, 'x'), attributes);
    return { y: resized(numbers('averagePool', inputs, 'x'), OH, OW) };
  },

  cost: (inputs, outputs, attributes) => costOf(multiplyAdds(outputs.y.shape, attributes), inputs, outputs),

  // dx = Σ dy / count over the windows that x lies in
  gradient(g, { inputs, attributes }, { y: dy }) {
    const size = numbers('averagePool', inputs, 'x').shape.slice(2);
    return { x: dy && g.emit(averagePoolGradient, { dy }, { ...attributes, size }).dx };
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const sizes = windows('averagePool', planes('averagePool', inputs, 'x'), attributes);
    const countPadding = attribute('averagePool', attributes, 'countPadding');
    return {
      kernel: 'averagePool',
      arguments: { x: inputs.x, y, ...sizes, countPadding },
      split: sizes.planes,
    };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'AveragePool',
      inputs: [given('averagePool', inputs, 'x').name],
      outputs: [given('averagePool', outputs, 'y').name],
      attributes: {
        ...onnxWindow('averagePool', attributes),
        count_include_pad: { int: attribute('averagePool', attributes, 'countPadding') },
      },
    },
  ],
};

/** dx [N, C, …size] = Σ dy / count over the windows that it lies in. */
export const averagePoolGradient: OpDefinition<'dy', 'dx'> = {
  name: 'averagePoolGradient',
  inputs: ['dy'],
  outputs: ['dx'],

  shape: (inputs, attributes) => ({ dx: windowedBack('averagePoolGradient', inputs, attributes).dx }),

  cost: (inputs, outputs, attributes) =>
    costOf(multiplyAdds(given('averagePoolGradient', inputs, 'dy').shape, attributes), inputs, outputs),

  lower({ inputs, outputs: { dx }, attributes }) {
    const { sizes } = windowedBack('averagePoolGradient', inputs, attributes);
    const countPadding = attribute('averagePoolGradient', attributes, 'countPadding');
    return {
      kernel: 'averagePoolGradient',
      arguments: { dy: inputs.dy, dx, ...sizes, countPadding },
      split: sizes.planes,
    };
  },
};
