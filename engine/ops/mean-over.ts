import type { OpDefinition } from './contract.ts';
import { aroundAxis, attribute, axisOf, costOf, given, numbers } from './shape-rules.ts';

/** y = mean of x over one axis, which y no longer has. */
export const meanOver: OpDefinition<'x', 'y'> = {
  name: 'meanOver',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = numbers('meanOver', inputs, 'x');
    const axis = axisOf('meanOver', inputs, 'x', attributes);
    return { y: { ...x, shape: x.shape.toSpliced(axis, 1) } };
  },

  cost(inputs, outputs, attributes) {
    const { outer, count, inner } = aroundAxis(
      given('meanOver', inputs, 'x').shape,
      axisOf('meanOver', inputs, 'x', attributes),
    );
    return costOf(outer * count * inner, inputs, outputs);
  },

  // dx = dy / count, the same along the axis
  gradient(g, { inputs, attributes }, { y: dy }) {
    const axis = axisOf('meanOver', inputs, 'x', attributes);
    const count = given('meanOver', inputs, 'x').shape[axis] as number;
    return { x: dy && g.emit(meanOverGradient, { dy }, { axis, count }).dx };
  },

  lower({ inputs, outputs, attributes }) {
    const x = given('meanOver', inputs, 'x');
    const { outer, count, inner } = aroundAxis(x.shape, axisOf('meanOver', inputs, 'x', attributes));
    return { kernel: 'meanOver', arguments: { x, y: outputs.y, outer, count, inner }, split: outer };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('meanOver', outputs, 'y').name;
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.axis`],
        attributes: { value_ints: [axisOf('meanOver', inputs, 'x', attributes)] },
      },
      {
        opType: 'ReduceMean',
        inputs: [given('meanOver', inputs, 'x').name, `${y}.axis`],
        outputs: [y],
        attributes: { keepdims: { int: 0 } },
      },
    ];
  },
};

/** dx = dy / count, `count` times along a new axis. */
export const meanOverGradient: OpDefinition<'dy', 'dx'> = {
  name: 'meanOverGradient',
  inputs: ['dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    const dy = numbers('meanOverGradient', inputs, 'dy');
    const axis = attribute('meanOverGradient', attributes, 'axis');
    const count = attribute('meanOverGradient', attributes, 'count');
    return { dx: { ...dy, shape: dy.shape.toSpliced(axis, 0, count) } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  lower({ inputs: { dy }, outputs, attributes }) {
    const dx = given('meanOverGradient', outputs, 'dx');
    const axis = attribute('meanOverGradient', attributes, 'axis');
    const { outer, count, inner } = aroundAxis(dx.shape, axis);
    return { kernel: 'meanOverGradient', arguments: { dy, dx, outer, count, inner }, split: outer };
  },
};
