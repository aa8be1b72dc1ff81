import { sameShape, shapeText } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { onnxWindow, planes, resized, unlike, windows } from './planes.ts';
import { costOf, given, numbers } from './shape-rules.ts';

/**
 * y [N, C, OH, OW] = the largest of each window over x [N, C, H, W], or the same without H for signals; padding is never the
 * largest. The attributes are told in planes.ts.
 */
export const maxPool: OpDefinition<'x', 'y'> = {
  name: 'maxPool',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { OH, OW } = windows('maxPool', planes('maxPool', inputs, 'x'), attributes);
    return { y: resized(numbers('maxPool', inputs, 'x'), OH, OW) };
  },

  cost(inputs, outputs, attributes) {
    const {
      planes: P,
      OH,
      OW,
      kernelH,
      kernelW,
    } = windows('maxPool', planes('maxPool', inputs, 'x'), attributes);
    return costOf(P * OH * OW * kernelH * kernelW, inputs, outputs);
  },

  // dx = Σ dy over the windows whose first largest element x is
  gradient: (g, { inputs: { x }, attributes }, { y: dy }) => ({
    x: dy && g.emit(maxPoolGradient, { x, dy }, attributes).dx,
  }),

  lower({ inputs, outputs: { y }, attributes }) {
    const sizes = windows('maxPool', planes('maxPool', inputs, 'x'), attributes);
    return { kernel: 'maxPool', arguments: { x: inputs.x, y, ...sizes }, split: sizes.planes };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'MaxPool',
      inputs: [given('maxPool', inputs, 'x').name],
      outputs: [given('maxPool', outputs, 'y').name],
      attributes: onnxWindow('maxPool', attributes),
    },
  ],
};

/** dx = Σ dy over the windows whose first largest element x is; which that is, is looked up in x again. */
export const maxPoolGradient: OpDefinition<'x' | 'dy', 'dx'> = {
  name: 'maxPoolGradient',
  inputs: ['x', 'dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    const x = numbers('maxPoolGradient', inputs, 'x');
    const dy = numbers('maxPoolGradient', inputs, 'dy');
    const { OH, OW } = windows('maxPoolGradient', planes('maxPoolGradient', inputs, 'x'), attributes);
    const expected = resized(x, OH, OW);
    if (!sameShape(dy.shape, expected.shape))
      throw unlike(`maxPoolGradient of x ${shapeText(x.shape)}`, 'dy', dy, expected);
    return { dx: x };
  },

  cost(inputs, outputs, attributes) {
    const { x } = inputs;
    const {
      planes: P,
      OH,
      OW,
      kernelH,
      kernelW,
    } = windows('maxPoolGradient', planes('maxPoolGradient', { x }, 'x'), attributes);
    return costOf(P * OH * OW * kernelH * kernelW, inputs, outputs);
  },

  lower({ inputs, outputs: { dx }, attributes }) {
    const { x, dy } = inputs;
    const sizes = windows('maxPoolGradient', planes('maxPoolGradient', inputs, 'x'), attributes);
    return { kernel: 'maxPoolGradient', arguments: { x, dy, dx, ...sizes }, split: sizes.planes };
  },
};
